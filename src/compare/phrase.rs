//! What a unit does, as words behind its name.

use crate::trace::words::Word;

/// Characters of a value or a text that are quoted.
const QUOTED_MAX: usize = 40;

/// Such as 'waits for the end of transfer.1'; names of the script stand between back-quotes.
pub(super) fn phrase(word: Word, detail: &str) -> String {
    let (name, rest) = detail.split_once(' ').unwrap_or((detail, ""));
    match word.text() {
        "spawn" => format!("spawns {detail}"),
        "start" => "starts".to_owned(),
        "end" => "ends".to_owned(),
        "killed" => "is ended on the spot".to_owned(),
        "cancel" => format!("cancels {detail}"),
        "cancelled" => "ends, cancelled".to_owned(),
        "fail" => format!("fails with `{}`", cut(detail)),
        "acquire" => format!("gets `{name}`"),
        "wait" => waits(detail),
        "timeout" => match detail.strip_prefix("end of ") {
            Some(unit) => format!("gives up waiting for the end of {unit}"),
            None if detail == "block" => "is at the end of its `timeout(…)`".to_owned(),
            None => format!("gives up waiting for `{name}`"),
        },
        "refused" => format!("is refused `{name}`"),
        "release" => format!("releases `{name}`"),
        "set" => format!("sets `{name}`"),
        "clear" => format!("clears `{name}`"),
        "pass" => format!("goes past `{name}`"),
        "notify" => format!("notifies {rest} at `{name}`"),
        "arrive" => format!("arrives at `{name}`"),
        "break" => format!("breaks `{name}`"),
        "reset" => format!("resets `{name}`"),
        "put" => format!("puts `{}` into `{name}`", cut(rest)),
        "lose" => format!("loses `{}` on its way into `{name}`", cut(rest)),
        "get" => format!("gets `{}` out of `{name}`", cut(rest)),
        "send" => format!("sends `{}` into `{name}`", cut(rest)),
        "receive" => format!("receives `{}` from `{name}`", cut(rest)),
        "close" => format!("closes `{name}`"),
        "task-done" => format!("is done with an item of `{name}`"),
        "shut-down" => format!("shuts `{name}` down"),
        "join" => format!("joins {detail}"),
        "read" => format!("reads `{name}` as {}", cut(rest)),
        "write" => format!("sets `{name}` to {}", cut(rest)),
        "print" => format!("prints `{}`", cut(detail)),
        "enter" => format!("enters `{detail}`"),
        "leave" => format!("leaves `{detail}`"),
        "choose" => format!("chooses {}", cut(detail)),
        "raise" => format!("raises `{}`", cut(detail)),
        other => format!("has `{other}`"),
    }
}

fn waits(detail: &str) -> String {
    if let Some(unit) = detail.strip_prefix("end of ") {
        return format!("waits for the end of {unit}");
    }
    match detail.split_once(" held by ") {
        Some((name, holder)) => format!("waits for `{name}`, which {holder} holds"),
        None if detail == "condition" => "waits for its condition".to_owned(),
        None => format!("waits for `{detail}`"),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(QUOTED_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_a_sync_trace_has_its_phrase() {
        use crate::trace::event::Detail;
        for word in Word::all().filter(|word| word.detail() == Detail::Sync) {
            let said = phrase(word, "m 1");
            assert!(!said.starts_with("has `"), "{said}");
        }
    }

    #[test]
    fn a_wait_says_for_what() {
        let said = |detail| phrase(Word::named("wait").unwrap(), detail);
        assert_eq!(said("m held by a.1"), "waits for `m`, which a.1 holds");
        assert_eq!(said("m"), "waits for `m`");
        assert_eq!(said("end of a.1"), "waits for the end of a.1");
        assert_eq!(said("condition"), "waits for its condition");
    }
}
