//! Tests of scripts for people: a line for each script, and one that counts.

use crate::base::printable::safe;
use crate::export::tested::{Script, Test, Verdict, Written};

/// A line for each script and each golden that was written.
#[must_use]
pub fn list(scripts: &[Script]) -> String {
    let path_width = scripts.iter().map(|script| safe(&script.path).chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for script in scripts {
        let (word, path) = (script.verdict().word(), safe(&script.path));
        text.push_str(format!("{word:<9}  {path:<path_width$}  {}", goldens(script)).trim_end());
        text.push('\n');
    }
    text
}

/// A line for each golden that was written.
#[must_use]
pub fn written(scripts: &[Script]) -> String {
    let mut text = String::new();
    for (script, test) in
        scripts.iter().flat_map(|script| script.tests.iter().map(move |test| (script, test)))
    {
        let word = match test.written {
            Some(Written::Blessed) => "blessed",
            Some(Written::Made) => "made",
            None => continue,
        };
        text.push_str(&format!("{word:<9}  {}\n", safe(&beside(script, test))));
    }
    text
}

/// The golden of a test, in the folder of its script.
#[must_use]
pub fn beside(script: &Script, test: &Test) -> String {
    let golden = test.golden.as_deref().unwrap_or_default();
    match script.path.rsplit_once('/') {
        Some((folder, _)) => format!("{folder}/{golden}"),
        None => golden.to_owned(),
    }
}

fn goldens(script: &Script) -> String {
    match script.tests.iter().filter(|test| test.golden.is_some()).count() {
        0 if script.source.is_none() => String::new(),
        0 => "no golden".to_owned(),
        count => counted(count, "golden"),
    }
}

/// How many came to what, without a line feed.
#[must_use]
pub fn summary(scripts: &[Script]) -> String {
    let goldens =
        scripts.iter().flat_map(|script| &script.tests).filter(|test| test.golden.is_some()).count();
    let of = |verdict: Verdict| {
        let count = scripts.iter().filter(|script| script.verdict() == verdict).count();
        (count > 0).then(|| format!("{count} {}", counting_word(verdict)))
    };
    let verdicts: Vec<String> = Verdict::ALL.into_iter().filter_map(of).collect();
    format!("{}, {}: {}", counted(scripts.len(), "script"), counted(goldens, "golden"), verdicts.join(", "))
}

/// The word of a verdict behind a number.
const fn counting_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Limit => "at a limit",
        Verdict::Mistake => "that can't be used",
        Verdict::Ok | Verdict::NotTried | Verdict::Changed | Verdict::Failed | Verdict::Crashed => {
            verdict.word()
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
