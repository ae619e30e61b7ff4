//! The graph in the language of Graphviz.

use std::fmt::Write;

use crate::explore::graph::End;
use crate::export::explore::graph::{Drawing, end_word};

/// Colours of units, in order; then again from the first.
const COLOURS: [&str; 8] =
    ["#1f6fb4", "#c2570c", "#2a7f3b", "#8a3ea8", "#a33a5b", "#0f7c82", "#7a6410", "#555b66"];

/// The text of a `.dot` file.
///
/// # Panics
///
/// Never: writing to memory does not fail.
#[must_use]
pub fn dot(drawing: &Drawing<'_>) -> String {
    let mut out = String::new();
    write(drawing, &mut out).expect("writing to a string never fails");
    out
}

fn write(drawing: &Drawing<'_>, out: &mut String) -> std::fmt::Result {
    writeln!(out, "digraph states {{")?;
    writeln!(out, "  label={}; labelloc=t; fontname=\"sans-serif\";", quoted(&drawing.title))?;
    writeln!(out, "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=10];")?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=9];")?;
    for (at, spot) in drawing.nodes.iter().enumerate() {
        let mut lines = spot.words.clone();
        lines.extend(spot.end.map(|end| end_word(end).to_owned()));
        lines.extend(spot.codes.iter().map(|code| (*code).to_owned()));
        let mark = match spot.end {
            Some(End::Completed) => ", peripheries=2, color=\"#2a7f3b\"",
            Some(End::Failed | End::Stuck) => ", peripheries=2, color=\"#b3261e\"",
            None if !spot.codes.is_empty() => ", color=\"#b3261e\"",
            None => "",
        };
        writeln!(out, "  n{at} [label={}{mark}];", quoted(&lines.join("\n")))?;
    }
    for (edge, arrow) in drawing.graph.edges.iter().zip(&drawing.edges) {
        let label = format!("{}: {}", drawing.units[arrow.unit], arrow.text);
        let colour = COLOURS[arrow.unit % COLOURS.len()];
        let width = if arrow.on_witness { ", penwidth=2.5" } else { "" };
        let (from, to) = (edge.from, edge.to);
        writeln!(
            out,
            "  n{from} -> n{to} [label={}, color=\"{colour}\", fontcolor=\"{colour}\"{width}];",
            quoted(&label)
        )?;
    }
    writeln!(out, "}}")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_prints_can_not_end_a_text() {
        assert_eq!(quoted("a\"b\\n\nc"), "\"a\\\"b\\\\n\\nc\"");
    }
}
