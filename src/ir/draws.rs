//! Whether a program asks for anything that a seed decides.

use crate::ir::program::{Op, Program};
use crate::ir::signature::Builtin;

/// Whether the program has a `choose` or a draw of a length, reached or not.
#[must_use]
pub fn draws(program: &Program) -> bool {
    let is_draw = |op: &Op| {
        matches!(
            op,
            Op::ChooseRange { .. }
                | Op::ChooseItem { .. }
                | Op::Builtin {
                    builtin: Builtin::Choose | Builtin::Uniform | Builtin::Exponential | Builtin::Normal,
                    ..
                }
        )
    };
    program.ops.iter().any(is_draw)
}

#[cfg(test)]
mod tests {
    use crate::base::span::Source;
    use crate::ir::lower::lower;
    use crate::syntax::parse::parse;

    #[test]
    fn choices_and_drawn_lengths_are_draws() {
        let draws = |body: &str| {
            let source = Source::new("x.conc", format!("main {{ {body} }}"));
            let script = parse(&source).whole().unwrap();
            super::draws(&lower(&script, &[]).unwrap())
        };
        for body in [
            "print choose(1..3)",
            "print choose([1, 2])",
            "sleep uniform(1ms, 2ms)",
            "io exponential(1ms)",
            "if False { compute normal(5ms, 1ms) }",
        ] {
            assert!(draws(body), "{body}");
        }
        assert!(!draws("for i in 0..3 { sleep 1ms; print i, max(i, 2), now() }"));
    }
}
