//! JUnit XML: what build servers show of tests, in the shape that the strict readers of it share.
//!
//! Neither of the public schemas allows all that the other one does. Both take a bare `testsuites`, suites with all
//! attributes and with properties, cases, output and errors in that order, and times as plain decimals.
//! Nothing of the computer is in it, neither clock nor name: the same results give the same bytes.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::base::printable::safe;
use crate::base::time::SimDuration;

/// The time of every suite, since the same results are the same at any time.
const TIMESTAMP: &str = "1970-01-01T00:00:00";

/// Tests that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// What it belongs to: `concsim.test`.
    pub package: String,
    /// What its results depend on, by name.
    pub properties: Vec<(String, String)>,
    /// The tests.
    pub cases: Vec<Case>,
}

/// A test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The thing that is tested.
    pub class: String,
    /// How long the simulated runs took, in virtual time.
    pub time: SimDuration,
    /// What came of it.
    pub result: CaseResult,
}

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseResult {
    /// All is as it should be.
    Passed,
    /// Something is not.
    Failed(Problem),
    /// It could not be found out.
    Error(Problem),
    /// It was not tried, for this reason.
    Skipped(String),
}

/// Why a test did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// A word for the kind of problem: `concsim.golden`.
    pub kind: String,
    /// One sentence.
    pub message: String,
    /// All of it, in lines.
    pub text: String,
}

/// The document, with a line feed at its end.
///
/// # Panics
///
/// Never: whatever is written goes to memory.
#[must_use]
pub fn junit(suites: &[Suite]) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut writer, suites).expect("a vector takes whatever is written");
    let mut text = String::from_utf8(writer.into_inner()).expect("XML is written as UTF-8");
    text.push('\n');
    text
}

type Out = Writer<Vec<u8>>;

fn write(out: &mut Out, suites: &[Suite]) -> io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    out.create_element("testsuites").write_inner_content(|out| {
        for (id, suite) in suites.iter().enumerate() {
            write_suite(out, id, suite)?;
        }
        // Without any child the element would be closed on a line of its own.
        Ok(())
    })?;
    Ok(())
}

fn write_suite(out: &mut Out, id: usize, suite: &Suite) -> io::Result<()> {
    let count = |is: fn(&CaseResult) -> bool| suite.cases.iter().filter(|case| is(&case.result)).count();
    let time = suite.cases.iter().fold(0_u64, |sum, case| sum.saturating_add(case.time.0));
    let attributes = [
        ("id", id.to_string()),
        ("package", token(&suite.package)),
        ("name", token(&suite.name)),
        ("timestamp", TIMESTAMP.to_string()),
        ("hostname", "localhost".to_string()),
        ("tests", suite.cases.len().to_string()),
        ("failures", count(|result| matches!(result, CaseResult::Failed(_))).to_string()),
        ("errors", count(|result| matches!(result, CaseResult::Error(_))).to_string()),
        ("skipped", count(|result| matches!(result, CaseResult::Skipped(_))).to_string()),
        ("time", seconds(SimDuration(time))),
    ];
    let element = out.create_element("testsuite").with_attributes(pairs(&attributes));
    element.write_inner_content(|out| {
        out.create_element("properties").write_inner_content(|out| {
            for (name, value) in &suite.properties {
                let attributes = [("name", token(name)), ("value", harmless(value))];
                out.create_element("property").with_attributes(pairs(&attributes)).write_empty()?;
            }
            Ok(())
        })?;
        suite.cases.iter().try_for_each(|case| write_case(out, case))?;
        out.create_element("system-out").write_empty()?;
        out.create_element("system-err").write_empty()?;
        Ok(())
    })?;
    Ok(())
}

fn write_case(out: &mut Out, case: &Case) -> io::Result<()> {
    let attributes =
        [("name", token(&case.name)), ("classname", token(&case.class)), ("time", seconds(case.time))];
    let element = out.create_element("testcase").with_attributes(pairs(&attributes));
    match &case.result {
        CaseResult::Passed => element.write_empty()?,
        CaseResult::Failed(problem) => {
            element.write_inner_content(|out| write_problem(out, "failure", problem))?
        }
        CaseResult::Error(problem) => {
            element.write_inner_content(|out| write_problem(out, "error", problem))?
        }
        CaseResult::Skipped(why) => element.write_inner_content(|out| {
            let attributes = [("message", harmless(why))];
            out.create_element("skipped").with_attributes(pairs(&attributes)).write_empty()?;
            Ok(())
        })?,
    };
    Ok(())
}

fn write_problem(out: &mut Out, element: &str, problem: &Problem) -> io::Result<()> {
    let attributes = [("type", token(&problem.kind)), ("message", harmless(&problem.message))];
    let text = problem.text.split('\n').map(harmless).collect::<Vec<_>>().join("\n");
    let element = out.create_element(element).with_attributes(pairs(&attributes));
    element.write_text_content(BytesText::new(&text))?;
    Ok(())
}

fn pairs<'a>(attributes: &'a [(&'a str, String)]) -> impl Iterator<Item = (&'a str, &'a str)> {
    attributes.iter().map(|(name, value)| (*name, value.as_str()))
}

/// What XML has no character for, and what would mislead a reader, becomes an escape.
fn harmless(text: &str) -> String {
    safe(text).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}

/// The schemas ask for names that neither begin nor end with a space, have no two of them in a row, and are not empty.
fn token(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(harmless).collect();
    if words.is_empty() { "-".to_string() } else { words.join(" ") }
}

/// In seconds with three decimals, rounded down.
fn seconds(time: SimDuration) -> String {
    let milliseconds = time.0 / 1_000_000;
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, result: CaseResult) -> Case {
        Case { name: name.to_string(), class: "bank".to_string(), time: SimDuration::us(1_500), result }
    }

    fn problem(text: &str) -> Problem {
        Problem { kind: "golden".to_string(), message: "<it> & \"that\"".to_string(), text: text.to_string() }
    }

    #[test]
    fn all_results_have_the_shape_that_strict_readers_share() {
        let suite = Suite {
            name: "a  class\n".to_string(),
            package: "concsim.test".to_string(),
            properties: vec![("seed".to_string(), "42".to_string())],
            cases: vec![
                case("passes", CaseResult::Passed),
                case("fails", CaseResult::Failed(problem("one\ntwo ]]> \u{1b}[2J\u{202e}"))),
                case("breaks", CaseResult::Error(problem("\u{0}"))),
                case("", CaseResult::Skipped("its base did not pass".to_string())),
            ],
        };
        let want = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite id="0" package="concsim.test" name="a class" timestamp="1970-01-01T00:00:00" hostname="localhost" tests="4" failures="1" errors="1" skipped="1" time="0.006">
    <properties>
      <property name="seed" value="42"/>
    </properties>
    <testcase name="passes" classname="bank" time="0.001"/>
    <testcase name="fails" classname="bank" time="0.001">
      <failure type="golden" message="&lt;it&gt; &amp; &quot;that&quot;">one
two ]]&gt; \u{1b}[2J\u{202e}</failure>
    </testcase>
    <testcase name="breaks" classname="bank" time="0.001">
      <error type="golden" message="&lt;it&gt; &amp; &quot;that&quot;">\u{0}</error>
    </testcase>
    <testcase name="-" classname="bank" time="0.001">
      <skipped message="its base did not pass"/>
    </testcase>
    <system-out/>
    <system-err/>
  </testsuite>
</testsuites>
"#;
        assert_eq!(junit(&[suite]), want);
    }

    #[test]
    fn no_suite_at_all_is_a_document_too() {
        assert_eq!(junit(&[]), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n</testsuites>\n");
    }
}
