//! How long a script takes for each value of a param, as a picture for a browser, light or dark as its reader likes.

use std::fmt::Write;

use crate::base::time::SimDuration;
use crate::export::choice::Sweep;
use crate::export::choice::axis::Axis;
use crate::export::choice::figures::time;
use crate::export::choice::plot::{Series, axes, series, value};
use crate::export::choice::text::of;
use crate::export::picture::svg::{OWNERS, escaped};

const WIDTH: usize = 860;
const HEIGHT: usize = 460;
/// Where the plot begins and ends.
const LEFT: usize = 84;
const RIGHT: usize = 690;
const TOP: usize = 66;
const BOTTOM: usize = 400;
/// How lines are broken, so that one that lies under another one can be seen.
const DASHES: [&str; 4] = ["", "7 4", "2 5", "10 3 2 3"];
/// Between the names of two lines.
const LINE: usize = 16;

/// The text of an `.svg` file; nothing if no run has come to a good end.
#[must_use]
pub fn svg(sweep: &Sweep<'_>) -> Option<String> {
    let series = series(sweep);
    let (across, up) = axes(&series)?;
    let mut out = String::new();
    // Writing to a string never fails.
    let _ = frame(&mut out, sweep);
    let _ = grid(&mut out, sweep, (across, up));
    let _ = lines(&mut out, &series, (across, up));
    out.push_str("</svg>\n");
    Some(out)
}

fn column(across: Axis, value: i64) -> usize {
    LEFT + across.place(value, RIGHT - LEFT)
}

fn height(up: Axis, elapsed: i64) -> usize {
    BOTTOM - up.place(elapsed, BOTTOM - TOP)
}

/// The ground, the colours and the title.
fn frame(out: &mut String, sweep: &Sweep<'_>) -> std::fmt::Result {
    let colours = |night: bool| {
        let one = |(at, (light, dark)): (usize, &(&'static str, &'static str))| {
            format!("--o{at}:{};", if night { dark } else { light })
        };
        OWNERS.iter().enumerate().map(one).collect::<String>()
    };
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\" role=\"img\">"
    )?;
    let script = escaped(&sweep.of.source.name);
    let param = escaped(sweep.param);
    writeln!(out, "<title>{script}: how long it takes for each {param}</title>")?;
    writeln!(out, "<style>")?;
    writeln!(out, "svg{{--ground:#fff;--ink:#1f2530;--dim:#687386;--grid:#e9edf2;{}}}", colours(false))?;
    writeln!(
        out,
        "@media(prefers-color-scheme:dark){{svg{{--ground:#12161d;--ink:#e4e8ee;--dim:#8b97a9;--grid:#222934;{}}}}}",
        colours(true)
    )?;
    writeln!(out, "text{{font:12px system-ui,-apple-system,'Segoe UI',sans-serif;fill:var(--ink)}}")?;
    writeln!(out, ".title{{font-size:17px;font-weight:600}}.dim{{font-size:11px;fill:var(--dim)}}")?;
    writeln!(out, ".ground{{fill:var(--ground)}}.grid{{stroke:var(--grid)}}")?;
    writeln!(out, ".line{{fill:none;stroke-width:2;stroke-linejoin:round}}")?;
    for at in 0..OWNERS.len() {
        writeln!(out, ".o{at}{{stroke:var(--o{at})}}.n{at}{{fill:var(--o{at})}}")?;
    }
    writeln!(out, "</style>")?;
    writeln!(out, "<rect class=\"ground\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"8\"/>")?;
    writeln!(out, "<text class=\"title\" x=\"24\" y=\"34\">{script}</text>")?;
    let groups = sweep.points.first().map_or(&[][..], |point| &point.groups);
    let place = match groups {
        [one] => format!("{} · ", of(one)),
        _ => String::new(),
    };
    writeln!(
        out,
        "<text class=\"dim\" text-anchor=\"end\" x=\"{}\" y=\"34\">{}virtual time for each {param}</text>",
        WIDTH - 24,
        escaped(&place)
    )
}

/// The marks of both axes.
fn grid(out: &mut String, sweep: &Sweep<'_>, (across, up): (Axis, Axis)) -> std::fmt::Result {
    for tick in up.ticks(8) {
        let y = height(up, tick);
        let label = time(SimDuration(tick.unsigned_abs()));
        writeln!(out, "<path class=\"grid\" d=\"M{LEFT} {y}H{RIGHT}\"/>")?;
        writeln!(
            out,
            "<text class=\"dim\" text-anchor=\"end\" x=\"{}\" y=\"{}\">{label}</text>",
            LEFT - 10,
            y + 4
        )?;
    }
    let mut free_from = 0;
    for tick in across.ticks(10) {
        let x = column(across, tick);
        let label = value(sweep, tick);
        let half = label.chars().count() * 4;
        writeln!(out, "<path class=\"grid\" d=\"M{x} {TOP}V{BOTTOM}\"/>")?;
        if x >= free_from + half {
            let label = escaped(&label);
            writeln!(
                out,
                "<text class=\"dim\" text-anchor=\"middle\" x=\"{x}\" y=\"{}\">{label}</text>",
                BOTTOM + 18
            )?;
            free_from = x + half + 6;
        }
    }
    let middle = LEFT.midpoint(RIGHT);
    let param = escaped(sweep.param);
    writeln!(out, "<text text-anchor=\"middle\" x=\"{middle}\" y=\"{}\">{param}</text>", BOTTOM + 42)
}

/// The lines, each with its name at its end.
fn lines(out: &mut String, series: &[Series], (across, up): (Axis, Axis)) -> std::fmt::Result {
    for (at, Series { label, points }) in series.iter().enumerate() {
        let owner = at % OWNERS.len();
        let places: Vec<(usize, usize)> =
            points.iter().map(|&(value, elapsed)| (column(across, value), height(up, elapsed))).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x} {y}")).collect();
        writeln!(out, "<g><title>{}</title>", escaped(label))?;
        let dash = match DASHES[at % DASHES.len()] {
            "" => String::new(),
            dash => format!(" stroke-dasharray=\"{dash}\""),
        };
        writeln!(out, "<path class=\"line o{owner}\"{dash} d=\"M{}\"/>", path.join("L"))?;
        for ((x, y), (_, elapsed)) in places.iter().zip(points) {
            let told = time(SimDuration(elapsed.unsigned_abs()));
            writeln!(
                out,
                "<circle class=\"n{owner}\" cx=\"{x}\" cy=\"{y}\" r=\"3\"><title>{told}</title></circle>"
            )?;
        }
        writeln!(out, "</g>")?;
    }
    let ends = series.iter().filter_map(|series| series.points.last());
    let ends: Vec<usize> = ends.map(|&(_, elapsed)| height(up, elapsed)).collect();
    for ((at, series), y) in series.iter().enumerate().zip(apart(&ends)) {
        let owner = at % OWNERS.len();
        let (x, end) = (RIGHT + 22, ends[at]);
        writeln!(
            out,
            "<path class=\"o{owner}\" fill=\"none\" opacity=\".5\" d=\"M{} {end}L{} {y}\"/>",
            RIGHT + 5,
            x - 4
        )?;
        writeln!(
            out,
            "<text class=\"n{owner}\" x=\"{x}\" y=\"{}\">{}</text>",
            y + 4,
            escaped(&series.label)
        )?;
    }
    Ok(())
}

/// The same heights, but a line of text apart from each other, and none below the plot.
fn apart(heights: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by_key(|&at| (heights[at], at));
    let mut apart = heights.to_vec();
    let mut free_from = 0;
    for &at in &order {
        apart[at] = apart[at].max(free_from);
        free_from = apart[at] + LINE;
    }
    let mut free_to = BOTTOM + LINE;
    for &at in order.iter().rev() {
        apart[at] = apart[at].min(free_to.saturating_sub(LINE));
        free_to = apart[at];
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_lie_on_each_other() {
        assert_eq!(apart(&[100, 100, 300]), [100, 116, 300]);
        assert_eq!(apart(&[BOTTOM, BOTTOM - 2]), [BOTTOM, BOTTOM - LINE]);
    }
}
