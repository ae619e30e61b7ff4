//! Lints: what is suspicious in a script that is right. One file each.

mod acquire_without_with;
mod blocks_loop;
mod condition_use;
mod in_vain;
mod joining;
mod nested_locks;
mod not_released;
mod opposite_orders;
mod order;
mod read_too_early;
mod set_too_early;
mod taken_twice;
mod tree;
mod unguarded;
mod work_with_lock;

use crate::analysis::walk::Walk;
use crate::base::diagnostic::Diagnostic;
use crate::syntax::ast::Script;

/// What lints look at.
pub(super) struct Subject<'a> {
    /// The tree.
    pub(super) script: &'a Script,
    /// What happens in it.
    pub(super) walk: &'a Walk,
}

/// All lints, in the order of their codes.
const LINTS: &[fn(&Subject<'_>) -> Vec<Diagnostic>] = &[
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
    in_vain::answer_unused,
    in_vain::never_done,
    in_vain::no_worker_left,
];

/// The warnings of all lints.
pub(super) fn lint(subject: &Subject<'_>) -> Vec<Diagnostic> {
    LINTS.iter().flat_map(|lint| lint(subject)).collect()
}
