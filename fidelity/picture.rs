//! Predicted against measured, on two logarithmic axes.

use plotters::prelude::*;

use crate::score::Scored;

/// A colour for each runtime, in order.
const COLOURS: [RGBColor; 8] = [
    RGBColor(63, 127, 193),
    RGBColor(217, 128, 50),
    RGBColor(59, 154, 156),
    RGBColor(148, 102, 184),
    RGBColor(181, 88, 122),
    RGBColor(127, 148, 64),
    RGBColor(138, 109, 85),
    RGBColor(102, 115, 138),
];

/// The text of an `.svg` file.
pub(crate) fn picture(scored: &[Scored<'_>]) -> Result<String, String> {
    let mut text = String::new();
    draw(scored, &mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

type Points = Vec<(f64, f64)>;

fn draw(scored: &[Scored<'_>], text: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let points = |runtime: &str| -> Points {
        let own = scored.iter().filter(|one| one.runtime == runtime && one.is_near().is_some());
        own.filter_map(Scored::numbers).filter(|(a, b)| *a > 0.0 && *b > 0.0).collect()
    };
    let mut runtimes: Vec<&str> = scored.iter().map(|one| one.runtime.as_str()).collect();
    runtimes.sort_unstable();
    runtimes.dedup();
    let all: Points = runtimes.iter().flat_map(|runtime| points(runtime)).collect();
    let figures = || all.iter().flat_map(|(a, b)| [*a, *b]);
    let low = figures().fold(f64::INFINITY, f64::min) / 2.0;
    let high = figures().fold(0.0, f64::max) * 2.0;
    if all.is_empty() {
        return Err("no cell has a figure that can be drawn".into());
    }
    let root = SVGBackend::with_string(text, (860, 640)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("Predicted against measured", ("sans-serif", 20))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d((low..high).log_scale(), (low..high).log_scale())?;
    let label = |value: &f64| format!("1e{:.0}", value.log10());
    chart
        .configure_mesh()
        .x_desc("measured (ratios, seconds, KiB, events per second)")
        .y_desc("predicted")
        .x_label_formatter(&label)
        .y_label_formatter(&label)
        .light_line_style(WHITE)
        .draw()?;
    let line = |factor: f64| LineSeries::new([(low, low * factor), (high, high * factor)], BLACK.mix(0.4));
    chart.draw_series(line(1.0))?;
    for factor in [0.8, 1.25] {
        chart.draw_series(line(factor))?;
    }
    for (runtime, colour) in runtimes.iter().zip(COLOURS.iter().cycle()) {
        let own = points(runtime);
        if own.is_empty() {
            continue;
        }
        chart
            .draw_series(own.into_iter().map(|point| Circle::new(point, 3, colour.mix(0.7).filled())))?
            .label(*runtime)
            .legend(move |(x, y)| Circle::new((x + 8, y), 4, colour.filled()));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .border_style(BLACK.mix(0.3))
        .draw()?;
    root.present()?;
    drop(chart);
    drop(root);
    Ok(())
}
