//! Whose turn it is on an event loop, held to `asyncio`: random tasks go on in its order, and at its times.

mod asyncio;
mod pipeline;

use std::ops::ControlFlow;
use std::process::Command;

use concsim::base::span::Source;
use concsim::trace::event::{Detail, Event, Names, Sink};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use asyncio::{Awaiting, Deed, LOOP, Patience, Plan, run};
use pipeline::{Given, prepare};

/// How many plans are tried with the `asyncio` of the Python that is there.
const IN_PYTHON: usize = 300;

/// Nobody listens.
struct Deaf;

impl Sink for Deaf {
    fn detail(&self) -> Detail {
        Detail::Nothing
    }

    fn event(&mut self, _: &Event, _: &dyn Names) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Up to five lists of deeds. Each starts later ones only, so that there is an end.
fn plans() -> impl Strategy<Value = Plan> {
    let deed = prop_oneof![
        4 => (0..4_u64).prop_map(Deed::Sleep),
        2 => (1..4_u64).prop_map(Deed::Io),
        2 => (1..4_u64).prop_map(Deed::Compute),
        2 => Just(Deed::Set),
        1 => Just(Deed::Clear),
        3 => Just(Deed::Wait),
        2 => Just(Deed::Put),
        2 => Just(Deed::Get),
        1 => (1..5_usize).prop_map(Deed::Spawn),
        1 => (1..5_usize).prop_map(Deed::Await),
        2 => [1..5_usize, 1..5_usize].prop_map(Deed::Group),
    ];
    // Some do the middle part with the lock.
    let list = (vec(deed.clone(), 0..3), prop::option::of(vec(deed.clone(), 0..3)), vec(deed, 0..3));
    (vec(list, 1..=5), 1..=4_usize).prop_map(|(lists, started)| {
        let count = lists.len();
        let lists: Vec<Vec<Deed>> = (0..).zip(lists).map(|(at, list)| whole(list, (at, count))).collect();
        Plan { lists, started: started.min(count) }
    })
}

/// What is done before, with and after the lock.
type Parts = (Vec<Deed>, Option<Vec<Deed>>, Vec<Deed>);

/// The list at that place of so many: it starts those that come so many places behind it.
fn whole((before, within, after): Parts, (at, count): (usize, usize)) -> Vec<Deed> {
    let within = within.map(|deeds| [vec![Deed::Acquire], deeds, vec![Deed::Release]].concat());
    let mut deeds = [before, within.unwrap_or_default(), after].concat();
    deeds.retain_mut(|deed| match deed {
        Deed::Spawn(other) | Deed::Await(other) => {
            *other += at;
            *other < count
        }
        Deed::Group(others) => {
            others.iter_mut().for_each(|other| *other += at);
            others.iter().all(|other| *other < count)
        }
        Deed::Sleep(_)
        | Deed::Io(_)
        | Deed::Compute(_)
        | Deed::Set
        | Deed::Clear
        | Deed::Wait
        | Deed::Acquire
        | Deed::Release
        | Deed::Put
        | Deed::Get
        | Deed::Raise
        | Deed::Limit(..) => true,
    });
    deeds
}

/// What the script of a plan prints where nothing but the plan takes time.
fn printed(plan: &Plan) -> Vec<String> {
    let text = plan.script();
    let given = Given { machine: Some("ideal".to_owned()), ..Given::NOTHING };
    let ready = prepare(&Source::new("plan.conc", text.as_str()), &given);
    let ready = ready.unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    ready.run(&mut Deaf).output
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tasks_go_on_in_the_order_and_at_the_times_of_asyncio(plan in plans()) {
        let (got, want) = (printed(&plan), run(&plan));
        prop_assert!(got == want, "{:#?}\nbut asyncio prints\n{:#?}\nof\n{}", got, want, plan.script());
    }
}

/// What the `asyncio` of the Python that is there prints for each plan; nothing if there is none that knows groups.
fn in_python(plans: &[Plan]) -> Option<Vec<Vec<String>>> {
    let knows_groups = ["-c", "import asyncio; asyncio.TaskGroup"];
    let is_there =
        Command::new("python3").args(knows_groups).output().is_ok_and(|output| output.status.success());
    if !is_there {
        return None;
    }
    let programs: Vec<String> = plans.iter().map(Plan::program).collect();
    let folder = tempfile::tempdir().expect("there is room for a program");
    let path = folder.path().join("plans.py");
    std::fs::write(&path, format!("{LOOP}{}", programs.concat())).expect("there is room for a program");
    let output = Command::new("python3").arg(&path).output().expect("there is a Python");
    let text = String::from_utf8(output.stdout).expect("it is text");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed: Vec<Vec<String>> =
        text.split("---\n").map(|part| part.lines().map(str::to_owned).collect()).collect();
    assert_eq!(printed.len(), plans.len() + 1);
    Some(printed)
}

fn drawn(strategy: &impl Strategy<Value = Plan>) -> Vec<Plan> {
    let mut runner = TestRunner::deterministic();
    let plan = || strategy.new_tree(&mut runner).expect("plans can be drawn").current();
    std::iter::repeat_with(plan).take(IN_PYTHON).collect()
}

#[test]
fn the_asyncio_to_which_event_loops_are_held_is_that_of_python() {
    let plans = drawn(&plans());
    let Some(printed) = in_python(&plans) else { return };
    for (plan, printed) in plans.iter().zip(&printed) {
        assert_eq!(&run(plan), printed, "{}", plan.program());
    }
}

/// Plans in which tasks fail, and others are awaited for some time only.
fn unlucky_plans() -> impl Strategy<Value = Plan> {
    let fails = (prop::sample::select(vec![true, false]), 0..4_u64);
    plans().prop_flat_map(move |plan| {
        let places = vec((0..plan.lists.len(), any::<prop::sample::Index>(), fails.clone()), 1..4);
        (Just(plan), places).prop_map(|(mut plan, places)| {
            for (list, at, (fails, time)) in places {
                let deeds = &mut plan.lists[list];
                let at = at.index(deeds.len() + 1);
                match deeds.get(at) {
                    _ if fails => deeds.insert(at, Deed::Raise),
                    Some(Deed::Await(other)) => deeds[at] = Deed::Limit(time, Awaiting::Task(*other)),
                    Some(Deed::Group(others)) => deeds[at] = Deed::Limit(time, Awaiting::Group(*others)),
                    Some(Deed::Sleep(length)) => {
                        deeds[at] = Deed::Limit(time, Awaiting::Other(Patience::Sleep(*length)));
                    }
                    Some(Deed::Io(length)) => {
                        deeds[at] = Deed::Limit(time, Awaiting::Other(Patience::Io(*length)));
                    }
                    Some(Deed::Wait) => deeds[at] = Deed::Limit(time, Awaiting::Other(Patience::Wait)),
                    Some(Deed::Get) => deeds[at] = Deed::Limit(time, Awaiting::Other(Patience::Get)),
                    _ => deeds.insert(at, Deed::Limit(time, Awaiting::Yields(3))),
                }
            }
            plan
        })
    })
}

#[test]
fn where_tasks_fail_or_take_too_long_others_end_as_in_python() {
    let plans = drawn(&unlucky_plans());
    let Some(wanted) = in_python(&plans) else { return };
    assert!(wanted.iter().any(|lines| lines.iter().any(|line| line == "caught")));
    for (plan, wanted) in plans.iter().zip(&wanted) {
        assert_eq!(&printed(plan), wanted, "{}", plan.program());
    }
}
