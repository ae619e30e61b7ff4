//! The tables of the page on the machine model: settings, machines and runtimes.

use concsim::machine::fact::Fact;
use concsim::machine::setting::{SETTINGS, Setting};
use concsim::machine::{machine, machines, runtimes};

/// The names and the texts of all parts of the page that are made.
pub(crate) fn parts() -> [(&'static str, String); 3] {
    let machines = machines().iter().map(|it| section("Machine", it.name, &it.facts()));
    let runtimes = runtimes().iter().map(|it| section("Runtime", it.name, &it.facts()));
    [("settings", settings()), ("machines", join(machines)), ("runtimes", join(runtimes))]
}

fn join(sections: impl Iterator<Item = String>) -> String {
    sections.collect::<Vec<_>>().join("\n")
}

fn settings() -> String {
    let head = "| setting | kind | `default` | `ideal` | bounds | meaning |\n| --- | --- | --- | --- | --- | --- |\n";
    let row = |setting: &Setting| {
        let (name, kind) = (setting.name, setting.kind().word());
        let bounds = format!("{} to {}", setting.text(setting.least), setting.text(setting.most));
        let values = ["default", "ideal"].map(|name| figure(name, setting));
        format!("| `{name}` | {kind} | {} | {bounds} | {} |\n", values.join(" | "), setting.meaning)
    };
    head.to_owned() + &SETTINGS.iter().map(row).collect::<String>()
}

fn figure(name: &str, setting: &Setting) -> String {
    let figures = machine(name).expect("it is built in").figures;
    let figure = figures.iter().find(|figure| figure.setting == setting.name);
    figure.map_or_else(|| "the runtime's".to_owned(), |figure| setting.text(figure.value))
}

fn section(what: &str, name: &str, facts: &[Fact]) -> String {
    let word = if what == "Machine" { "setting" } else { "fact" };
    let row = |fact: &Fact| {
        let (name, value, source) = (fact.name, fact.told(), fact.source);
        format!("| `{name}` | {value} | {} | {source} |\n", fact.evidence.word())
    };
    let rows: String = facts.iter().map(row).collect();
    format!(
        "### {what} `{name}`\n\n| {word} | value | evidence | source |\n| --- | --- | --- | --- |\n{rows}"
    )
}
