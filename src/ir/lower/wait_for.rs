//! `c.wait_for(e, timeout=t)`: a loop around the wait, because `e` is evaluated anew each time, with its
//! reads of shared data.

use crate::ir::lower::body::Body;
use crate::ir::lower::globals::narrow;
use crate::ir::program::{CallSite, Op, Operand, Register};
use crate::ir::value::Value;
use crate::syntax::ast::{Arg, BinaryOp, Expr};

impl Body<'_> {
    /// The loop; it gives the last value of the expression.
    ///
    /// Each round is one call of the method, which waits once and says how: `True` if it was notified,
    /// `False` if its time was over (then the expression is looked at once more), `None` if no time was left
    /// to wait at all. The register behind the arguments is for the moment at which the time is over.
    pub(super) fn wait_for(
        &mut self,
        (base, awaited): (&Expr, bool),
        args: &[Arg],
        wanted: Option<Register>,
    ) -> Operand {
        let mark = self.mark();
        let receiver = self.operand(base);
        let row: Vec<Register> = (0..=args.len()).map(|_| self.temporary()).collect();
        let (first, until, notified) = (row[0], row[args.len()], self.temporary());
        let is_predicate = |arg: &Arg| arg.name.as_ref().is_none_or(|name| name.text == "predicate");
        let place = args.iter().position(is_predicate).expect("the checker has bound the arguments");
        for (index, arg) in args.iter().enumerate().filter(|(index, _)| *index != place) {
            self.into(&arg.value, row[index]);
        }
        let is_timed = args.len() > 1;
        if is_timed {
            self.copy(until, Value::None);
            self.copy(notified, Value::Bool(true));
        }
        let call = self.wait_for_site(args, awaited);
        let start = self.pc();
        self.into(&args[place].value, row[place]);
        let mut exits = vec![self.branch(true, Operand::register(row[place]))];
        if is_timed {
            exits.push(self.branch(false, Operand::register(notified)));
        }
        self.emit(Op::Invoke { to: notified, receiver, call, first });
        if is_timed {
            let (left, right) = (Operand::register(notified), self.constant(Value::None));
            let too_late = self.temporary();
            self.emit(Op::Binary { op: BinaryOp::Equal, to: too_late, left, right });
            exits.push(self.branch(true, Operand::register(too_late)));
        }
        self.emit(Op::Loop { to: start });
        for exit in exits {
            self.land(exit);
        }
        let from = Operand::register(row[place]);
        self.free(mark);
        let to = wanted.unwrap_or_else(|| self.temporary());
        self.emit(Op::Copy { to, from });
        Operand::register(to)
    }

    fn wait_for_site(&mut self, args: &[Arg], awaited: bool) -> u16 {
        let named: Vec<String> =
            args.iter().filter_map(|arg| Some(arg.name.as_ref()?.text.clone())).collect();
        let positional = narrow(args.len() - named.len());
        self.call_site(CallSite { awaited, ..CallSite::new("wait_for", positional, named) })
    }

    fn copy(&mut self, to: Register, value: Value) {
        let from = self.constant(value);
        self.emit(Op::Copy { to, from });
    }
}
