//! The `#` lines of a trace: all that its run was given.

use crate::trace::event::Detail;

/// What a run was given, as its trace says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The script's file name.
    pub script: String,
    /// The hash of its code.
    pub ir: String,
    /// The seed.
    pub seed: u64,
    /// The runtime's name.
    pub runtime: String,
    /// The number of cores.
    pub cores: u32,
    /// The machine's name.
    pub machine: String,
    /// `fifo`, `random` or `pct`.
    pub scheduler: String,
    /// How much the trace shows.
    pub detail: Detail,
    /// What came from the command line besides, as names with values: `cores`, `runtime`, `machine` and limits.
    pub options: Vec<(String, String)>,
    /// Settings of the script's `machine` block, then its params that were set, as names with values.
    pub settings: Vec<(String, String)>,
}

/// What stands between the fields of the first line.
const FIELDS: [&str; 5] = ["  seed ", "  runtime ", "  cores ", "  machine ", "  scheduler "];

impl Inputs {
    /// The lines, without their marks.
    pub(super) fn lines(&self) -> Vec<String> {
        let Self { script, ir, seed, runtime, cores, machine, scheduler, detail, options, settings } = self;
        let detail = if *detail == Detail::Sched { "  detail sched" } else { "" };
        let mut lines = vec![format!(
            "script {script} ir:{ir}  seed {seed}  runtime {runtime}  cores {cores}  machine {machine}  \
             scheduler {scheduler}{detail}"
        )];
        lines.extend(options.iter().map(|(name, value)| format!("option {name}={value}")));
        lines.extend(settings.iter().map(|(name, value)| format!("set {name}={value}")));
        lines
    }

    /// Reads the first line.
    ///
    /// # Errors
    ///
    /// What is missing or no such value.
    pub(super) fn read(line: &str) -> Result<Self, &'static str> {
        let rest = line.strip_prefix("script ").ok_or("the second line begins with `# script `")?;
        let (rest, detail) = match rest.strip_suffix("  detail sched") {
            Some(rest) => (rest, Detail::Sched),
            None => (rest, Detail::Sync),
        };
        // A file's name may be anything, so each field is looked for from the end.
        let mut rest = rest;
        let mut values = [""; FIELDS.len()];
        for (field, value) in FIELDS.iter().zip(&mut values).rev() {
            let at = rest.rfind(field).ok_or("it has seed, runtime, cores, machine and scheduler")?;
            *value = &rest[at + field.len()..];
            rest = &rest[..at];
        }
        let [seed, runtime, cores, machine, scheduler] = values;
        let (script, ir) = rest.rsplit_once(" ir:").ok_or("the hash of the script's code is missing")?;
        if ir.is_empty() || !ir.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("the hash of the script's code is none");
        }
        if !["fifo", "random", "pct"].contains(&scheduler) {
            return Err("there is no such scheduler");
        }
        Ok(Self {
            script: script.to_owned(),
            ir: ir.to_owned(),
            seed: seed.parse().map_err(|_| "the seed is no number")?,
            runtime: runtime.to_owned(),
            cores: cores.parse().map_err(|_| "the number of cores is none")?,
            machine: machine.to_owned(),
            scheduler: scheduler.to_owned(),
            detail,
            options: Vec::new(),
            settings: Vec::new(),
        })
    }

    /// Reads one of the lines behind it.
    ///
    /// # Errors
    ///
    /// If it is none.
    pub(super) fn add(&mut self, line: &str) -> Result<(), &'static str> {
        let (pairs, pair) = match line.split_once(' ') {
            Some(("option", pair)) => (&mut self.options, pair),
            Some(("set", pair)) => (&mut self.settings, pair),
            Some(_) | None => return Err("behind the script come `option` and `set`"),
        };
        let (name, value) = pair.split_once('=').ok_or("there is no `=` in it")?;
        pairs.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// The value of an option of the command line, if it was given.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "script bank.conc ir:c9d1e09b1184  seed 0  runtime cpython-3.12  cores 2  \
                        machine default  scheduler fifo";

    #[test]
    fn inputs_are_read_as_they_are_written() {
        for line in [
            LINE.to_owned(),
            format!("{LINE}  detail sched"),
            LINE.replace("bank.conc", "a ir:00  seed 9  cores 3.conc"),
            LINE.replace("default", "my  own.toml"),
            LINE.replace("bank.conc", "<stdin>"),
        ] {
            let mut inputs = Inputs::read(&line).unwrap();
            inputs.add("option cores=2").unwrap();
            inputs.add("set who=\"a=b\"").unwrap();
            assert_eq!(inputs.lines(), [line.as_str(), "option cores=2", "set who=\"a=b\""]);
            assert_eq!((inputs.option("cores"), inputs.option("runtime")), (Some("2"), None));
            assert_eq!((inputs.seed, inputs.cores, inputs.ir.as_str()), (0, 2, "c9d1e09b1184"));
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let of = |line: &str| Inputs::read(line).unwrap_err();
        assert!(of("bank.conc").contains("begins with"));
        assert!(of(&LINE.replace("  cores 2", "")).contains("it has seed"));
        assert!(of(&LINE.replace("seed 0", "seed x")).contains("seed is no number"));
        assert!(of(&LINE.replace("cores 2", "cores -2")).contains("cores"));
        assert!(of(&LINE.replace("ir:c9", "ir:zz")).contains("hash"));
        assert!(of(&LINE.replace("fifo", "lifo")).contains("scheduler"));
        assert!(Inputs::read(LINE).unwrap().add("given x").is_err());
        assert!(Inputs::read(LINE).unwrap().add("set x").is_err());
    }
}
