//! The kinds of checks: what each asks, and which keys it has.

use crate::base::span::Span;
use crate::base::suggest::nearest;
use crate::base::time::SimDuration;
use crate::grade::points::Points;
use crate::grade::rubric::expression::{When, expression};
use crate::grade::rubric::table::{Mistakes, Table};
use crate::grade::structure::{Construct, constructs};

/// What a check asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No schedule leads to a deadlock.
    NoDeadlock,
    /// No schedule has a race.
    NoRace,
    /// No schedule goes round for ever.
    NoLivelock,
    /// No schedule has an exception that nobody takes, or an assert that fails.
    NoException,
    /// In every schedule all units end: no deadlock, and nobody goes on for ever.
    AllUnitsEnd,
    /// The expression holds at every end.
    Final(String),
    /// The expression holds before the first step and after every step.
    Always(String),
    /// The expression holds after no step.
    Never(String),
    /// There is a schedule at whose end, or in whose course, the expression holds.
    Reachable {
        /// The expression.
        expr: String,
        /// Where it has to hold.
        at: At,
    },
    /// At most so many units are in a region at a time.
    Exclusive {
        /// The region.
        region: String,
        /// How many.
        most: u64,
    },
    /// The script has some of these.
    Uses(Wanted),
    /// The script has no more than so many of these.
    Forbids(Wanted),
    /// The script makes nothing atomic that is not atomic in the starter script.
    NoAtomic,
    /// No timed run takes longer.
    Makespan {
        /// The longest time.
        most: SimDuration,
        /// On so many cores; else on the first number of the rubric.
        cores: Option<u32>,
        /// How many runs are drawn beside the one without chance; else as many as the rubric says.
        runs: Option<u64>,
    },
    /// On several cores it is so many times as fast as on one.
    Speedup {
        /// How many cores.
        on: u32,
        /// How many times, in thousandths.
        least: Points,
    },
}

/// Where an expression has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// At an end.
    End,
    /// Anywhere.
    Any,
}

/// How much of what a script has to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Any of these counts.
    pub what: Vec<Construct>,
    /// As often at the least.
    pub least: u64,
    /// As often at the most.
    pub most: Option<u64>,
}

/// The words of all kinds, in the order of the documentation.
pub const KINDS: [&str; 15] = [
    "no_deadlock",
    "no_race",
    "no_livelock",
    "no_exception",
    "all_units_end",
    "final",
    "always",
    "never",
    "exclusive",
    "reachable",
    "uses",
    "forbids",
    "no_atomic",
    "makespan",
    "speedup",
];

/// The most that is counted of anything.
const COUNT_MAX: u64 = 1_000_000;

impl Kind {
    /// Its word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoDeadlock => "no_deadlock",
            Self::NoRace => "no_race",
            Self::NoLivelock => "no_livelock",
            Self::NoException => "no_exception",
            Self::AllUnitsEnd => "all_units_end",
            Self::Final(_) => "final",
            Self::Always(_) => "always",
            Self::Never(_) => "never",
            Self::Exclusive { .. } => "exclusive",
            Self::Reachable { .. } => "reachable",
            Self::Uses(_) => "uses",
            Self::Forbids(_) => "forbids",
            Self::NoAtomic => "no_atomic",
            Self::Makespan { .. } => "makespan",
            Self::Speedup { .. } => "speedup",
        }
    }

    /// What people read where the rubric gives no title.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::NoDeadlock => "No schedule ends in a deadlock".to_owned(),
            Self::NoRace => "No two accesses race".to_owned(),
            Self::NoLivelock => "No schedule goes round for ever".to_owned(),
            Self::NoException => "No exception is left uncaught, and no assert fails".to_owned(),
            Self::AllUnitsEnd => "All units end in every schedule".to_owned(),
            Self::Final(expr) => format!("At every end `{expr}`"),
            Self::Always(expr) => format!("After every step `{expr}`"),
            Self::Never(expr) => format!("Never `{expr}`"),
            Self::Exclusive { region, most: 1 } => format!("One unit at a time in the region `{region}`"),
            Self::Exclusive { region, most } => {
                format!("At most {most} units at a time in the region `{region}`")
            }
            Self::Reachable { expr, at: At::End } => format!("Some schedule ends with `{expr}`"),
            Self::Reachable { expr, at: At::Any } => format!("Some schedule comes to `{expr}`"),
            Self::Uses(wanted) => format!("The script uses {}", named(&wanted.what)),
            Self::Forbids(Wanted { what, most: Some(1..), .. }) => {
                format!("The script makes little use of {}", named(what))
            }
            Self::Forbids(wanted) => format!("The script does without {}", named(&wanted.what)),
            Self::NoAtomic => "Nothing is made atomic beyond the starter script".to_owned(),
            Self::Makespan { most, cores: None, .. } => format!("A run takes at most {most}"),
            Self::Makespan { most, cores: Some(cores), .. } => {
                format!("A run takes at most {most} on {}", crate::grade::words::cores(*cores))
            }
            Self::Speedup { on, least } => format!("At least {least} times as fast on {on} cores as on one"),
        }
    }

    /// Whether it asks for the code of a script, and not for what it does.
    #[must_use]
    pub const fn asks_code(&self) -> bool {
        matches!(self, Self::Uses(_) | Self::Forbids(_) | Self::NoAtomic)
    }

    /// Whether it asks for something to be possible, so that what shows it lets it pass.
    #[must_use]
    pub const fn is_goal(&self) -> bool {
        matches!(self, Self::Reachable { .. })
    }

    /// Whether it says that nothing goes wrong in any schedule, which is no merit where nothing can.
    #[must_use]
    pub const fn is_safety(&self) -> bool {
        match self {
            Self::NoDeadlock
            | Self::NoRace
            | Self::NoLivelock
            | Self::NoException
            | Self::AllUnitsEnd
            | Self::Final(_)
            | Self::Always(_)
            | Self::Never(_)
            | Self::Exclusive { .. } => true,
            Self::Reachable { .. }
            | Self::Uses(_)
            | Self::Forbids(_)
            | Self::NoAtomic
            | Self::Makespan { .. }
            | Self::Speedup { .. } => false,
        }
    }
}

/// `with`, `lock` or `rlock`
pub(in crate::grade) fn named(what: &[Construct]) -> String {
    let words: Vec<String> = what.iter().map(|construct| format!("`{construct}`")).collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The kind of a check, with its own keys. Nothing if that can't be read; then it is said why.
pub(super) fn read(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Kind> {
    let takes = "one of the kinds of checks in quotes, such as \"no_deadlock\"";
    let value = table.need("kind", takes, mistakes)?;
    let word = value.text("kind", takes, mistakes)?;
    match word {
        "no_deadlock" => Some(Kind::NoDeadlock),
        "no_race" => Some(Kind::NoRace),
        "no_livelock" => Some(Kind::NoLivelock),
        "no_exception" => Some(Kind::NoException),
        "all_units_end" => Some(Kind::AllUnitsEnd),
        "no_atomic" => Some(Kind::NoAtomic),
        "final" => expr(table, When::End, mistakes).map(Kind::Final),
        "always" => expr(table, When::Step, mistakes).map(Kind::Always),
        "never" => expr(table, When::Step, mistakes).map(Kind::Never),
        "reachable" => reachable(table, mistakes),
        "exclusive" => exclusive(table, mistakes),
        "uses" => wanted(table, 1, None, mistakes).map(Kind::Uses),
        "forbids" => wanted(table, 0, Some(0), mistakes).map(Kind::Forbids),
        "makespan" => makespan(table, mistakes),
        "speedup" => speedup(table, mistakes),
        _ => {
            value.unknown(&format!("there is no kind of checks \"{word}\""), word, &KINDS, mistakes);
            None
        }
    }
}

fn expr(table: &mut Table<'_>, when: When, mistakes: &mut Mistakes) -> Option<String> {
    let value = table.need("expr", "an expression in quotes", mistakes)?;
    expression(value, "expr", when, mistakes)
}

fn reachable(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Kind> {
    let words = [("end", At::End), ("any", At::Any)];
    let at = match table.take("at") {
        Some(value) => value.word("at", &words, mistakes),
        None => Some(At::End),
    };
    let when = if at == Some(At::Any) { When::Step } else { When::End };
    let expr = expr(table, when, mistakes);
    Some(Kind::Reachable { expr: expr?, at: at? })
}

fn exclusive(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Kind> {
    let takes = "the name of a region";
    let most = match table.take("max") {
        Some(value) => value.whole("max", 1..=COUNT_MAX, mistakes),
        None => Some(1),
    };
    let region = table.need("region", takes, mistakes).and_then(|value| {
        let named = value.named("region", takes, mistakes)?;
        let is_name = |text: &str| {
            let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            text.bytes().all(is_word) && !text.starts_with(|first: char| first.is_ascii_digit())
        };
        if !is_name(&named.text) {
            mistakes.add(value.span, format!("`region` takes {takes}, and a script can't have such a name"));
            return None;
        }
        Some(named.text)
    });
    Some(Kind::Exclusive { region: region?, most: most? })
}

fn wanted(table: &mut Table<'_>, least: u64, most: Option<u64>, mistakes: &mut Mistakes) -> Option<Wanted> {
    let counts = 0..=COUNT_MAX;
    let at_least = if least > 0 { table.take("at_least") } else { None };
    let at_most = table.take("at_most");
    let what = table.need("what", "a word of the language, or a list of them", mistakes);
    let what = what.and_then(|value| {
        let mut all = Vec::new();
        for entry in value.one_or_many() {
            let word = entry.text(
                "what",
                "words such as \"with\", \"lock\", \".acquire\" or \"spawn task\"",
                mistakes,
            )?;
            match Construct::from_word(word) {
                Some(construct) => all.push(construct),
                None => {
                    unknown_construct(entry.span, word, mistakes);
                    return None;
                }
            }
        }
        if all.is_empty() {
            mistakes.add(value.span, "`what` names nothing");
            return None;
        }
        Some(all)
    });
    let least = at_least.map_or(Some(least), |value| value.whole("at_least", counts.clone(), mistakes))?;
    let span = at_most.map(|value| value.span);
    let most = match at_most {
        Some(value) => Some(value.whole("at_most", counts, mistakes)?),
        None => most,
    };
    if let (Some(span), Some(most)) = (span, most.filter(|most| *most < least)) {
        mistakes.add(span, format!("nothing is at least {least} times and at most {most} times there"));
        return None;
    }
    Some(Wanted { what: what?, least, most })
}

fn unknown_construct(span: Span, word: &str, mistakes: &mut Mistakes) {
    let known = constructs();
    let help = match nearest(word, known.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean \"{meant}\"?"),
        None => {
            "a statement is \"with\", a kind of object \"lock\", a kind of unit \"spawn task\", a method \
                 \".acquire\", a function \"now()\""
                .to_owned()
        }
    };
    mistakes.add_with_help(span, format!("there is nothing called \"{word}\" to look for"), help);
}

fn makespan(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Kind> {
    let most = table.need("at_most", "a duration in quotes such as \"50ms\"", mistakes);
    let most = most.and_then(|value| value.duration("at_most", mistakes));
    let cores = table.take("cores").map(|value| cores(value.whole("cores", 1..=1024, mistakes)));
    let runs = table.take("runs").map(|value| value.whole("runs", 0..=10_000, mistakes));
    Some(Kind::Makespan { most: SimDuration(most?), cores: lift(cores)?, runs: lift(runs)? })
}

fn speedup(table: &mut Table<'_>, mistakes: &mut Mistakes) -> Option<Kind> {
    let on = table.need("on", "a number of cores from 2 on", mistakes);
    let on = on.and_then(|value| cores(value.whole("on", 2..=1024, mistakes)));
    let least = table.need("at_least", "how many times as fast, such as 2.5", mistakes);
    let least = least.and_then(|value| value.points("at_least", mistakes));
    Some(Kind::Speedup { on: on?, least: least? })
}

fn cores(number: Option<u64>) -> Option<u32> {
    number.and_then(|number| u32::try_from(number).ok())
}

/// A value that need not be there, but has to be right if it is.
#[expect(
    clippy::option_option,
    reason = "the outer one says that the value is wrong, the inner one that there is none"
)]
const fn lift<T: Copy>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(None) => None,
        Some(some) => Some(some),
    }
}
