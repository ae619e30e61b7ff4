//! What a script consists of: the tree is asked, never the text, so that neither comments nor names nor layout count.

use std::collections::BTreeSet;
use std::fmt;

use crate::ir::signature::{Builtin, Receiver, methods};
use crate::syntax::ast::{
    Block, Expr, ExprKind, Function, Item, Main, ObjectKind, Script, Statement, StatementKind, UnitKind,
};
use crate::syntax::parts::{bodies, every_expression_in, statements_in};
use crate::syntax::print;

/// Something that a script can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Construct {
    /// A declared object of that kind; an array of them counts once.
    Object(ObjectKind),
    /// A `shared` variable.
    Shared,
    /// An `atomic shared` variable.
    AtomicShared,
    /// A `spawn` of any kind.
    Spawn,
    /// A `spawn` of that kind.
    SpawnOf(UnitKind),
    /// A call of a method of that name: `.acquire`
    Method(&'static str),
    /// A call of that built-in function: `now()`
    Builtin(Builtin),
    /// The word `await`, wherever it stands.
    Await,
    /// A statement.
    Statement(&'static str),
}

/// The statements that can be looked for.
const STATEMENTS: [&str; 19] = [
    "with", "atomic", "region", "group", "compute", "io", "sleep", "while", "for", "if", "try", "raise",
    "assert", "print", "return", "break", "continue", "let", "pass",
];

impl Construct {
    /// The one that a word of a rubric means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        if let Some(name) = word.strip_prefix('.') {
            return method_names().into_iter().find(|known| *known == name).map(Self::Method);
        }
        if let Some(name) = word.strip_suffix("()") {
            return Builtin::ALL.iter().copied().find(|known| known.word() == name).map(Self::Builtin);
        }
        if let Some(kind) = word.strip_prefix("spawn ") {
            return UnitKind::from_word(kind).map(Self::SpawnOf);
        }
        match word {
            "spawn" => Some(Self::Spawn),
            "shared" => Some(Self::Shared),
            "atomic shared" => Some(Self::AtomicShared),
            "await" => Some(Self::Await),
            _ => {
                let statement = STATEMENTS.iter().find(|known| **known == word);
                statement
                    .map(|known| Self::Statement(known))
                    .or_else(|| ObjectKind::from_word(word).map(Self::Object))
            }
        }
    }
}

impl fmt::Display for Construct {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(kind) => out.write_str(kind.word()),
            Self::Shared => out.write_str("shared"),
            Self::AtomicShared => out.write_str("atomic shared"),
            Self::Spawn => out.write_str("spawn"),
            Self::SpawnOf(kind) => write!(out, "spawn {}", kind.word()),
            Self::Method(name) => write!(out, ".{name}"),
            Self::Builtin(builtin) => write!(out, "{}()", builtin.word()),
            Self::Await => out.write_str("await"),
            Self::Statement(word) => out.write_str(word),
        }
    }
}

/// The names of all methods.
fn method_names() -> BTreeSet<&'static str> {
    let objects = ObjectKind::ALL.iter().map(|&kind| Receiver::Object(kind));
    let receivers = objects.chain([Receiver::Handle, Receiver::List, Receiver::Stream]);
    receivers.flat_map(methods).map(|signature| signature.name).collect()
}

/// The words of all constructs, for those who have misspelt one.
#[must_use]
pub fn constructs() -> Vec<String> {
    let statements = STATEMENTS.iter().map(|word| Construct::Statement(word));
    let objects = ObjectKind::ALL.iter().map(|&kind| Construct::Object(kind));
    let units = UnitKind::ALL.iter().map(|&kind| Construct::SpawnOf(kind));
    let others = [Construct::Shared, Construct::AtomicShared, Construct::Spawn, Construct::Await];
    let called = method_names().into_iter().map(Construct::Method);
    let builtins = Builtin::ALL.iter().map(|&builtin| Construct::Builtin(builtin));
    let all = statements.chain(objects).chain(others).chain(units).chain(called).chain(builtins);
    all.map(|construct| construct.to_string()).collect()
}

/// How much of a script is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Everything,
    /// What main can come to, as far as names tell, and the objects and shareds that are named there.
    Used,
}

/// How often a script has any of these.
#[must_use]
pub fn count(script: &Script, what: &[Construct], scope: Scope) -> u64 {
    let (bodies, names) = match scope {
        Scope::Everything => (bodies(script).collect(), None),
        Scope::Used => {
            let (bodies, names) = reached(script);
            (bodies, Some(names))
        }
    };
    let is_used = |name: &str| names.as_ref().is_none_or(|names| names.contains(name));
    let declared =
        script.items.iter().map(|item| what.iter().map(|one| declared(item, one, &is_used)).sum::<u64>());
    let in_bodies = bodies.into_iter().map(|body| what.iter().map(|one| in_body(body, one)).sum::<u64>());
    declared.sum::<u64>() + in_bodies.sum::<u64>()
}

/// The bodies of main and of all functions that are named from there on, and all names in them.
fn reached(script: &Script) -> (Vec<&Block>, BTreeSet<&str>) {
    let main = script
        .items
        .iter()
        .find_map(|item| if let Item::Main(main) = item { Some(&main.body) } else { None });
    let mut open: Vec<&Block> = main.into_iter().collect();
    let (mut reached, mut names) = (Vec::new(), BTreeSet::new());
    while let Some(body) = open.pop() {
        reached.push(body);
        let mut fresh = BTreeSet::new();
        for name in
            every_expression_in(body).filter_map(named).chain(statements_in(body).filter_map(assigned))
        {
            if names.insert(name) {
                fresh.insert(name);
            }
        }
        let functions = script.items.iter().filter_map(function);
        open.extend(
            functions.filter(|function| fresh.contains(&*function.name.text)).map(|function| &function.body),
        );
    }
    (reached, names)
}

fn function(item: &Item) -> Option<&Function> {
    if let Item::Function(function) = item { Some(function) } else { None }
}

fn assigned(statement: &Statement) -> Option<&str> {
    if let StatementKind::Assign { place, .. } = &statement.kind { Some(&place.name.text) } else { None }
}

fn named(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Spawn(spawn) => Some(&spawn.function.text),
        ExprKind::Literal(_)
        | ExprKind::List(_)
        | ExprKind::Unary { .. }
        | ExprKind::Binary { .. }
        | ExprKind::Await(_)
        | ExprKind::Call { .. }
        | ExprKind::Index { .. }
        | ExprKind::Attribute { .. } => None,
    }
}

fn declared(item: &Item, what: &Construct, is_used: &dyn Fn(&str) -> bool) -> u64 {
    let counted = |names: Vec<&str>| names.into_iter().filter(|name| is_used(name)).count() as u64;
    match (item, what) {
        (Item::Objects(objects), Construct::Object(kind)) if objects.kind == *kind => {
            counted(objects.declarators.iter().map(|declarator| &*declarator.name.text).collect())
        }
        (Item::Shared(shared), Construct::Shared) => {
            counted(shared.cells.iter().map(|cell| &*cell.name.text).collect())
        }
        (Item::Shared(shared), Construct::AtomicShared) if shared.atomic.is_some() => {
            counted(shared.cells.iter().map(|cell| &*cell.name.text).collect())
        }
        (
            Item::Machine(_)
            | Item::Param(_)
            | Item::Objects(_)
            | Item::Shared(_)
            | Item::Function(_)
            | Item::Property(_)
            | Item::Main(_),
            _,
        ) => 0,
    }
}

fn in_body(body: &Block, what: &Construct) -> u64 {
    let expressions =
        |is: &dyn Fn(&Expr) -> bool| every_expression_in(body).filter(|expr| is(expr)).count() as u64;
    let statements =
        |is: &dyn Fn(&Statement) -> bool| statements_in(body).filter(|one| is(one)).count() as u64;
    match what {
        Construct::Object(_) | Construct::Shared | Construct::AtomicShared => 0,
        Construct::Spawn => expressions(&|expr| matches!(expr.kind, ExprKind::Spawn(_))),
        Construct::SpawnOf(kind) => {
            expressions(&|expr| matches!(&expr.kind, ExprKind::Spawn(spawn) if spawn.unit == *kind))
        }
        Construct::Method(name) => expressions(&|expr| {
            callee(expr).is_some_and(|callee| {
            matches!(&callee.kind, ExprKind::Attribute { name: called, .. } if called.text == *name)
        })
        }),
        Construct::Builtin(builtin) => {
            expressions(&|expr| callee(expr).is_some_and(|callee| callee.as_name() == Some(builtin.word())))
        }
        Construct::Await => {
            expressions(&|expr| matches!(expr.kind, ExprKind::Await(_)))
                + statements(&|one| {
                    matches!(
                        one.kind,
                        StatementKind::Io { awaited: Some(_), .. }
                            | StatementKind::Sleep { awaited: Some(_), .. }
                            | StatementKind::With { asynchronous: Some(_), .. }
                    )
                })
        }
        Construct::Statement(wanted) => statements(&|one| word(&one.kind) == Some(wanted)),
    }
}

fn callee(expr: &Expr) -> Option<&Expr> {
    if let ExprKind::Call { callee, .. } = &expr.kind { Some(callee) } else { None }
}

/// The word of [`STATEMENTS`] that a statement is known by.
const fn word(kind: &StatementKind) -> Option<&'static str> {
    match kind {
        StatementKind::Let { .. } => Some("let"),
        StatementKind::Compute { .. } => Some("compute"),
        StatementKind::Io { .. } => Some("io"),
        StatementKind::Sleep { .. } => Some("sleep"),
        StatementKind::With { .. } => Some("with"),
        StatementKind::If { .. } => Some("if"),
        StatementKind::While { .. } => Some("while"),
        StatementKind::For { .. } => Some("for"),
        StatementKind::Break => Some("break"),
        StatementKind::Continue => Some("continue"),
        StatementKind::Pass => Some("pass"),
        StatementKind::Return(_) => Some("return"),
        StatementKind::Try { .. } => Some("try"),
        StatementKind::Raise { .. } => Some("raise"),
        StatementKind::Assert { .. } => Some("assert"),
        StatementKind::Print(_) => Some("print"),
        StatementKind::Group(_) => Some("group"),
        StatementKind::Region { .. } => Some("region"),
        StatementKind::Atomic { .. } => Some("atomic"),
        StatementKind::Assign { .. } | StatementKind::Expr(_) => None,
    }
}

/// Something atomic that a script has, and the starter script has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MadeAtomic {
    /// An `atomic` block that begins at this byte.
    Block(u32),
    /// `atomic shared` of that name.
    Shared(String),
}

/// The first thing that a script makes atomic and `starter` does not.
#[must_use]
pub fn made_atomic(script: &Script, starter: Option<&Script>) -> Option<MadeAtomic> {
    let known_names: Vec<&str> = starter.map_or_else(Vec::new, atomic_names);
    if let Some(name) = atomic_names(script).into_iter().find(|name| !known_names.contains(name)) {
        return Some(MadeAtomic::Shared(name.to_owned()));
    }
    let mut known: Vec<String> =
        starter.map_or_else(Vec::new, |starter| atomic_blocks(starter).map(canonical).collect());
    for block in atomic_blocks(script) {
        let text = canonical(block);
        match known.iter().position(|known| *known == text) {
            // Each block of the starter script stands for one.
            Some(at) => _ = known.swap_remove(at),
            None => return Some(MadeAtomic::Block(block.span.start)),
        }
    }
    None
}

fn atomic_names(script: &Script) -> Vec<&str> {
    let cells = script.items.iter().filter_map(|item| match item {
        Item::Shared(shared) if shared.atomic.is_some() => Some(&shared.cells),
        Item::Machine(_)
        | Item::Param(_)
        | Item::Objects(_)
        | Item::Shared(_)
        | Item::Function(_)
        | Item::Property(_)
        | Item::Main(_) => None,
    });
    cells.flatten().map(|cell| &*cell.name.text).collect()
}

fn atomic_blocks(script: &Script) -> impl Iterator<Item = &Statement> {
    let statements = bodies(script).flat_map(statements_in);
    statements.filter(|statement| matches!(statement.kind, StatementKind::Atomic { .. }))
}

/// A statement without what stands around it, its layout and its comments.
fn canonical(statement: &Statement) -> String {
    let body = Block { statements: vec![statement.clone()], span: statement.span };
    print::script(&Script { items: vec![Item::Main(Main { span: statement.span, body })] })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Source;
    use crate::syntax::parse::parse;

    fn script(text: &str) -> Script {
        let parsed = parse(&Source::new("test.conc", text));
        assert!(parsed.errors.is_empty(), "{text}");
        parsed.script
    }

    fn counted(text: &str, word: &str, scope: Scope) -> u64 {
        count(&script(text), &[Construct::from_word(word).expect("it is known")], scope)
    }

    #[test]
    fn every_construct_is_known_by_its_word() {
        for word in constructs() {
            assert_eq!(Construct::from_word(&word).map(|known| known.to_string()), Some(word));
        }
        assert_eq!(Construct::from_word("goto"), None);
    }

    #[test]
    fn words_in_comments_names_and_texts_do_not_count() {
        let text = "# lock m; with m\nshared withdrawals = 0\nmain { print \"with lock\", withdrawals }";
        assert_eq!(
            ["with", "lock", "print", "shared"].map(|word| counted(text, word, Scope::Used)),
            [0, 0, 1, 1]
        );
    }

    #[test]
    fn what_nobody_comes_to_is_not_used() {
        let text = "lock m, n\ndef f() { with m { g() } }\ndef g() { m.locked() }\ndef dead() { with n { pass } }\n\
                    main { spawn thread f() }";
        let check = |word, used, all| {
            assert_eq!(counted(text, word, Scope::Used), used, "{word}");
            assert_eq!(counted(text, word, Scope::Everything), all, "{word}");
        };
        check("lock", 1, 2);
        check("with", 1, 2);
        check(".locked", 1, 1);
        check("spawn thread", 1, 1);
        check("spawn task", 0, 0);
    }

    #[test]
    fn what_the_starter_makes_atomic_is_allowed_once() {
        let starter = script("atomic shared flag = False\nshared x = 0\nmain { atomic { x += 1 } }");
        let check = |text: &str, want: Option<MadeAtomic>| {
            assert_eq!(made_atomic(&script(text), Some(&starter)), want, "{text}");
        };
        check("atomic shared flag = True\nshared x = 0\nmain { atomic { # why\n x += 1 } }", None);
        let two = "shared x = 0\nmain { atomic { x += 1 }\natomic { x += 1 } }";
        check(two, Some(MadeAtomic::Block(38)));
        check("atomic shared x = 0\nmain { x += 1 }", Some(MadeAtomic::Shared("x".to_owned())));
        assert_eq!(made_atomic(&starter, None), Some(MadeAtomic::Shared("flag".to_owned())));
    }
}
