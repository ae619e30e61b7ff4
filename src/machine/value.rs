//! What a script gives a setting, and whether the setting takes it.

use crate::base::size::SignedSize;
use crate::base::time::SignedDuration;
use crate::machine::error::Problem;
use crate::machine::setting::{Kind, Setting};

/// A literal of the script's `machine` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// `2`
    Int(i64),
    /// `1.5ms`, in nanoseconds
    Duration(i64),
    /// `64KiB`, in bytes
    Size(i64),
    /// `"ideal"`
    Str(String),
    /// `True`, `False`
    Bool(bool),
    /// `None`
    None,
}

impl SettingValue {
    /// What it is, with an article.
    #[must_use]
    pub const fn describe(&self) -> &'static str {
        match self {
            Self::Int(_) => "an integer",
            Self::Duration(_) => "a duration",
            Self::Size(_) => "a size",
            Self::Str(_) => "a string",
            Self::Bool(_) => "a boolean",
            Self::None => "None",
        }
    }

    fn number_for(&self, kind: Kind) -> Option<i64> {
        match (self, kind) {
            (Self::Int(number), Kind::Count)
            | (Self::Duration(number), Kind::Duration)
            | (Self::Size(number), Kind::Size) => Some(*number),
            (
                Self::Int(_) | Self::Duration(_) | Self::Size(_) | Self::Str(_) | Self::Bool(_) | Self::None,
                Kind::Count | Kind::Duration | Kind::Size,
            ) => None,
        }
    }
}

/// The number that `value` gives `setting`, in the setting's unit.
pub(super) fn accept(setting: &'static Setting, value: &SettingValue) -> Result<u64, Problem> {
    let Some(number) = value.number_for(setting.kind()) else {
        let expected = match setting.kind() {
            Kind::Duration => "a duration such as 5ms",
            Kind::Size => "a size such as 20KiB",
            Kind::Count => "an integer",
        };
        return Err(Problem::WrongType { setting: setting.name, expected, found: value.describe() });
    };
    bounded(setting, number)
}

/// That number, if the setting takes it.
pub(super) fn bounded(setting: &'static Setting, number: i64) -> Result<u64, Problem> {
    let in_bounds = u64::try_from(number).ok().filter(|n| (setting.least..=setting.most).contains(n));
    in_bounds.ok_or_else(|| Problem::OutOfRange {
        setting: setting.name,
        least: setting.text(setting.least),
        most: setting.text(setting.most),
        given: match setting.kind() {
            Kind::Duration => SignedDuration(number).to_string(),
            Kind::Size => SignedSize(number).to_string(),
            Kind::Count => number.to_string(),
        },
    })
}
