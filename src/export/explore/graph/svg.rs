//! The graph as a picture for a browser, light or dark as its reader likes it.

use std::fmt::Write;

use crate::explore::graph::End;
use crate::export::explore::graph::layout::{Layout, layout};
use crate::export::explore::graph::{Arrow, Drawing, end_word};

/// With more transitions than that, words would hide the picture; they are shown under the mouse only.
const LABELS_MAX: usize = 60;

/// How many lines of a world stand in its box.
const LINES_MAX: usize = 4;

/// How many characters a line of a box, and a label, has.
const LINE_MAX: usize = 20;

/// Colours of units by light and by night, in order; then again from the first.
const COLOURS: [(&str, &str); 8] = [
    ("#1f6fb4", "#6cb2f0"),
    ("#c2570c", "#f2a25c"),
    ("#2a7f3b", "#7fce8d"),
    ("#8a3ea8", "#cf95ea"),
    ("#a33a5b", "#ee8dab"),
    ("#0f7c82", "#62cfd5"),
    ("#7a6410", "#d8bf5a"),
    ("#555b66", "#aeb6c4"),
];

/// The sizes of a picture.
struct Sizes {
    /// From one column to the next.
    column: usize,
    /// From one row to the next.
    row: usize,
    /// Half the width of a node.
    half_width: usize,
    /// Half its height.
    half_height: usize,
    /// Words are shown.
    words: bool,
}

const TOP: usize = 84;
const MARGIN: usize = 30;

/// The text of an `.svg` file.
///
/// # Panics
///
/// Never: writing to memory does not fail.
#[must_use]
pub fn svg(drawing: &Drawing<'_>) -> String {
    let layout = layout(drawing.graph);
    let words = drawing.edges.len() <= LABELS_MAX;
    let lines = drawing.nodes.iter().map(|spot| spot.words.len().min(LINES_MAX)).max().unwrap_or(0);
    let sizes = if words {
        Sizes { column: 100, row: 92 + 12 * lines, half_width: 58, half_height: 13 + 6 * lines, words }
    } else {
        Sizes { column: 21, row: 64, half_width: 9, half_height: 9, words }
    };
    let mut out = String::new();
    Picture { drawing, layout, sizes }.write(&mut out).expect("writing to a string never fails");
    out
}

struct Picture<'a> {
    drawing: &'a Drawing<'a>,
    layout: Layout,
    sizes: Sizes,
}

impl Picture<'_> {
    fn write(&self, out: &mut String) -> std::fmt::Result {
        let width = (self.layout.columns * self.sizes.column).max(560) + 2 * MARGIN;
        let height = TOP + self.layout.rows * self.sizes.row + MARGIN;
        writeln!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" role=\"img\">"
        )?;
        let title = escaped(&self.drawing.title);
        writeln!(out, "<title>{title}</title>")?;
        self.style(out)?;
        writeln!(out, "<rect class=\"ground\" width=\"{width}\" height=\"{height}\"/>")?;
        writeln!(out, "<text class=\"title\" x=\"{MARGIN}\" y=\"28\">{title}</text>")?;
        self.legend(out)?;
        for at in 0..self.drawing.edges.len() {
            self.edge(out, at)?;
        }
        for at in 0..self.drawing.nodes.len() {
            self.node(out, at)?;
        }
        // Words stand above all lines.
        for at in (0..self.drawing.edges.len()).filter(|_| self.sizes.words) {
            self.label(out, at)?;
        }
        writeln!(out, "</svg>")
    }

    fn style(&self, out: &mut String) -> std::fmt::Result {
        let units = self.drawing.units.len().min(COLOURS.len());
        let colours = |night: bool| {
            let mut text = String::new();
            for (at, (light, dark)) in COLOURS.iter().take(units).enumerate() {
                text.push_str(&format!("--u{at}:{};", if night { dark } else { light }));
            }
            text
        };
        writeln!(out, "<style>")?;
        writeln!(
            out,
            "svg{{--ground:#fff;--ink:#1d2330;--line:#8a93a3;--box:#f4f6f9;--good:#2a7f3b;--bad:#b3261e;{}}}",
            colours(false)
        )?;
        writeln!(
            out,
            "@media(prefers-color-scheme:dark){{svg{{--ground:#14171d;--ink:#e6e9ef;--line:#76808f;\
             --box:#20252e;--good:#7fce8d;--bad:#ff8a80;{}}}}}",
            colours(true)
        )?;
        writeln!(out, "text{{font:11px system-ui,sans-serif;fill:var(--ink)}}")?;
        writeln!(out, ".title{{font-size:15px;font-weight:600}}.ground{{fill:var(--ground)}}")?;
        writeln!(out, ".node{{fill:var(--box);stroke:var(--line);stroke-width:1.2}}")?;
        writeln!(out, ".good{{stroke:var(--good);stroke-width:3}}.bad{{stroke:var(--bad);stroke-width:3}}")?;
        writeln!(out, ".mark{{font-weight:600}}.goodmark{{fill:var(--good)}}.badmark{{fill:var(--bad)}}")?;
        writeln!(
            out,
            ".edge{{fill:none;stroke-width:1.4}}.way{{stroke-width:3.4}}.back{{stroke-dasharray:4 3}}"
        )?;
        writeln!(out, ".label{{font-size:10px;paint-order:stroke;stroke:var(--ground);stroke-width:4px}}")?;
        for at in 0..units {
            writeln!(out, ".u{at}{{stroke:var(--u{at})}}.t{at}{{fill:var(--u{at})}}")?;
        }
        writeln!(out, "</style>")
    }

    /// Which colour is whose, and what the marks mean.
    fn legend(&self, out: &mut String) -> std::fmt::Result {
        let mut x = MARGIN;
        for (at, unit) in self.drawing.units.iter().enumerate().take(COLOURS.len()) {
            let name = escaped(&cut(unit));
            writeln!(out, "<path class=\"edge way u{at}\" d=\"M{x} 50h18\"/>")?;
            writeln!(out, "<text x=\"{}\" y=\"54\">{name}</text>", x + 24)?;
            x += 44 + 7 * cut(unit).chars().count();
        }
        writeln!(
            out,
            "<text x=\"{MARGIN}\" y=\"72\">thick: the witness of the first finding; dashed: back to an \
             earlier state; a thick frame: an end, or a finding</text>"
        )
    }

    /// The middle of a node.
    fn place(&self, node: usize) -> (usize, usize) {
        let (column, row) = self.layout.places[node];
        let left = (560_usize).saturating_sub(self.layout.columns * self.sizes.column) / 2;
        (MARGIN + left + column * self.sizes.column, TOP + row * self.sizes.row + self.sizes.half_height + 8)
    }

    /// How many edges lead the same way, and which of them this one is.
    fn among_equals(&self, at: usize) -> (usize, usize) {
        let edges = &self.drawing.graph.edges;
        let same = |other: &usize| (edges[*other].from, edges[*other].to) == (edges[at].from, edges[at].to);
        ((0..at).filter(same).count(), (0..edges.len()).filter(same).count())
    }

    fn edge(&self, out: &mut String, at: usize) -> std::fmt::Result {
        let edge = &self.drawing.graph.edges[at];
        let arrow = &self.drawing.edges[at];
        let ((x1, y1), (x2, y2)) = (self.place(edge.from), self.place(edge.to));
        let half = self.sizes.half_height;
        let down = y2 > y1;
        let path = if down {
            let (top, bottom) = (y1 + half, y2 - half - 4);
            let third = (bottom - top) / 3;
            let bend = 26 * self.among_equals(at).0;
            format!(
                "M{x1} {top}C{} {} {} {} {x2} {bottom}",
                x1 + bend,
                top + third,
                x2 + bend,
                bottom - third
            )
        } else {
            // Around the right side.
            let (left, right) = (x1 + self.sizes.half_width, x2 + self.sizes.half_width + 4);
            let far = left.max(right) + 34;
            let end = if edge.from == edge.to { y2 + half / 2 } else { y2 };
            format!("M{left} {}C{far} {y1} {far} {end} {right} {end}", y1.saturating_sub(half / 2))
        };
        let class = arrow.unit % COLOURS.len();
        let way = if arrow.on_witness { " way" } else { "" };
        let back = if down { "" } else { " back" };
        let told = escaped(&self.told(arrow));
        writeln!(out, "<path class=\"edge u{class}{way}{back}\" d=\"{path}\"><title>{told}</title></path>")?;
        let (x, y) = if down { (x2, y2 - half - 1) } else { (x2 + self.sizes.half_width + 1, y2) };
        let tip = if down { format!("M{x} {y}l-4 -7h8z") } else { format!("M{x} {y}l7 -4v8z") };
        writeln!(out, "<path class=\"t{class}\" d=\"{tip}\"/>")
    }

    fn told(&self, arrow: &Arrow) -> String {
        format!("{}: {}", self.drawing.units[arrow.unit], arrow.text)
    }

    fn label(&self, out: &mut String, at: usize) -> std::fmt::Result {
        let edge = &self.drawing.graph.edges[at];
        let arrow = &self.drawing.edges[at];
        let ((x1, y1), (x2, y2)) = (self.place(edge.from), self.place(edge.to));
        let class = arrow.unit % COLOURS.len();
        let text = escaped(&cut(&arrow.text));
        let (x, y) = if y2 > y1 {
            // Those that lead to one side stand a little higher than those that lead to the other.
            let shift = 14 * self.among_equals(at).0 + 7 * usize::from(x2 > x1);
            (usize::midpoint(x1, x2), usize::midpoint(y1, y2) + shift)
        } else {
            (x1.max(x2) + self.sizes.half_width + 30, usize::midpoint(y1, y2))
        };
        writeln!(
            out,
            "<text class=\"label t{class}\" text-anchor=\"middle\" x=\"{x}\" y=\"{y}\">{text}</text>"
        )
    }

    fn node(&self, out: &mut String, at: usize) -> std::fmt::Result {
        let spot = &self.drawing.nodes[at];
        let (x, y) = self.place(at);
        let (half_width, half_height) = (self.sizes.half_width, self.sizes.half_height);
        let class = match spot.end {
            Some(End::Completed) if spot.codes.is_empty() => " good",
            Some(_) => " bad",
            None if !spot.codes.is_empty() => " bad",
            None => "",
        };
        let mut mark: Vec<&str> = spot.end.map(end_word).into_iter().collect();
        mark.extend(spot.codes.iter().copied());
        let mark = mark.join(" ");
        let mut told = spot.words.clone();
        told.extend((!mark.is_empty()).then(|| mark.clone()));
        writeln!(out, "<g><title>{}</title>", escaped(&told.join("\n")))?;
        writeln!(
            out,
            "<rect class=\"node{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"7\"/>",
            x - half_width,
            y - half_height,
            2 * half_width,
            2 * half_height
        )?;
        if self.sizes.words {
            let lines = spot.words.iter().take(LINES_MAX);
            let first = y + 4 - 6 * lines.len().saturating_sub(1);
            for (line, text) in lines.enumerate() {
                let (y, text) = (first + 12 * line, escaped(&cut(text)));
                writeln!(out, "<text text-anchor=\"middle\" x=\"{x}\" y=\"{y}\">{text}</text>")?;
            }
        }
        if !mark.is_empty() && (self.sizes.words || spot.end != Some(End::Completed)) {
            let tone = if class == " good" { "good" } else { "bad" };
            let (y, text) = (y + half_height + 14, escaped(&mark));
            writeln!(
                out,
                "<text class=\"mark {tone}mark\" text-anchor=\"middle\" x=\"{x}\" y=\"{y}\">{text}</text>"
            )?;
        }
        writeln!(out, "</g>")
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LINE_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::translate;
    use crate::base::span::Source;
    use crate::explore::graph::graph;

    #[test]
    fn a_picture_has_every_node_and_every_edge_once() {
        let text =
            "shared x = 0\ndef up() { x += 1; print \"<&>\" }\nmain { spawn thread up(); spawn thread up() }";
        let source = Source::new("x.conc", text);
        let program = translate(&source, &[]).program.expect("the script is right");
        let graph = graph(&program).expect("it is small");
        let picture = svg(&Drawing::new(&graph, &program, &source, &[]));
        assert_eq!(picture.matches("<rect class=\"node").count(), graph.nodes.len());
        assert_eq!(picture.matches("<path class=\"edge u").count(), graph.edges.len());
        assert!(picture.contains("&lt;&amp;&gt;") && !picture.contains("<&>"), "{picture}");
    }
}
