//! The lints: what is suspicious in a script that has no mistake.
//!
//! A lint is one file with one function, and one line in [`LINTS`]. It looks
//! at the script as a whole, knows nothing of other lints or of comments that
//! allow something, and takes no more than linear time (but for logarithms
//! and the depth of blocks, which is bounded).

mod acquire_without_with;
mod blocks_loop;
mod busy_waiting;
mod condition_use;
mod constant_condition;
mod dropped_result;
mod empty_range;
mod endless_loop;
mod expected_twice;
mod hidden_global;
mod in_vain;
mod inner_let;
mod joining;
mod lock_of_each_process;
mod names;
mod nested_locks;
mod no_result;
mod no_time;
mod not_released;
mod opposite_orders;
mod order;
mod read_too_early;
mod repeated_condition;
mod same_operands;
mod self_assignment;
mod set_too_early;
mod taken_twice;
mod tree;
mod unguarded;
mod unreachable;
mod unreachable_handler;
mod unread_shared;
mod unused_declaration;
mod unused_function;
mod unused_local;
mod unused_parameter;
mod work_with_lock;

use crate::analysis::walk::{Walk, walk};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Source;
use crate::syntax::ast::{Expr, ExprKind, Script, UnitKind};
use crate::syntax::parts::expressions_in;

use names::Names;

/// What a lint looks at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'a> {
    /// The text.
    pub(super) source: &'a Source,
    /// The tree, without a mistake in it.
    pub(super) script: &'a Script,
    /// Who uses which name.
    pub(super) names: &'a Names<'a>,
    /// What its units do, one beside the other.
    pub(super) walk: &'a Walk,
}

/// Every lint. Of two that warn of one place the upper one is heard.
const LINTS: &[fn(&Subject<'_>) -> Vec<Diagnostic>] = &[
    unused_declaration::lint,
    unused_function::lint,
    hidden_global::lint,
    unused_local::lint,
    unused_parameter::lint,
    unread_shared::lint,
    unreachable::lint,
    unreachable_handler::lint,
    constant_condition::lint,
    repeated_condition::lint,
    empty_range::lint,
    busy_waiting::lint,
    endless_loop::lint,
    inner_let::lint,
    self_assignment::lint,
    same_operands::lint,
    dropped_result::lint,
    no_result::lint,
    no_time::lint,
    expected_twice::lint,
    nested_locks::lint,
    opposite_orders::lint,
    not_released::lint,
    condition_use::outside_loop,
    condition_use::without_lock,
    unguarded::lint,
    blocks_loop::lint,
    work_with_lock::lint,
    acquire_without_with::lint,
    set_too_early::lint,
    joining::not_joined,
    joining::with_lock,
    joining::one_after_another,
    taken_twice::lint,
    read_too_early::lint,
    in_vain::never_done,
    in_vain::no_worker_left,
    lock_of_each_process::lint,
];

/// What the lints say, in no order that means anything. A `spawn unit` starts a unit of that kind.
pub(super) fn lints(source: &Source, script: &Script, unit: UnitKind) -> Vec<Diagnostic> {
    let names = Names::collect(script);
    let walk = walk(script, unit);
    let subject = Subject { source, script, names: &names, walk: &walk };
    LINTS.iter().flat_map(|lint| lint(&subject)).collect()
}

/// Whether an expression calls, spawns or awaits something, so that it may give another value each time.
fn calls_something(expr: &Expr) -> bool {
    expressions_in(expr)
        .any(|part| matches!(part.kind, ExprKind::Call { .. } | ExprKind::Spawn(_) | ExprKind::Await(_)))
}
