//! What Python does not have under one name, and a program brings along as far as it is used.

use std::collections::BTreeSet;

/// A piece of Python for the head of a program.
#[derive(Debug)]
struct Part {
    name: &'static str,
    text: &'static str,
    /// The parts and the modules that it uses.
    needs: &'static [&'static str],
    modules: &'static [&'static str],
}

macro_rules! parts {
    ($($name:literal needs $needs:expr, imports $modules:expr;)+) => {
        /// All of them, each behind those that it needs to be defined.
        const PARTS: &[Part] = &[$(Part {
            name: $name,
            text: include_str!(concat!("parts/", $name, ".py")),
            needs: &$needs,
            modules: &$modules,
        }),+];
    };
}

parts! {
    "quantity" needs [], imports ["functools"];
    "duration" needs ["quantity"], imports [];
    "size" needs ["quantity"], imports [];
    "seconds" needs [], imports [];
    "show" needs [], imports [];
    "print" needs ["show"], imports ["sys"];
    "print_plain" needs [], imports ["sys"];
    "copied" needs [], imports [];
    "now" needs [], imports ["time"];
    "rate" needs [], imports ["time"];
    "compute" needs ["rate"], imports [];
    "compute_nogil" needs ["rate"], imports ["hashlib"];
    "choose" needs [], imports ["random"];
    "uniform" needs [], imports ["random"];
    "exponential" needs [], imports ["random"];
    "normal" needs [], imports ["random"];
    "region" needs [], imports ["threading"];
    "released" needs [], imports ["sys", "threading"];
    "awaitable" needs [], imports ["asyncio"];
    "thread" needs [], imports ["threading", "time"];
    "for_children" needs [], imports [];
    "take" needs ["for_children"], imports [];
    "process" needs ["for_children"], imports ["multiprocessing", "multiprocessing.connection", "time"];
    "shared_value" needs [], imports ["multiprocessing", "pickle"];
    "pipe" needs [], imports ["multiprocessing", "pickle", "time"];
    "sized_queue" needs [], imports ["multiprocessing", "pickle"];
    "stream" needs [], imports ["os"];
    "program" needs ["stream"], imports ["pickle", "subprocess", "sys", "time"];
    "group" needs [], imports [];
    "task_group" needs [], imports ["asyncio"];
    "timeout" needs [], imports ["asyncio"];
    "in_loop" needs [], imports ["asyncio"];
    "polled" needs [], imports ["asyncio", "time"];
    "awaited" needs ["polled"], imports [];
    "awaited_get" needs [], imports ["asyncio", "queue", "time"];
    "awaited_put" needs [], imports ["asyncio", "queue", "time"];
    "awaited_map" needs [], imports ["asyncio"];
    "awaited_join" needs [], imports ["asyncio", "time"];
    "joined" needs [], imports ["time"];
    "result" needs ["joined"], imports ["asyncio"];
    "wait_for_threads" needs ["thread"], imports ["threading"];
    "wait_for_processes" needs [], imports ["multiprocessing"];
}

/// The parts that a program needs, with all that they need.
pub(super) fn with_needs(names: &BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    let mut all = names.clone();
    for part in PARTS.iter().rev() {
        if all.contains(part.name) {
            all.extend(part.needs);
        }
    }
    all
}

/// The modules that parts import.
pub(super) fn modules(names: &BTreeSet<&'static str>) -> BTreeSet<&'static str> {
    let used = PARTS.iter().filter(|part| names.contains(part.name));
    used.flat_map(|part| part.modules.iter().copied()).collect()
}

/// The text of parts, in the order of the table. `holds` says which of the lines behind `# if` are meant.
pub(super) fn text(names: &BTreeSet<&'static str>, holds: impl Fn(&str) -> bool) -> Vec<String> {
    let used = PARTS.iter().filter(|part| names.contains(part.name));
    used.map(|part| chosen(part.text, &holds)).collect()
}

fn chosen(text: &str, holds: &impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    let mut is_meant = true;
    for line in text.lines() {
        if let Some(condition) = line.strip_prefix("# if ") {
            is_meant = holds(condition);
        } else if line == "# else" {
            is_meant = !is_meant;
        } else if line == "# end" {
            is_meant = true;
        } else if is_meant {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

/// Words that a script's names must not have in the program: they mean something in a part or in what is
/// written around it.
pub(super) fn is_taken(word: &str) -> bool {
    WORDS.contains(&word) || defined().any(|defined| defined == word)
}

/// What the parts define.
fn defined() -> impl Iterator<Item = &'static str> {
    PARTS.iter().flat_map(|part| part.text.lines()).filter_map(|line| {
        let rest = line.strip_prefix("def ").or_else(|| line.strip_prefix("async def "));
        let rest = rest.or_else(|| line.strip_prefix("class "))?;
        rest.split(['(', ':']).next()
    })
}

/// Python's keywords that are none here, its built-in functions that programs use, modules, and constants.
const WORDS: &[&str] = &[
    "class",
    "del",
    "from",
    "global",
    "import",
    "is",
    "lambda",
    "nonlocal",
    "yield",
    "as",
    "match",
    "abs",
    "all",
    "any",
    "bytes",
    "dict",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "int",
    "isinstance",
    "len",
    "list",
    "map",
    "max",
    "min",
    "next",
    "open",
    "pow",
    "property",
    "range",
    "reversed",
    "sorted",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "asyncio",
    "concurrent",
    "ctypes",
    "functools",
    "hashlib",
    "multiprocessing",
    "os",
    "pickle",
    "queue",
    "random",
    "subprocess",
    "sys",
    "threading",
    "time",
    "CONTEXT",
    "DIGESTS",
    "FOR_CHILDREN",
    "MEASURED",
    "ROUNDS",
    "START",
    "STDERR",
    "STDIN",
    "STDOUT",
    "self",
    "__name__",
    "__file__",
    "group",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_behind_what_they_need() {
        for (place, part) in PARTS.iter().enumerate() {
            for need in part.needs {
                assert!(PARTS[..place].iter().any(|other| other.name == *need), "{} needs {need}", part.name);
            }
        }
    }

    #[test]
    fn lines_behind_a_condition_are_chosen() {
        let text = "a\n# if x\nb\n# else\nc\n# end\nd\n";
        assert_eq!(chosen(text, &|_| true), "a\nb\nd\n");
        assert_eq!(chosen(text, &|_| false), "a\nc\nd\n");
    }

    #[test]
    fn what_a_part_defines_is_no_name_for_anything_else() {
        for word in ["Thread", "print", "run_in_child", "polled", "lambda", "asyncio"] {
            assert!(is_taken(word), "{word}");
        }
        assert!(!is_taken("transfer"));
    }
}
