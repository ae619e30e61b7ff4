//! W111, W112 and W113: units that are not joined, joined with a lock that they need, or joined too soon.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::codes;
use crate::analysis::lint::Subject;
use crate::analysis::lint::tree::{looped_blocks, method, spawned, uses};
use crate::analysis::walk::{Fact, FactKind, Patience, Ref, Walk, members};
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::syntax::ast::{Block, Expr, ExprKind, ObjectKind, Spawn, Statement, StatementKind, UnitKind};
use crate::syntax::parts::bodies;

/// W111: units that are started in a loop, and whose handles are lost.
///
/// Daemons are meant to be left alone, and whoever starts units and then waits for a queue, an event or the like
/// may wait for their work by that.
pub(super) fn not_joined(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let spawns = spawns(walk);
    let mut found = Vec::new();
    for body in bodies(subject.script) {
        let uses = uses(body);
        looped_blocks(body, false, &mut |block| {
            for statement in &block.statements {
                let Some((spawn, lost)) = lost(statement, block, &uses) else { continue };
                let span = spawn.unit_span.to(spawn.function.span);
                if spawns.get(&span).is_some_and(|&spawn| is_left_alone(walk, spawn, lost)) {
                    found.push(unjoined(spawn, span, lost));
                }
            }
        });
    }
    found
}

/// How a handle is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    /// Nobody takes it.
    Dropped,
    /// The next round overwrites it; it is used there.
    Overwritten(Span),
    /// It is put in a list that nobody looks at.
    Shelved,
}

/// The `spawn` of a statement in a loop whose handle is lost.
fn lost<'a>(
    statement: &'a Statement,
    block: &Block,
    uses: &BTreeMap<&str, Vec<Span>>,
) -> Option<(&'a Spawn, Lost)> {
    let used = |name: &str| uses.get(name).map_or(&[][..], Vec::as_slice);
    if let StatementKind::Let { name, value } = &statement.kind {
        return overwritten(&name.text, value, block, used(&name.text));
    }
    if let StatementKind::Assign { place, op: None, value } = &statement.kind {
        let name = Some(&place.name.text).filter(|_| place.indices.is_empty())?;
        return overwritten(name, value, block, used(name));
    }
    let StatementKind::Expr(expr) = &statement.kind else { return None };
    if let Some(spawn) = spawned(expr) {
        return Some((spawn, Lost::Dropped));
    }
    let (base, name, args) = method(expr)?;
    let ExprKind::Name(list) = &base.kind else { return None };
    let spawn = spawned(&args.first()?.value).filter(|_| name.text == "append")?;
    used(list).is_empty().then_some((spawn, Lost::Shelved))
}

fn overwritten<'a>(name: &str, value: &'a Expr, block: &Block, used: &[Span]) -> Option<(&'a Spawn, Lost)> {
    let spawn = spawned(value)?;
    let inside = |span: &&Span| span.start >= block.span.start && span.end <= block.span.end;
    if name == "_" || used.is_empty() {
        return Some((spawn, Lost::Dropped));
    }
    let behind = used.iter().find(|span| span.start >= block.span.end)?;
    (!used.iter().any(|span| inside(&span))).then_some((spawn, Lost::Overwritten(*behind)))
}

/// Where each unit is started.
fn spawns(walk: &Walk) -> BTreeMap<Span, (usize, &Fact)> {
    let mut spawns = BTreeMap::new();
    for (index, fact) in walk.facts.iter().enumerate() {
        if matches!(fact.kind, FactKind::Spawn { .. }) {
            spawns.entry(fact.span).or_insert((index, fact));
        }
    }
    spawns
}

/// Whether nobody seems to wait for the units of a `spawn`.
fn is_left_alone(walk: &Walk, spawn: (usize, &Fact), lost: Lost) -> bool {
    let (index, fact) = spawn;
    let FactKind::Spawn { unit } = fact.kind else { return false };
    let kinds = [
        ObjectKind::Event,
        ObjectKind::Barrier,
        ObjectKind::Queue,
        ObjectKind::Condition,
        ObjectKind::Semaphore,
        ObjectKind::BoundedSemaphore,
        ObjectKind::Pipe,
    ];
    let later = walk.facts[index..].iter().take_while(|later| later.unit == fact.unit);
    let waits = |later: &Fact| match later.kind {
        FactKind::Call { object, method, .. } => {
            kinds.contains(&walk.objects[object.object].kind)
                && matches!(method, "wait" | "wait_for" | "get" | "join" | "acquire" | "recv")
        }
        FactKind::Enter { object, .. } => {
            kinds.contains(&walk.objects[object.object].kind) && !walk.is_lock(object)
        }
        FactKind::Join { units, .. } => lost == Lost::Dropped && units >> unit & 1 == 1,
        // It may look again and again until they are done.
        FactKind::Access { .. } => later.around.atomics > 0 || later.around.whiles > 0,
        FactKind::Time { .. } | FactKind::Spawn { .. } | FactKind::Leak { .. } => later.around.atomics > 0,
    };
    !walk.units[unit].daemon && !later.into_iter().any(waits)
}

fn unjoined(spawn: &Spawn, span: Span, lost: Lost) -> Diagnostic {
    let (name, kind) = (&spawn.function.text, spawn.unit.word());
    let message = match lost {
        Lost::Dropped => format!("nobody waits for the units that run `{name}`: their handles are dropped"),
        Lost::Overwritten(_) => {
            format!("only the last unit that runs `{name}` is waited for: each round overwrites the handle")
        }
        Lost::Shelved => {
            format!("nobody waits for the units that run `{name}`: the list of their handles is never used")
        }
    };
    let diagnostic = Diagnostic::warning(codes::NOT_JOINED, span, message).at("started in each round");
    let diagnostic = match lost {
        Lost::Overwritten(used) => diagnostic.with_label(used, "this is the handle of the last round"),
        Lost::Dropped | Lost::Shelved => diagnostic,
    };
    diagnostic.with_help(format!(
        "put `group {{ … }}` around the loop: it waits for all that is started in it; or say `spawn {kind}(daemon=True)`"
    ))
}

/// W112: a unit is joined by one that holds a lock which the other takes on every way, and which no third one releases.
pub(super) fn with_lock(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let walk = subject.walk;
    let (takers, signals) = (walk.takers(), walk.handed_over());
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for fact in &walk.facts {
        let FactKind::Join { units, method, patience: Patience::Endless, .. } = fact.kind else { continue };
        let joined = if method == "group" { units } else { units & fact.live };
        let is_plain =
            |lock: &Ref| lock.is_certain() && walk.is_lock(*lock) && !signals.contains(&lock.object);
        let needed = fact.held.iter().find_map(|held| {
            let lock = held.lock.filter(|lock| is_plain(lock) && held.doubt == 0)?;
            let needs = |unit: &usize| {
                takers.of(lock).iter().find(|taker| taker.unit == *unit).and_then(|taker| taker.always)
            };
            let unit = members(joined)
                .filter(|&unit| unit < walk.units.len() && walk.share_object(lock, fact.unit, unit))
                .find(|unit| needs(unit).is_some())?;
            Some((held, lock, unit, needs(&unit)?))
        });
        let Some((held, lock, unit, wanted)) = needed.filter(|_| seen.insert(fact.span)) else { continue };
        let (name, other, place) = (walk.name(lock), walk.unit_name(unit), walk.place(fact));
        let message = format!(
            "`{place}` waits for the end of `{other}` while it holds `{name}`, which `{other}` takes"
        );
        let label = Span { end: fact.span.end.min(fact.span.start + 5), ..fact.span };
        let span = if method == "group" { label } else { fact.span };
        let mut diagnostic = Diagnostic::warning(codes::JOIN_WITH_LOCK, span, message)
            .at("each can wait for the other here for ever")
            .with_label(held.span, format!("`{name}` is taken here"))
            .with_label(wanted, "and wanted here");
        diagnostic.labels.sort();
        found.push(diagnostic.with_help(format!("release `{name}` before waiting for `{other}`")));
    }
    found
}

/// W113: in a loop, the statement behind a `spawn` joins what it started, and nobody else runs meanwhile.
pub(super) fn one_after_another(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let alone = alone(subject.walk);
    let mut found = Vec::new();
    for body in bodies(subject.script) {
        looped_blocks(body, false, &mut |block| {
            for (index, statement) in block.statements.iter().enumerate() {
                let next = block.statements.get(index + 1);
                let Some((spawn, join)) = joined_at_once(statement, next) else { continue };
                let runs = match spawn.unit {
                    UnitKind::Thread | UnitKind::Process | UnitKind::Task | UnitKind::Unit => true,
                    UnitKind::Subprocess | UnitKind::Interpreter => false,
                };
                if runs && alone.contains(&join) {
                    found.push(serial(spawn, join));
                }
            }
        });
    }
    found
}

fn serial(spawn: &Spawn, join: Span) -> Diagnostic {
    let name = &spawn.function.text;
    let message = format!(
        "each unit that runs `{name}` is waited for before the next one starts: they run one after another"
    );
    Diagnostic::warning(codes::ONE_AFTER_ANOTHER, join, message)
        .at("waits in each round")
        .with_label(spawn.unit_span.to(spawn.function.span), "started here")
        .with_help("start all of them in a `group { … }`, or collect the handles in a list and join them in a second loop")
}

/// Joins at which no other unit of the one who joins is running.
fn alone(walk: &Walk) -> BTreeSet<Span> {
    let mut alone = BTreeSet::new();
    let mut accompanied = BTreeSet::new();
    for fact in &walk.facts {
        if let FactKind::Join { units, patience: Patience::Endless, .. } = fact.kind {
            if fact.live & !units == 0 && fact.live != 0 {
                alone.insert(fact.span);
            } else {
                accompanied.insert(fact.span);
            }
        }
    }
    &alone - &accompanied
}

/// `let h = spawn …` with `h.join()` behind it, or `await spawn …`: the `spawn`, and where it is joined.
fn joined_at_once<'a>(statement: &'a Statement, next: Option<&Statement>) -> Option<(&'a Spawn, Span)> {
    if let StatementKind::Expr(expr) = &statement.kind {
        let (handle, span) = joined(expr)?;
        return Some((spawned(handle)?, span));
    }
    let StatementKind::Let { name, value } = &statement.kind else { return None };
    let StatementKind::Expr(join) = &next?.kind else { return None };
    let (handle, span) = joined(join)?;
    let is_same = matches!(&handle.kind, ExprKind::Name(word) if *word == name.text);
    Some((spawned(value).filter(|_| is_same)?, span))
}

/// What is joined, and the place that the walk gives to that.
fn joined(expr: &Expr) -> Option<(&Expr, Span)> {
    if let ExprKind::Await(inner) = &expr.kind {
        return Some((inner, inner.span));
    }
    let (base, method, _) = method(expr)?;
    Some((base, expr.span)).filter(|_| matches!(&*method.text, "join" | "result"))
}
