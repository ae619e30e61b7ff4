//! Which functions end in a step of its own.
//!
//! That a unit has ended is seen by `join` and `result`, which wait for it, and
//! it makes no difference to them how long they do. But who asks whether a
//! unit has ended, or waits for it no longer than so long, can find it alive with all of its
//! work done. Where a script does so, what its units run ends in an op that
//! others can come before. A process can't end before its threads have, and a thread not before the tasks on its loop.
//! A run may be over before a daemon comes to fail. The group of a task finds out by a callback that it has ended.

use std::collections::BTreeSet;

use crate::base::span::Span;
use crate::syntax::ast::{
    Block, Expr, Item, Literal, ObjectKind, Script, Spawn, Statement, StatementKind, UnitKind,
};
use crate::syntax::parts::{every_expression_in, expressions, expressions_in, statements};

/// The functions that units run which have an interpreter of their own, or are tasks of a group; and all that units run, if
/// the script may ask whether a unit has ended or start daemons.
pub(super) fn asked_for(script: &Script) -> BTreeSet<String> {
    let all = || expressions(script).flat_map(expressions_in);
    // When a process is over, the pipes of the subprocesses that it has started are closed.
    let has_subprocess = first_subprocess(script).is_some();
    let has_daemons = spawns(script).any(is_daemon);
    let asks = has_subprocess || has_daemons || all().any(asks);
    let has_tasks = has_tasks(script);
    // Whether a worker process is free again decides in which one the next job runs, and what that finds there.
    let has_workers = script.items.iter().any(|item| declares(item, ObjectKind::ProcessPool));
    let spawned = spawns(script)
        .filter(|spawn| asks || may_own(spawn.unit) || (has_tasks && spawn.unit != UnitKind::Task));
    let spawned = spawned.map(|spawn| spawn.function.text.clone());
    let jobs = all().filter_map(submitted).filter(|_| asks || has_workers || has_tasks);
    let has_feeder = script.items.iter().any(|item| match item {
        Item::Objects(objects) => objects.kind == ObjectKind::Queue && objects.process.is_some(),
        Item::Machine(_)
        | Item::Param(_)
        | Item::Shared(_)
        | Item::Function(_)
        | Item::Property(_)
        | Item::Main(_) => false,
    });
    // Main waits for what it has put to be in the pipe, and ends the tasks of its loop and the daemons.
    let ends = has_feeder || has_tasks || has_subprocess || has_daemons;
    spawned.chain(jobs).chain(grouped(script)).chain(ends.then(|| "main".to_owned())).collect()
}

/// The functions that tasks of groups run.
fn grouped(script: &Script) -> impl Iterator<Item = String> {
    let spawns =
        statements(script).filter_map(as_group).flat_map(every_expression_in).filter_map(Expr::as_spawn);
    spawns.filter(|spawn| may_be_task(spawn)).map(|spawn| spawn.function.text.clone())
}

fn as_group(statement: &Statement) -> Option<&Block> {
    if let StatementKind::Group(body) = &statement.kind { Some(body) } else { None }
}

fn may_be_task(spawn: &Spawn) -> bool {
    matches!(spawn.unit, UnitKind::Task | UnitKind::Unit)
}

/// Whether the script may start tasks.
pub(super) fn has_tasks(script: &Script) -> bool {
    spawns(script).any(may_be_task)
}

/// Whether it may start a daemon.
fn is_daemon(spawn: &Spawn) -> bool {
    let is_off = |value: &Expr| value.as_literal() == Some(&Literal::Bool(false));
    spawn.options.iter().any(|option| {
        option.name.as_ref().is_some_and(|name| name.text == "daemon") && !is_off(&option.value)
    })
}

/// Where the script first starts a subprocess.
pub(super) fn first_subprocess(script: &Script) -> Option<Span> {
    let mut spawns = spawns(script);
    spawns.find(|spawn| spawn.unit == UnitKind::Subprocess).map(|spawn| spawn.unit_span)
}

/// All spawns of a script.
fn spawns(script: &Script) -> impl Iterator<Item = &Spawn> {
    expressions(script).flat_map(expressions_in).filter_map(Expr::as_spawn)
}

/// Whether an item declares objects of that kind.
fn declares(item: &Item, kind: ObjectKind) -> bool {
    match item {
        Item::Objects(objects) => objects.kind == kind,
        Item::Machine(_)
        | Item::Param(_)
        | Item::Shared(_)
        | Item::Function(_)
        | Item::Property(_)
        | Item::Main(_) => false,
    }
}

/// The function that a job of a pool runs, if that is a `submit` or a `map`.
fn submitted(expr: &Expr) -> Option<String> {
    let (callee, args) = expr.as_call()?;
    let first = &args.first()?.value;
    let function = match callee.as_attribute()?.1.text.as_str() {
        "submit" => first.as_call()?.0,
        "map" => first,
        _ => return None,
    };
    function.as_name().map(str::to_owned)
}

/// Whether a unit of that kind may have an interpreter of its own.
fn may_own(unit: UnitKind) -> bool {
    matches!(unit, UnitKind::Process | UnitKind::Interpreter | UnitKind::Subprocess | UnitKind::Unit)
}

/// Whether it finds out of some units that they have not ended. By the words alone: what is in front of
/// the dot is known when it runs. A time limit may be over while its block awaits a unit.
fn asks(expr: &Expr) -> bool {
    let Some((callee, args)) = expr.as_call() else { return false };
    if callee.as_name() == Some("timeout") {
        return true;
    }
    let Some((_, name)) = callee.as_attribute() else { return false };
    match name.text.as_str() {
        "is_alive" | "done" | "cancel" => true,
        "join" | "result" => !args.is_empty(),
        _ => false,
    }
}
