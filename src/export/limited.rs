//! What limited a run, in one sentence.
//!
//! It tells of the chain that the end of the run hung on ([`crate::observe::chain`]), whose parts add up to
//! the whole run. The longest wait on it is named if it took a fifth of the time, else the work.

use crate::base::printable::safe;
use crate::base::time::SimDuration;
use crate::machine;
use crate::machine::profile::Gil;
use crate::observe::chain::{Cause, Chain};
use crate::observe::report::{ObjectReport, Report};
use crate::observe::times::Activity;

/// From which part of the time on (one over this) a wait is what limited a run.
const WORTH_NAMING: u64 = 5;

/// What the time of a chain went into, causes with one remedy together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Gil,
    Cores,
    Switches,
    Loop,
    Objects,
    Io,
    Sleep,
    Vain,
    Start,
    Turn,
}

impl Limit {
    const ALL: [Self; 10] = [
        Self::Gil,
        Self::Cores,
        Self::Switches,
        Self::Loop,
        Self::Objects,
        Self::Io,
        Self::Sleep,
        Self::Vain,
        Self::Start,
        Self::Turn,
    ];

    /// What a cause belongs to; work is no wait.
    const fn of(cause: Cause) -> Option<Self> {
        match cause {
            Cause::Work => None,
            Cause::Gil => Some(Self::Gil),
            Cause::GilAndCores | Cause::Cores => Some(Self::Cores),
            Cause::Switch => Some(Self::Switches),
            Cause::Loop => Some(Self::Loop),
            Cause::Object(_) => Some(Self::Objects),
            Cause::Io => Some(Self::Io),
            Cause::Sleep => Some(Self::Sleep),
            Cause::Vain => Some(Self::Vain),
            Cause::Start => Some(Self::Start),
            Cause::Turn => Some(Self::Turn),
        }
    }
}

/// The sentence, if the run came to its end and it was written down what that hung on.
#[must_use]
pub fn limited(report: &Report) -> Option<String> {
    let chain = report.chain.as_ref().filter(|_| report.elapsed > SimDuration::ZERO)?;
    let length = |limit: Limit| sum(chain, |cause| Limit::of(cause) == Some(limit));
    let longest =
        Limit::ALL.into_iter().max_by_key(|limit| (length(*limit), std::cmp::Reverse(*limit as u8)))?;
    let share = |length: SimDuration| percent(length, report.elapsed);
    if length(longest).0 < report.elapsed.0.div_ceil(WORTH_NAMING) {
        return Some(work(report, &share(sum(chain, |cause| cause == Cause::Work))));
    }
    let share = share(length(longest));
    Some(match longest {
        Limit::Gil => format!(
            "The GIL limited this run: for {share} of the time, the unit that its end depended on was ready and a core \
             free, but another unit had the GIL; processes, or a Python without a GIL, could help."
        ),
        Limit::Cores => cores(report, chain, share),
        Limit::Switches => format!(
            "Hand-overs limited this run: for {share} of the time, the unit that its end depended on was on its way to a \
             core; fewer starts and wake-ups could help."
        ),
        Limit::Loop => format!(
            "The event loop limited this run: for {share} of the time, the unit that its end depended on was ready, but its \
             loop was executing others; less work between two awaits, or that work in a thread or process, could help."
        ),
        Limit::Objects => objects(report, chain, share),
        Limit::Io => io(report, chain, share),
        Limit::Sleep => format!(
            "Sleep limited this run: for {share} of the time, the unit that its end depended on was asleep; less \
             sleep could help."
        ),
        Limit::Vain => format!(
            "Waiting in vain limited this run: for {share} of the time, the unit that its end depended on waited for \
             something until its patience was over; shorter timeouts could help."
        ),
        Limit::Start => format!(
            "The fork server limited this run: for {share} of the time, the unit that its end depended on waited until that \
             was started; a longer run, or the start method `fork`, could help."
        ),
        Limit::Turn => format!(
            "The schedule limited this run: for {share} of the time, the unit that its end depended on waited for \
             its turn in it."
        ),
    })
}

fn sum(chain: &Chain, counts: impl Fn(Cause) -> bool) -> SimDuration {
    let parts = chain.iter().filter(|part| counts(part.cause));
    parts.fold(SimDuration::ZERO, |sum, part| sum + part.length)
}

fn percent(length: SimDuration, whole: SimDuration) -> String {
    format!("{}%", u128::from(length.0) * 100 / u128::from(whole.0.max(1)))
}

/// Whether the runtime of a run has a GIL.
pub(super) fn has_gil(report: &Report) -> bool {
    machine::runtime(&report.inputs.runtime).is_none_or(|runtime| runtime.gil != Gil::None)
}

/// From which part of the time on (so many tenths of that of all cores) cores are busy.
const BUSY_TENTHS: u128 = 9;

fn work(report: &Report, share: &str) -> String {
    let busy: u128 = report.machine.core_busy.iter().map(|busy| u128::from(busy.0)).sum();
    let all = u128::from(report.elapsed.0) * report.machine.core_busy.len() as u128;
    let spread = if busy * 10 >= all * BUSY_TENTHS {
        "more cores to spread it over"
    } else if has_gil(report) {
        "the same work spread over processes"
    } else {
        "the same work spread over more threads"
    };
    format!(
        "Work limited this run: for {share} of the time, the unit that its end depended on was running on a \
         core; less work, or {spread}, could help."
    )
}

fn cores(report: &Report, chain: &Chain, share: String) -> String {
    let cores = match report.inputs.cores {
        1 => "Its one core".to_owned(),
        count => format!("Its {count} cores"),
    };
    let both = sum(chain, |cause| cause == Cause::GilAndCores);
    let condition = if both > sum(chain, |cause| cause == Cause::Cores) {
        ", but only together with processes or a Python without a GIL"
    } else {
        ""
    };
    format!(
        "{cores} limited this run: for {share} of the time, the unit that its end depended on was ready, but no core was \
         free; more cores could help{condition}."
    )
}

fn objects(report: &Report, chain: &Chain, share: String) -> String {
    let parts = chain.iter().filter_map(|part| match part.cause {
        Cause::Object(object) => {
            let told = report.objects.iter().find(|told| told.id == object);
            told.map(|told| (told, part.length))
        }
        Cause::Work
        | Cause::Gil
        | Cause::GilAndCores
        | Cause::Cores
        | Cause::Switch
        | Cause::Loop
        | Cause::Io
        | Cause::Sleep
        | Cause::Vain
        | Cause::Start
        | Cause::Turn => None,
    });
    let parts: Vec<(&ObjectReport, SimDuration)> = parts.collect();
    let (object, longest) =
        parts.iter().rev().max_by_key(|(_, length)| *length).expect("there is a wait for an object");
    let advice = match object.kind {
        "device" => "more channels, or fewer requests, could help",
        "semaphore" | "bounded_semaphore" => "more permits, or holding them for less time, could help",
        _ => "holding it for less time, or less often, could help",
    };
    let (kind, name) = (object.kind.replace('_', " "), safe(&object.name));
    if parts.len() == 1 {
        return format!(
            "The {kind} `{name}` limited this run: for {share} of the time, the unit that its end depended on waited for \
             it; {advice}."
        );
    }
    let share_of_it = percent(*longest, report.elapsed);
    format!(
        "Waiting for {} objects limited this run: for {share} of the time, the unit that its end depended on waited for one, \
         {share_of_it} for the {kind} `{name}`; {advice}.",
        parts.len()
    )
}

fn io(report: &Report, chain: &Chain, share: String) -> String {
    let all = report.units.iter().fold(SimDuration::ZERO, |sum, unit| sum + unit.times.of(&[Activity::Io]));
    let times = chain.iter().find(|part| part.cause == Cause::Io).map_or(0, |part| part.times);
    let advice = if times == 1 {
        "a shorter wait could help".to_owned()
    } else if all > sum(chain, |cause| cause == Cause::Io) {
        "some waits overlap already; more of them at a time, or shorter ones, could help".to_owned()
    } else {
        format!("its {times} waits came one after the other; in threads they could overlap")
    };
    format!(
        "Waiting for I/O limited this run: for {share} of the time, the unit that its end depended on was in `io`; {advice}."
    )
}
