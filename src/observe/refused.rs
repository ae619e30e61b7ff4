//! The way out where an object has refused a call, as Python does, and nobody has caught that.

use crate::ir::program::{Op, Operand, Source};
use crate::ir::value::{Exception, Value};
use crate::observe::explain::Witness;

/// What an object says when it refuses a call, and how to call it, `{}` being its name.
const REFUSALS: [(&str, &str); 6] = [
    ("release unlocked lock", "release `{}` once for each time that it is acquired: use `with {} { … }`"),
    (
        "cannot release un-acquired lock",
        "only the unit that has acquired `{}` may release it, once for each time: use `with {} { … }`, or a `lock` as a \
         signal to another unit",
    ),
    (
        "Semaphore released too many times",
        "release `{}` only where it was acquired, not where `acquire` was in vain: use `with {} { … }`",
    ),
    ("cannot wait on un-acquired lock", "take the lock first: `with {} { … }` around the check and the wait"),
    (
        "cannot notify on un-acquired lock",
        "take the lock first: `with {} { … }` around the change and the `notify`",
    ),
    (
        "task_done() called too many times",
        "call `{}.task_done()` once for each item that was got out of `{}`",
    ),
];

impl Witness<'_> {
    /// How the call should have been made that raised this exception; `None` if no object raised it.
    pub(super) fn refused(&self, exception: &Exception) -> Option<String> {
        let (Op::Invoke { receiver: operand, .. } | Op::Exit { object: operand, .. }) =
            self.program.ops[exception.origin as usize]
        else {
            return None;
        };
        let is_of_free_lock =
            self.program.terms.free_lock.raises() == (&*exception.name, &*exception.message);
        let said = if is_of_free_lock { REFUSALS[0].0 } else { &exception.message };
        let (_, help) = REFUSALS.iter().find(|(refusal, _)| *refusal == said)?;
        Some(with_name(help, self.named(operand)))
    }

    /// What the script calls that object, if it is not in a variable.
    fn named(&self, operand: Operand) -> Option<&str> {
        let Source::Constant(constant) = operand.source() else { return None };
        let Value::Object(object) = self.program.constant(constant) else { return None };
        Some(&self.program.object(*object).name)
    }
}

/// The help with the object's name put in; without one it does without.
fn with_name(help: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => help.replace("{}", name),
        None => help.replace("`with {} { … }`", "`with`").replace("`{}`", "it").replace("{}.", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_the_object_or_does_without() {
        let told = |name| REFUSALS.map(|(_, help)| with_name(help, name));
        assert_eq!(
            told(Some("m"))[0],
            "release `m` once for each time that it is acquired: use `with m { … }`"
        );
        assert_eq!(told(None)[0], "release it once for each time that it is acquired: use `with`");
        assert_eq!(told(None)[5], "call `task_done()` once for each item that was got out of it");
        for help in told(None).iter().chain(&told(Some("m"))) {
            assert!(!help.contains("{}"), "{help}");
        }
    }
}
