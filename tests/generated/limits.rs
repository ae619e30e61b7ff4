//! What the model does not follow, for the page on fidelity.

use serde::Deserialize;

/// As in `fidelity/limits.toml`, which the command reads, too.
#[derive(Deserialize)]
struct Limits {
    limit: Vec<Limit>,
}

#[derive(Deserialize)]
struct Limit {
    name: String,
    why: String,
    cells: Vec<String>,
}

/// The part of the page: a point for each, with the experiments that it is about.
pub(crate) fn parts() -> Vec<(&'static str, String)> {
    let limits: Limits =
        toml::from_str(&crate::read("fidelity/limits.toml")).expect("it is a list of limits");
    let points = limits.limit.iter().map(|Limit { name, why, cells }| {
        let mut experiments: Vec<&str> = cells.iter().filter_map(|cell| cell.split(' ').next()).collect();
        experiments.sort_unstable();
        experiments.dedup();
        format!("- **{name} ({}).** {why}\n", experiments.join(", "))
    });
    vec![("limits", points.collect())]
}
