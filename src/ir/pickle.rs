//! How long values are when they are pickled: what goes through the pipes between processes.
//!
//! It is the length that `pickle.dumps(value, protocol=5)` of CPython gives (`Modules/_pickle.c`, run: 3.11.7), for
//! values of which no part is in them twice. A duration is a float there, a size an integer, an object or a handle a
//! short reference.

use crate::ir::value::Value;

/// From this length on, a string stands outside the frames, and a frame is closed.
const FRAME_TARGET: u64 = 64 << 10;

/// A shorter frame is written without a head.
const FRAME_LEAST: u64 = 4;

/// The opcode of a frame and its length.
const FRAME_HEAD: u64 = 9;

/// How many items of a list are appended by one opcode.
const BATCH: usize = 1000;

/// A reference to an object of the script: about what a lock of `multiprocessing` takes.
const REFERENCE: u64 = 100;

/// The bytes of a pickle so far.
struct Pickler {
    written: u64,
    /// Bytes of the frame that is open.
    frame: u64,
}

/// The length of a value's pickle in bytes.
#[must_use]
pub fn pickled_length(value: &Value) -> u64 {
    // The opcode of the protocol, and at the end that of the stop.
    let mut pickler = Pickler { written: 2, frame: 0 };
    pickler.value(value);
    pickler.opcode(1);
    pickler.close();
    pickler.written
}

/// How many items its lists have, those of lists in them included: each is pickled for itself.
#[must_use]
pub fn items_of_lists(value: &Value) -> u64 {
    match value {
        Value::List(list) => list.items().iter().map(|item| 1 + items_of_lists(item)).sum(),
        Value::Unset
        | Value::None
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Size(_)
        | Value::Duration(_)
        | Value::Str(_)
        | Value::Handle(_)
        | Value::Object(_)
        | Value::Stream(..)
        | Value::Cell(_)
        | Value::Exception(_) => 0,
    }
}

impl Pickler {
    /// An opcode with its argument, so many bytes in all.
    fn opcode(&mut self, bytes: u64) {
        if self.frame >= FRAME_TARGET {
            self.close();
        }
        self.frame += bytes;
    }

    fn close(&mut self) {
        let head = if self.frame >= FRAME_LEAST { FRAME_HEAD } else { 0 };
        self.written += head + self.frame;
        self.frame = 0;
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Unset | Value::None | Value::Bool(_) => self.opcode(1),
            Value::Int(number) | Value::Size(number) => self.opcode(integer(*number)),
            Value::Duration(_) => self.opcode(9),
            Value::Str(text) => self.text(text.len() as u64),
            Value::List(list) => {
                // The empty list, and that it is remembered.
                self.opcode(1);
                self.opcode(1);
                for batch in list.items().chunks(BATCH) {
                    self.opcode(u64::from(list.items().len() > 1));
                    batch.iter().for_each(|item| self.value(item));
                    self.opcode(1);
                }
            }
            Value::Handle(_)
            | Value::Object(_)
            | Value::Stream(..)
            | Value::Cell(_)
            | Value::Exception(_) => {
                self.opcode(REFERENCE);
            }
        }
    }

    /// A string of so many bytes, and that it is remembered.
    fn text(&mut self, bytes: u64) {
        let head = if bytes < 256 { 2 } else { 5 };
        if bytes >= FRAME_TARGET {
            self.close();
            self.written += head + bytes;
        } else {
            self.opcode(head + bytes);
        }
        self.opcode(1);
    }
}

/// The bytes of a whole number with its opcode.
fn integer(number: i64) -> u64 {
    match number {
        0..=0xff => 2,
        0x100..=0xffff => 3,
        _ if i32::try_from(number).is_ok() => 5,
        // As few bytes as hold it with its sign.
        _ => 2 + u64::from((number ^ (number >> 63)).ilog2() / 8 + 1) + u64::from(fills(number)),
    }
}

/// Whether the highest bit of the last byte is taken, so that the sign needs one more.
fn fills(number: i64) -> bool {
    let magnitude = number ^ (number >> 63);
    magnitude.ilog2() % 8 == 7
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::value::List;
    use std::sync::Arc;

    fn list(items: Vec<Value>) -> Value {
        let mut list = List::default();
        items.into_iter().for_each(|item| list.push(item).unwrap());
        Value::List(Arc::new(list))
    }

    #[test]
    fn a_pickle_is_as_long_as_in_cpython() {
        let text = |count: usize| Value::str("x".repeat(count));
        let long = (1_i64 << 31, -(1_i64 << 31), i64::MAX, i64::MIN);
        let cases = [
            (Value::None, 4),
            (Value::Bool(true), 4),
            (Value::Int(0), 5),
            (Value::Int(255), 5),
            (Value::Int(256), 15),
            (Value::Int(65_536), 17),
            (Value::Int(-1), 17),
            (Value::Int(long.0), 19),
            (Value::Int(long.1), 17),
            (Value::Int(long.1 - 1), 19),
            (Value::Int(long.2), 22),
            (Value::Int(long.3), 22),
            (Value::Duration(1), 21),
            (text(0), 15),
            (text(3), 18),
            (text(250), 265),
            (text(256), 274),
            (text(65_535), 65_553),
            (text(65_536), 65_545),
            (text(70_000), 70_009),
            (list(vec![]), 5),
            (list(vec![Value::Int(1)]), 17),
            (list(vec![Value::Int(1), Value::Int(2)]), 20),
            (list(vec![list(vec![Value::Int(1)])]), 20),
            (list(vec![Value::None; 1001]), 1019),
            (list(vec![Value::Int(1); 100_000]), 200_241),
        ];
        for (value, want) in cases {
            assert_eq!(pickled_length(&value), want, "{:.60}", format!("{value:?}"));
        }
    }
}
