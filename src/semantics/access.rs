//! Steps on shared data: reads, writes, picks, prints, regions.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an op of another family is a bug, and a value of another kind a type error"
)]

use std::sync::Arc;

use crate::base::id::CellId;
use crate::ir::program::{Op, Operand};
use crate::ir::value::{Raised, Value};
use crate::semantics::local;
use crate::semantics::step::{ActionKind, Flow, Performed, Seen, Stepper};
use crate::semantics::world::Naming;

impl Stepper<'_> {
    pub(super) fn access(&mut self, op: &Op) -> Performed {
        match *op {
            Op::Read { to, cell } => {
                let cell = self.cell(cell);
                let value = self.world.cells[cell.index()].clone();
                self.act(ActionKind::Read(cell, value.clone()));
                self.set(to, value);
            }
            Op::Write { cell, from } => {
                let cell = self.cell(cell);
                let value = self.get(from).clone();
                self.require_shareable(cell, &value)?;
                self.world.cells[cell.index()] = value;
                self.wrote(cell);
            }
            Op::SharedPush { cell, from } => {
                let (cell, value) = (self.cell(cell), self.get(from).clone());
                self.require_shareable(cell, &value)?;
                let done = local::push(&mut self.world.cells[cell.index()], value, &mut self.meter);
                self.changed(cell, done)?;
            }
            Op::SharedPop { to, cell, index } => {
                let (cell, index) = (self.cell(cell), self.get(index).clone());
                let done = local::pop(&mut self.world.cells[cell.index()], &index, &mut self.meter);
                let value = self.changed(cell, done)?;
                self.set(to, value);
            }
            Op::SharedStore { cell, index, from } => {
                let (cell, index, value) = (self.cell(cell), self.get(index).clone(), self.get(from).clone());
                self.require_shareable(cell, &value)?;
                let done = local::store(&mut self.world.cells[cell.index()], &index, value, &mut self.meter);
                self.changed(cell, done)?;
            }
            other => unreachable!("{other:?} is no access to shared data"),
        }
        Ok(Flow::Next)
    }

    /// What is in a cell was changed, or would not be.
    fn changed<T>(&mut self, cell: CellId, done: Result<T, Raised>) -> Result<T, Raised> {
        match &done {
            Ok(_) => self.wrote(cell),
            Err(_) => self.act(ActionKind::Saw(Seen::Cell(cell))),
        }
        done
    }

    fn wrote(&mut self, cell: CellId) {
        let value = self.world.cells[cell.index()].clone();
        self.act(ActionKind::Wrote(cell, value));
    }

    fn cell(&self, operand: Operand) -> CellId {
        match self.get(operand) {
            Value::Cell(cell) => self.program.cell_of(*cell, self.home),
            other => unreachable!("lowering locates cells, and {other:?} is none"),
        }
    }

    pub(super) fn choose(&mut self, op: &Op) -> Performed {
        let (to, value) = match *op {
            Op::ChooseRange { to, from, end } => {
                let (Some(low), Some(high)) = (self.get(from).as_int(), self.get(end).as_int()) else {
                    return Err(Raised::new("TypeError", "choose needs a range of integers or a list"));
                };
                let width = u64::try_from(i128::from(high) - i128::from(low)).unwrap_or(0);
                let pick = i128::from(low) + i128::from(self.pick(width)?);
                (to, Value::Int(i64::try_from(pick).expect("a pick lies within its range")))
            }
            Op::ChooseItem { to, list } => {
                let list = self.get(list).clone();
                let Value::List(items) = &list else {
                    let message = format!("choose needs a range or a list, not '{}'", list.type_name());
                    return Err(Raised::new("TypeError", message));
                };
                let pick = self.pick(items.items().len() as u64)?;
                (to, items.items()[usize::try_from(pick).expect("a list fits into memory")].clone())
            }
            other => unreachable!("{other:?} picks nothing"),
        };
        self.act(ActionKind::Chose(value.clone()));
        self.set(to, value);
        Ok(Flow::Next)
    }

    fn pick(&mut self, width: u64) -> Result<u64, Raised> {
        if width == 0 {
            return Err(Raised::new("ValueError", "there is nothing to choose from"));
        }
        Ok(self.oracle.choose(width))
    }

    pub(super) fn print(&mut self, op: &Op) -> Performed {
        let Op::Print { first, count } = *op else { unreachable!("{op:?} prints nothing") };
        let values: Vec<Value> = self.row(first, usize::from(count)).iter_mut().map(std::mem::take).collect();
        let names = Naming { program: self.program, world: self.world };
        let texts: Vec<String> = values.iter().map(|value| value.text(&names)).collect();
        let line: Arc<str> = texts.join(" ").into();
        self.meter.allocate(line.len() as u64 + 32);
        self.world.output.push(line);
        self.act(ActionKind::Printed);
        Ok(Flow::Next)
    }

    pub(super) fn region(&mut self, op: &Op) -> Performed {
        match *op {
            Op::EnterRegion { region } => {
                self.world.inside[region.index()] += 1;
                self.act(ActionKind::Entered(region));
            }
            Op::LeaveRegion { region } => {
                self.world.inside[region.index()] -= 1;
                self.act(ActionKind::Left(region));
            }
            other => unreachable!("{other:?} is about no region"),
        }
        Ok(Flow::Next)
    }
}
