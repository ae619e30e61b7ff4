//! What is done when a program is started, and what holds when it has ended.

use super::place::Origin;
use super::script::{MAIN, Object};
use super::writer::Writer;
use crate::machine::profile::StartMethod;
use crate::syntax::ast::{Expr, ObjectKind, PropertyKind, StatementKind, UnaryOp, UnitKind};
use crate::syntax::level;
use crate::syntax::parts::{expressions_in, statements_in};
use crate::syntax::print;

impl<'a> Writer<'a> {
    /// What is done when the program is started.
    pub(super) fn guard(&mut self) {
        self.line("if __name__ == \"__main__\":");
        self.indented(|writer| {
            if writer.parts.contains("program") {
                writer.modules.insert("sys");
                writer.line("if len(sys.argv) > 1:");
                writer.indented(|writer| {
                    writer.line("run_as_program(sys.argv[1])");
                    writer.line("sys.exit()");
                });
            }
            writer.measured();
            writer.made_at_start();
            let call = if writer.places.loops.contains(MAIN) {
                writer.modules.insert("asyncio");
                "asyncio.run(main())"
            } else {
                "main()"
            };
            if writer.types.starts(UnitKind::Process) {
                // Python takes what they share away from processes that begin when main has ended.
                writer.line("try:");
                writer.indented(|writer| writer.line(call));
                writer.line("finally:");
                writer.indented(Self::waits);
            } else {
                writer.line(call);
            }
            writer.claims();
        });
    }

    fn measured(&mut self) {
        for (part, name, work) in [("compute", "ROUNDS", "spin"), ("compute_nogil", "DIGESTS", "digest")] {
            if self.parts.contains(part) {
                self.line(&format!("{name} = fastest({work})"));
            }
        }
        if self.has_now() {
            self.modules.insert("time");
            self.line("START = time.monotonic()");
        }
    }

    /// Whether the program asks for the time; the properties at its end are written later.
    fn has_now(&self) -> bool {
        let asks = |expr: &Expr| matches!(expr.as_name(), Some("elapsed"));
        self.parts.contains("now")
            || self.names.properties.iter().any(|property| match &property.kind {
                PropertyKind::Finally(claim) => expressions_in(claim).any(asks),
                PropertyKind::Invariant(_) | PropertyKind::Expect(_) => false,
            })
    }

    fn made_at_start(&mut self) {
        let names = self.names;
        for (name, cell) in names.cells.iter().filter(|(_, cell)| cell.for_all) {
            let value = self.in_shared_memory(name, *cell);
            let name = self.word(name);
            self.line(&format!("{name} = {value}"));
        }
        let is_pool = |object: &Object<'_>| object.kind == ObjectKind::ProcessPool;
        for pools in [false, true] {
            for (name, object) in &names.objects {
                let is_meant = (object.for_all || is_pool(object)) && is_pool(object) == pools;
                if is_meant && self.places.origin(name, object.for_all) != Origin::Loop {
                    let value = self.made(name, *object);
                    let name = self.word(name);
                    self.line(&format!("{name} = {value}"));
                }
            }
        }
    }

    /// Waits for all units that go on, before one looks at what has come of them.
    fn waits(&mut self) {
        if self.parts.contains("thread") {
            self.part("wait_for_threads");
            self.line("wait_for_threads()");
        }
        if self.types.starts(UnitKind::Process) {
            self.part("wait_for_processes");
            self.line("wait_for_processes()");
        }
    }

    /// The properties that hold at the end.
    fn claims(&mut self) {
        let names = self.names;
        let claims: Vec<&'a Expr> = names
            .properties
            .iter()
            .filter_map(|property| match &property.kind {
                PropertyKind::Finally(claim) => Some(claim),
                PropertyKind::Invariant(_) | PropertyKind::Expect(_) => None,
            })
            .collect();
        if claims.is_empty() {
            return;
        }
        for (name, object) in &names.objects {
            if matches!(object.kind, ObjectKind::ThreadPool | ObjectKind::ProcessPool)
                && object.length.is_none()
            {
                let name = self.word(name);
                self.line(&format!("{name}.shutdown()"));
            }
        }
        if !self.types.starts(UnitKind::Process) {
            self.waits();
        }
        self.modules.insert("sys");
        for claim in claims {
            let text =
                super::text::quoted(&format!("at the end `{}` does not hold", print::expression(claim)));
            let claim = self.at(claim, level::unary(UnaryOp::Not));
            self.line(&format!("if not {claim}:"));
            self.indented(|writer| writer.line(&format!("sys.exit({text})")));
        }
    }

    /// What the parts on processes have to know.
    pub(super) fn constants(&mut self) -> Vec<String> {
        let mut constants = Vec::new();
        if self.modules.contains("multiprocessing") {
            let method = match self.names.start {
                StartMethod::Fork => "fork",
                StartMethod::Spawn => "spawn",
                StartMethod::ForkServer => "forkserver",
            };
            constants.push(format!("CONTEXT = multiprocessing.get_context(\"{method}\")"));
        }
        let mut measured: Vec<String> = Vec::new();
        for (part, name) in [("compute", "ROUNDS"), ("compute_nogil", "DIGESTS")] {
            if self.parts.contains(part) {
                measured.push(format!("\"{name}\""));
            }
        }
        if self.has_now() {
            measured.push("\"START\"".to_owned());
        }
        if self.parts.contains("program") {
            constants.push(format!("MEASURED = [{}]", measured.join(", ")));
        }
        if self.parts.contains("for_children") {
            let cells = self.names.cells.iter().filter(|(_, cell)| cell.for_all).map(|(name, _)| name);
            let objects =
                self.names.objects.iter().filter(|(_, object)| object.for_all).map(|(name, _)| name);
            let words: Vec<String> =
                cells.chain(objects).map(|name| format!("\"{}\"", self.word(name))).collect();
            measured.extend(words);
            constants.push(format!("FOR_CHILDREN = [{}]", measured.join(", ")));
        }
        constants
    }

    /// The regions that are counted.
    pub(super) fn regions(&mut self) -> Vec<String> {
        let mut names: Vec<&str> = Vec::new();
        for statement in self.names.bodies.values().flat_map(|body| statements_in(body.block)) {
            if let StatementKind::Region { name, .. } = &statement.kind {
                names.push(&name.text);
            }
        }
        names.sort_unstable();
        names.dedup();
        names.retain(|name| self.counts(name));
        names.into_iter().map(|name| format!("{} = Region()", self.region_word(name))).collect()
    }
}
