//! What the activities of units are called, and how pictures show them.

use anstyle::{AnsiColor, Style};

use crate::observe::times::Activity;

/// Activities that are shown as one.
#[derive(Debug)]
pub struct Look {
    /// Over a column of a table, and in legends.
    pub word: &'static str,
    /// Which.
    pub activities: &'static [Activity],
    /// In a lane of a terminal that knows Unicode, and of one that does not.
    pub characters: (char, char),
    /// In a picture, by light and by night; none is a line and no area.
    pub colours: Option<(&'static str, &'static str)>,
    /// On a terminal.
    pub ansi: Option<AnsiColor>,
}

impl Look {
    /// The character of a lane.
    #[must_use]
    pub const fn character(&self, unicode: bool) -> char {
        if unicode { self.characters.0 } else { self.characters.1 }
    }

    /// Its style on a terminal.
    #[must_use]
    pub fn style(&self) -> Style {
        self.ansi.map_or(Style::new().dimmed(), AnsiColor::on_default)
    }
}

/// All of them, in the order in which tables and pictures list them.
pub const LOOKS: [Look; 9] = [
    Look {
        word: "running",
        activities: &[Activity::Work],
        characters: ('█', '#'),
        colours: Some(("#2f9e6e", "#45c08d")),
        ansi: Some(AnsiColor::Green),
    },
    Look {
        word: "GIL wait",
        activities: &[Activity::Gil],
        characters: ('░', 'g'),
        colours: Some(("#f3a6a0", "#8c3f3c")),
        ansi: Some(AnsiColor::Red),
    },
    Look {
        word: "core wait",
        activities: &[Activity::Queue, Activity::Switch],
        characters: ('▒', 'c'),
        colours: Some(("#f5cf7f", "#86652a")),
        ansi: Some(AnsiColor::Yellow),
    },
    Look {
        word: "lock wait",
        activities: &[Activity::Object],
        characters: ('▓', 'x'),
        colours: Some(("#cdb2ec", "#664a8a")),
        ansi: Some(AnsiColor::Magenta),
    },
    Look {
        word: "I/O",
        activities: &[Activity::Io, Activity::Channel],
        characters: ('≈', '~'),
        colours: Some(("#b7d5f4", "#2f5a86")),
        ansi: Some(AnsiColor::Blue),
    },
    Look {
        word: "asleep",
        activities: &[Activity::Sleep],
        characters: ('·', '.'),
        colours: Some(("#e3e7ed", "#333a46")),
        ansi: None,
    },
    Look {
        word: "unit wait",
        activities: &[Activity::Unit],
        characters: ('─', '-'),
        colours: None,
        ansi: None,
    },
    Look {
        word: "starting",
        activities: &[Activity::Start],
        characters: ('╌', '+'),
        colours: None,
        ansi: None,
    },
    Look {
        word: "turn wait",
        activities: &[Activity::Turn],
        characters: ('╎', ':'),
        colours: None,
        ansi: None,
    },
];

/// Which look an activity has, by its number in a lane.
///
/// # Panics
///
/// If no activity has that number.
#[must_use]
pub fn look_of(number: u32) -> usize {
    let has = |look: &Look| look.activities.iter().any(|activity| *activity as u32 == number);
    LOOKS.iter().position(has).expect("every activity has a look")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_activity_has_one_look_and_every_look_a_character_of_its_own() {
        for activity in Activity::ALL {
            let looks = LOOKS.iter().filter(|look| look.activities.contains(&activity));
            assert_eq!(looks.count(), 1, "{activity:?}");
        }
        for unicode in [true, false] {
            let characters = LOOKS.iter().map(|look| look.character(unicode));
            assert_eq!(characters.collect::<std::collections::BTreeSet<_>>().len(), LOOKS.len());
        }
        assert!(LOOKS.iter().all(|look| look.character(false).is_ascii()));
    }
}
