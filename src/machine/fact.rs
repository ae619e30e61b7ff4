//! What a runtime and a machine consist of, fact by fact, for those who want to read it.

use crate::machine::profile::{Evidence, Factor, Gil, LockPolicy, Machine, Runtime, Source};
use crate::machine::setting::Setting;
use crate::machine::{DEFAULT_MACHINE, machine};

/// One fact of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about: a field of a runtime, or a setting.
    pub name: &'static str,
    /// As a script would write it, or in a few words. Of a figure that a runtime scales, what it is on the default machine.
    pub value: String,
    /// How many percent of the machine's figure that is, if a runtime scales it.
    pub percent: Option<u32>,
    /// How it is known.
    pub evidence: Evidence,
    /// Where it comes from.
    pub source: &'static str,
}

impl Runtime {
    /// What it consists of, in the order of its sources, and which of the machine's figures are others under it.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let fact = |source: &Source| Fact {
            name: source.of,
            value: self.value(source.of),
            percent: None,
            evidence: source.evidence,
            source: source.text,
        };
        let factor = |factor: &Factor| Fact {
            name: factor.setting,
            value: scaled(factor),
            percent: Some(factor.percent),
            evidence: factor.evidence,
            source: factor.source,
        };
        self.sources.iter().map(fact).chain(self.factors.iter().map(factor)).collect()
    }

    fn value(&self, of: &str) -> String {
        match (of, self.gil, self.lock) {
            ("gil", Gil::None, _) => "none".to_owned(),
            ("gil", Gil::Interval, _) => "interval".to_owned(),
            ("gil", Gil::Ticks, _) => "ticks".to_owned(),
            ("gil", Gil::Polling, _) => "polled".to_owned(),
            ("check_points", ..) => self.check_points.word().to_owned(),
            ("lock", _, LockPolicy::Barging) => "barging".to_owned(),
            ("lock", _, LockPolicy::HandOff { after }) => format!("hand-off after {after}"),
            ("free_lock", ..) => self.free_lock.raises().0.to_owned(),
            ("timed_waits", ..) => self.timed_waits.word().to_owned(),
            ("switch_interval", ..) => self.switch_interval.to_string(),
            ("check_interval", ..) => self.check_interval.to_string(),
            ("gil_poll", ..) => self.polling.every.to_string(),
            ("gil_slice_intervals", ..) => self.polling.intervals.to_string(),
            ("gil_short_slice", ..) => self.polling.part.to_string(),
            ("speed_percent", ..) => self.speed_percent.to_string(),
            ("start_method", ..) => self.start_method.word().to_owned(),
            (other, ..) => unreachable!("`{other}` is no field of a runtime"),
        }
    }
}

impl Fact {
    /// Its value, for those who read a table.
    #[must_use]
    pub fn told(&self) -> String {
        self.percent.map_or_else(
            || self.value.clone(),
            |percent| format!("{percent} % of the machine's; on {DEFAULT_MACHINE} {}", self.value),
        )
    }
}

/// What comes of the default machine's figure.
fn scaled(factor: &Factor) -> String {
    let machine = machine(DEFAULT_MACHINE).expect("it is built in");
    let figure = machine.figures.iter().find(|figure| figure.setting == factor.setting);
    let setting = Setting::named(factor.setting).expect("a factor is named for a setting");
    setting.text(factor.of(figure.expect("the default machine gives all that can be scaled").value))
}

impl Machine {
    /// Its figures, in the order of the settings.
    ///
    /// # Panics
    ///
    /// Never: a figure is named for a setting.
    #[must_use]
    pub fn facts(&self) -> Vec<Fact> {
        let figures = self.figures.iter().map(|figure| {
            let setting = Setting::named(figure.setting).expect("a figure is named for a setting");
            let (evidence, source) = (figure.evidence, figure.source);
            Fact { name: figure.setting, value: setting.text(figure.value), percent: None, evidence, source }
        });
        figures.collect()
    }
}
