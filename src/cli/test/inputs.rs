//! The `#` lines of a golden: all that its run was given.

use crate::trace::event::Detail;

/// What a run was given, as its trace says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GoldenInputs {
    pub(super) seed: u64,
    pub(super) runtime: String,
    pub(super) cores: u32,
    pub(super) machine: String,
    pub(super) scheduler: String,
    pub(super) detail: Detail,
    /// Settings of the script's `machine` block, then its params that were set, as names with values.
    pub(super) settings: Vec<(String, String)>,
}

/// What stands between the fields of the second line. A file's name may be anything, so each is looked for from the end.
const FIELDS: [&str; 5] = ["  seed ", "  runtime ", "  cores ", "  machine ", "  scheduler "];

/// The format that is read.
const FORMAT: &str = "# concsim-trace 1";

impl GoldenInputs {
    /// Reads them. Carriage returns at the ends of lines are no part of them.
    ///
    /// # Errors
    ///
    /// If the text is no trace of this format.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let mut lines = text.lines().map(str::trim_end);
        match lines.next() {
            Some(FORMAT) => {}
            Some(line) if line.starts_with("# concsim-trace ") => return Err("a trace of another version"),
            Some(_) | None => return Err("no trace: it does not begin with `# concsim-trace 1`"),
        }
        let line = lines.next().unwrap_or_default();
        let broken = "a trace whose second line is not that of its script";
        let mut inputs = Self::of_script(line).ok_or(broken)?;
        let settings = lines.take_while(|line| line.starts_with("# "));
        let pairs = settings.filter_map(|line| line.strip_prefix("# set ")?.split_once('='));
        inputs.settings = pairs.map(|(name, value)| (name.to_owned(), plain(value))).collect();
        Ok(inputs)
    }

    fn of_script(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("# script ")?;
        let (mut rest, detail) = match rest.strip_suffix("  detail sched") {
            Some(rest) => (rest, Detail::Sched),
            None => (rest, Detail::Sync),
        };
        let mut values = [""; FIELDS.len()];
        for (field, value) in FIELDS.iter().zip(&mut values).rev() {
            let at = rest.rfind(field)?;
            *value = &rest[at + field.len()..];
            rest = &rest[..at];
        }
        let [seed, runtime, cores, machine, scheduler] = values;
        Some(Self {
            seed: seed.parse().ok()?,
            runtime: runtime.to_owned(),
            cores: cores.parse().ok()?,
            machine: plain(machine),
            scheduler: scheduler.to_owned(),
            detail,
            settings: Vec::new(),
        })
    }

    /// The value of the last setting of that name.
    pub(super) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A text without its escapes; what is none stays.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (character, length) = match rest.bytes().next() {
            Some(b'n') => ('\n', 1),
            Some(b't') => ('\t', 1),
            Some(b'u') => coded(rest).unwrap_or(('\\', 0)),
            Some(b'\\') => ('\\', 1),
            Some(_) | None => ('\\', 0),
        };
        out.push(character);
        rest = &rest[length..];
    }
    out + rest
}

/// The character of `u{e9}`, and the length of that.
fn coded(text: &str) -> Option<(char, usize)> {
    let end = text.find('}')?;
    let code = u32::from_str_radix(text.get(2..end)?, 16).ok()?;
    Some((char::from_u32(code)?, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::printable::push_ascii;

    const LINE: &str = "# script a ir:00  seed 9.conc ir:c9d1e09b1184  seed 7  runtime cpython-3.12  cores 2  \
                        machine my \\u{f6}.toml  scheduler pct";

    #[test]
    fn inputs_are_read_whatever_the_script_is_called() {
        let text =
            format!("{FORMAT}\n{LINE}\n# set op=5ns\n# set who=\"a=b\\\\\"\nmain  +0  start\n# set x=1\n");
        let inputs = GoldenInputs::read(&text).unwrap();
        let GoldenInputs { seed, runtime, cores, machine, scheduler, detail, .. } = &inputs;
        assert_eq!((*seed, runtime.as_str(), *cores), (7, "cpython-3.12", 2));
        assert_eq!((machine.as_str(), scheduler.as_str(), *detail), ("my ö.toml", "pct", Detail::Sync));
        assert_eq!((inputs.setting("op"), inputs.setting("who")), (Some("5ns"), Some("\"a=b\\\"")));
        assert_eq!(inputs.setting("x"), None, "what stands behind the first event is no input");
        let sched = GoldenInputs::read(&format!("{FORMAT}\r\n{LINE}  detail sched\r\n")).unwrap();
        assert_eq!((sched.detail, sched.scheduler.as_str()), (Detail::Sched, "pct"));
    }

    #[test]
    fn what_is_no_trace_is_refused() {
        let read = |text: &str| GoldenInputs::read(text).unwrap_err();
        assert!(read("").contains("no trace") && read("main {}").contains("no trace"));
        assert!(read("# concsim-trace 2\n").contains("another version"));
        assert!(read("# concsim-trace 1\nmain").contains("second line"));
        assert!(read(&format!("{FORMAT}\n{}", LINE.replace("seed 7", "seed -7"))).contains("second line"));
    }

    proptest::proptest! {
        #[test]
        fn escapes_are_taken_back(text in r"(\PC|\\|\n|\t|\x1b|u\{[0-9a-f]{0,3}\}?){0,12}") {
            let mut escaped = String::new();
            push_ascii(&mut escaped, &text);
            assert_eq!(plain(&escaped), text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in r"# concsim-trace 1\n# script .{0,40}(  seed [0-9]{1,3})?(  \PC{0,20}\n){0,3}") {
            // That it comes back at all is what counts.
            let _ = GoldenInputs::read(&text);
        }
    }
}
