//! Names that get values: `let`, assignments, and what Python makes by a call.

use crate::base::diagnostic::{Certainty, Diagnostic, Fix};
use crate::base::span::Span;
use crate::ir::codes;
use crate::syntax::ast::{Arg, BinaryOp, Block, Expr, ExprKind, Item, Name, Place, StatementKind, UnaryOp};
use crate::syntax::parts::{every_expression_in, statements_in};
use crate::syntax::print;

use super::call::{foreign_name, how_to_declare};
use super::foreign::{self, Constructor};
use super::globals::Global;
use super::guess::{guess, guessed, labelled};
use super::known::Known;
use super::name::Wanted;
use super::{Checker, Local};

impl<'a> Checker<'a> {
    /// A name has a value from here on. What is certain about it is kept if it gets no other one.
    pub(super) fn introduce(&mut self, name: &'a Name, known: Known<'a>) {
        let only_once = self.once.contains(name.text.as_str());
        let known = if only_once { known.kept() } else { Known::Anything };
        let place = self.locals.get(name.text.as_str()).map_or(name.span, |local| local.place);
        self.locals.insert(&name.text, Local { known, forgiven: false, place });
    }

    /// A name that gets its only value here is not known in that value, also where a loop has made it visible.
    pub(super) fn begin(&mut self, name: &'a Name) {
        if self.once.contains(name.text.as_str())
            && self.locals.get(name.text.as_str()).is_some_and(|local| local.place == name.span)
        {
            self.locals.remove(name.text.as_str());
        }
    }

    /// The locals that have a declaration.
    pub(super) fn declared_locals(&self) -> impl Iterator<Item = &'a str> {
        self.locals.iter().filter(|(_, local)| !local.forgiven).map(|(name, _)| *name)
    }

    /// Nothing more is said of a name that was reported.
    pub(super) fn forgive(&mut self, name: &'a str, place: Span) {
        self.locals.insert(name, Local { known: Known::Refused, forgiven: true, place });
    }

    pub(super) fn assign(&mut self, place: &'a Place, op: Option<BinaryOp>, value: &'a Expr) {
        let wanted = if op.is_some() { Wanted::Operand } else { Wanted::Anything };
        let known = self.wanted(value, wanted);
        let name = place.name.text.as_str();
        for (depth, index) in place.indices.iter().enumerate() {
            let position = self.wanted(index, Wanted::Operand);
            if depth == 0 {
                self.bounds(Some(name), None, (position, index.span));
            }
        }
        if self.globals.is_lost(name) {
            return;
        }
        if let Some(local) = self.locals.get(name).map(|local| local.known) {
            return self.assign_local(local, place, op, (known, value.span));
        }
        let what = match self.globals.get(name) {
            Some(Global::Shared { length: Some(_), .. }) if place.indices.is_empty() => "a whole array",
            Some(Global::Shared { process, .. }) => {
                self.in_subprocess(name, "shared", place.name.span);
                return self.keep_in_process(process, known, value);
            }
            Some(Global::Param) => "a param",
            Some(Global::Object { .. }) => "a declared object",
            Some(Global::Function(_)) => "a function",
            None => return self.report_unknown_target(place, op, value),
        };
        let help = match what {
            "a whole array" => format!("assign one cell: `{name}[i] = …`"),
            "a param" => {
                "a param keeps its value for the whole run: declare a `shared` if it must change".to_owned()
            }
            _ => format!("choose another name: `let my_{name} = …`"),
        };
        let message = format!("`{name}` is {what} and cannot be assigned");
        let mistake = Diagnostic::error(codes::NOT_ASSIGNABLE, place.span, message).at(what).with_help(help);
        self.mistakes.add(labelled(mistake, self.globals.place(name), "declared here"));
    }

    /// An assignment to a local of which the type is certain.
    fn assign_local(
        &mut self,
        local: Known<'a>,
        place: &'a Place,
        op: Option<BinaryOp>,
        value: (Known<'a>, Span),
    ) {
        if place.indices.is_empty() {
            if let Some(op) = op {
                self.computed(op, (local, place.span), value);
            }
            return;
        }
        let base = Expr { kind: ExprKind::Name(place.name.text.clone()), span: place.name.span };
        self.indexed(local, &base);
    }

    /// What all processes share lies outside of them: nothing of one of them can be in it.
    pub(super) fn keep_in_process(&mut self, process: bool, known: Known<'_>, value: &Expr) {
        if !process || !known.is_reference() {
            return;
        }
        let Some(what) = known.described() else { return };
        let message = format!("a `process shared` holds numbers, texts and lists, not {what}");
        self.mistakes.add(
            Diagnostic::error(codes::REFERENCE_IN_PROCESS, value.span, message)
                .at(what)
                .with_help("keep it in a `let`, or in a `shared` without `process`"),
        );
    }

    fn report_unknown_target(&mut self, place: &'a Place, op: Option<BinaryOp>, value: &Expr) {
        let name = place.name.text.as_str();
        let span = place.name.span;
        self.forgive(name, span);
        if self.globals.survey.constructs(name) {
            return;
        }
        let start = Span { start: span.start, end: span.start };
        let is_plain = op.is_none() && place.indices.is_empty();
        if let Some(&below) = self.lets.get(name) {
            let message = format!("`{name}` is assigned above its `let`");
            let mistake = Diagnostic::error(codes::READ_ABOVE, span, message).at("not known yet");
            let mistake =
                mistake.with_label(below, "it begins here").with_help(format!("begin with `let {name} = …`"));
            return self.mistakes.add(if is_plain {
                mistake.with_fix(Fix::maybe(start, "let "))
            } else {
                mistake
            });
        }
        let message = format!("there is no `{name}` that could be assigned");
        let mistake = Diagnostic::error(codes::UNKNOWN_TARGET, span, message).at("neither local nor shared");
        let candidates = self.declared_locals().chain(self.globals.shareds());
        let mistake = match guess(name, candidates) {
            Some(guess) => {
                // A plain assignment may be meant to begin a new variable with a similar name.
                let mistake =
                    guessed(mistake, if is_plain { guess.unsure() } else { guess }, self.place(guess.name));
                if is_plain {
                    mistake.with_help(format!("{} A new local begins with `let {name} = …`", guess.help()))
                } else {
                    mistake
                }
            }
            None if !self.told.insert(name) => return,
            None if is_plain && self.is_used_elsewhere(name) => self.declared_for_all(mistake, name, value),
            None if is_plain => mistake
                .with_help(format!(
                    "a new local begins with `let {name} = …`, a variable for all with `shared {name} = …`"
                ))
                .with_fix(Fix::sure(start, "let ")),
            None => mistake.with_help(format!(
                "give it a first value: `let {name} = …` here, or `shared {name} = …` for all"
            )),
        };
        self.mistakes.add(mistake);
    }

    fn declared_for_all(&self, mistake: Diagnostic, name: &str, value: &Expr) -> Diagnostic {
        let mistake = mistake.with_help(format!(
            "other functions use it, too: declare it at the top with `shared {name} = …`"
        ));
        match (self.globals.main(), value.as_literal()) {
            (Some(main), Some(_)) => {
                let declaration = format!("shared {name} = {}\n", print::expression(value));
                mistake.with_fix(Fix::maybe(Span { start: main.start, end: main.start }, declaration))
            }
            (_, _) => mistake,
        }
    }

    /// Whether another function than this one reads or assigns that name, which is no local there.
    fn is_used_elsewhere(&self, name: &str) -> bool {
        self.globals.items.iter().any(|item| {
            let (function, params, body): (_, &[Name], _) = match item {
                Item::Function(function) => {
                    (Some(function.name.text.as_str()), &function.params, &function.body)
                }
                Item::Main(main) => (None, &[], &main.body),
                Item::Machine(_)
                | Item::Param(_)
                | Item::Objects(_)
                | Item::Shared(_)
                | Item::Property(_) => {
                    return false;
                }
            };
            function != self.function && !params.iter().any(|param| param.text == name) && uses(body, name)
        })
    }

    /// `a = Lock()`: what Python makes by a call, a script declares. False if it is something else.
    pub(super) fn constructs(&mut self, statement: Span, name: &'a Name, value: &'a Expr) -> bool {
        let Some(call) = foreign::constructor(value) else { return self.starts_thread(name, value) };
        let ExprKind::Call { callee, .. } = &value.kind else { return false };
        if self.is_known(call.root) {
            return false;
        }
        let declaration = call.declaration(&name.text, constant);
        let help = match &declaration {
            Some(declaration) => format!("declare it at the top, outside every function: `{declaration}`"),
            None => how_to_declare(&call),
        };
        let written = if call.root == call.name {
            call.name.to_owned()
        } else {
            format!("{}.{}", call.root, call.name)
        };
        let mut mistake = foreign_name(&written, callee.span, &help);
        if let (Some(declaration), Some(main)) = (declaration, self.globals.main())
            && self.globals.get(&name.text).is_none()
        {
            let certainty = self.moved(name, &call);
            let at = Span { start: main.start, end: main.start };
            let fix = Fix::sure(statement, "").and(at, format!("{declaration}\n"));
            mistake = mistake.with_fix(Fix { certainty, ..fix });
        }
        self.mistakes.add(mistake);
        self.forgive(&name.text, name.span);
        true
    }

    /// Main runs once, so what it makes once can be declared.
    fn moved(&self, name: &Name, call: &Constructor<'_>) -> Certainty {
        let once = self.function.is_none() && self.once.contains(name.text.as_str()) && self.loops == 0;
        let literal = call.args.iter().all(|arg| arg.value.as_literal().is_some());
        if once && literal { Certainty::Sure } else { Certainty::Maybe }
    }

    /// `t = Thread(target=f, args=[x])`
    fn starts_thread(&mut self, name: &'a Name, value: &'a Expr) -> bool {
        let ExprKind::Call { callee, args } = &value.kind else { return false };
        let (module, word) = match callee.as_name() {
            Some(word) => (word, word),
            None => match foreign::of_module(callee) {
                Some((module, word)) => (module, word.text.as_str()),
                None => return false,
            },
        };
        let unit = match word {
            "Thread" => "thread",
            "Process" => "process",
            _ => return false,
        };
        if self.is_known(module) || self.globals.function(word).is_some() {
            return false;
        }
        let written = if module == word { word.to_owned() } else { format!("{module}.{word}") };
        let mut mistake =
            foreign_name(&written, callee.span, &format!("write `spawn {unit} f(…)`; it starts at once"));
        if let Some(call) = target(args) {
            let text = format!("spawn {unit} {call}");
            mistake = mistake
                .with_help(format!("write `{text}`; it starts at once"))
                .with_fix(Fix::maybe(value.span, text));
        }
        self.mistakes.add(mistake);
        self.forgive(&name.text, name.span);
        true
    }
}

/// Whether a function's text reads or assigns a name, and nowhere begins a local with it.
fn uses(body: &Block, name: &str) -> bool {
    let (mut used, mut begun) = (false, false);
    every_expression_in(body).for_each(|expr| used |= expr.as_name() == Some(name));
    statements_in(body).for_each(|statement| {
        if let StatementKind::Let { name: local, .. } | StatementKind::For { name: local, .. } =
            &statement.kind
        {
            begun |= local.text == name;
        }
        if let StatementKind::Assign { place, .. } = &statement.kind {
            used |= place.name.text == name;
        }
    });
    used && !begun
}

/// The text of a number or a name that a declaration may use.
fn constant(expr: &Expr) -> Option<String> {
    let is_constant = match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Name(_) => true,
        ExprKind::Unary { op: UnaryOp::Negate, operand } => operand.as_literal().is_some(),
        ExprKind::Unary { op: UnaryOp::Not, .. }
        | ExprKind::List(_)
        | ExprKind::Binary { .. }
        | ExprKind::Await(_)
        | ExprKind::Call { .. }
        | ExprKind::Index { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::Spawn(_) => false,
    };
    is_constant.then(|| print::expression(expr))
}

/// `f(x)` of `target=f, args=[x]`.
fn target(args: &[Arg]) -> Option<String> {
    let named =
        |name: &str| args.iter().find(|arg| arg.name.as_ref().is_some_and(|given| given.text == name));
    let function = named("target")?.value.as_name()?;
    let values = match named("args").map(|arg| &arg.value.kind) {
        None => Vec::new(),
        Some(ExprKind::List(items)) => items.iter().map(print::expression).collect(),
        Some(_) => return None,
    };
    Some(format!("{function}({})", values.join(", ")))
}
