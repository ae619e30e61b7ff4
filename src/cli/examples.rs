//! `concsim examples`: scripts that each tell one story, built into the command.

use crate::base::suggest::nearest;
use crate::cli::args::ExamplesArgs;
use crate::cli::failure::Failure;
use crate::cli::{output, status};

/// Scripts on one subject, in the order in which to read them.
struct Group {
    subject: &'static str,
    examples: &'static [Example],
}

struct Example {
    name: &'static str,
    text: &'static str,
}

macro_rules! examples {
    ($($name:literal)+) => {
        &[$(Example { name: $name, text: include_str!(concat!("../../examples/", $name, ".conc")) }),+]
    };
}

const GROUPS: &[Group] = &[
    Group {
        subject: "Threads, and where their time goes",
        examples: examples!(
            "waiting_threads" "computing_threads" "numpy_like" "at_once_or_in_turns" "device" "patience"
        ),
    },
    Group {
        subject: "Lost updates",
        examples: examples!("one_at_a_time" "forgotten_lock" "lost_update_plain" "lost_update_call" "spinlock"),
    },
    Group {
        subject: "Deadlocks",
        examples: examples!(
            "bank" "bank_compute" "philosophers" "philosophers_ordered"
            "reentrant_lock" "reentrant_rlock" "exception_leaves_lock" "exception_with"
        ),
    },
    Group {
        subject: "Conditions and barriers",
        examples: examples!(
            "bounded_buffer" "lost_signal" "if_instead_of_while" "barrier_rounds" "broken_barrier"
        ),
    },
    Group {
        subject: "Queues",
        examples: examples!("producer_consumer" "back_pressure" "emergency_room" "missing_task_done"),
    },
    Group {
        subject: "Tasks and event loops",
        examples: examples!(
            "pages" "stalled_loop" "stalled_loop_mended" "tasks_timeout" "lost_update_await" "many_waits"
        ),
    },
    Group {
        subject: "Pipes and other programs",
        examples: examples!("ping_pong" "program_in_a_thread" "full_pipe" "communicate"),
    },
    Group {
        subject: "Pools",
        examples: examples!("pages_in_a_pool" "numbers_in_a_process_pool" "pool_waits_for_itself"),
    },
    Group {
        subject: "Semaphores and events",
        examples: examples!(
            "parking" "double_release" "double_release_bounded" "starting_gun" "forgotten_set"
        ),
    },
    Group {
        subject: "Every interleaving, for concsim explore",
        examples: examples!("two_visits" "naive_lock" "peterson" "dekker" "dekker_stubborn"),
    },
    Group { subject: "One GIL for all", examples: examples!("convoy" "convoy_one_core") },
    Group { subject: "When to use what, for concsim compare", examples: examples!("scraper" "cruncher") },
    Group {
        subject: "Processes and interpreters",
        examples: examples!(
            "start_of_a_unit" "worth_a_process" "any_unit" "own_copies" "message_size" "shared_memory"
        ),
    },
];

/// Columns of a line of the list.
const WIDTH: usize = 100;

/// Lists the examples, or prints one.
///
/// # Errors
///
/// If there is no example of that name, or standard output can't be written.
pub(super) fn examples(args: &ExamplesArgs) -> Result<u8, Failure> {
    match &args.name {
        None => output::print(&list())?,
        Some(name) => output::print(find(&name.to_string_lossy())?.text)?,
    }
    Ok(status::SUCCESS)
}

fn all() -> impl Iterator<Item = &'static Example> {
    GROUPS.iter().flat_map(|group| group.examples)
}

fn find(name: &str) -> Result<&'static Example, Failure> {
    let name = name.strip_suffix(".conc").unwrap_or(name);
    let found = all().find(|example| example.name == name);
    found.ok_or_else(|| {
        let help = match nearest(name, all().map(|example| example.name)) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "`concsim examples` lists them".to_string(),
        };
        Failure::Message { text: format!("there is no example `{name}`"), help: Some(help) }
    })
}

fn list() -> String {
    let width = all().map(|example| example.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for group in GROUPS {
        text.push_str(&format!("{}\n", group.subject));
        for example in group.examples {
            let story = wrapped(&story(example.text), WIDTH - width - 4);
            let indent = format!("\n{:width$}", "", width = width + 4);
            text.push_str(&format!("  {:width$}  {}\n", example.name, story.join(&indent)));
        }
        text.push('\n');
    }
    text + "`concsim examples bank` prints one; `concsim examples bank > bank.conc` makes a file of it.\n"
}

/// The first sentence of the comment at the head of a script.
fn story(script: &str) -> String {
    let lines = script.lines().map_while(|line| line.strip_prefix("# "));
    let head = lines.collect::<Vec<_>>().join(" ");
    match head.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => head,
    }
}

/// The words of a text in lines of at most so many characters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(word.to_string()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_the_folder() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
        // The goldens of examples stand beside them and are not built in.
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            Some(entry.unwrap().file_name().into_string().unwrap().strip_suffix(".conc")?.to_string())
        };
        let mut want: Vec<String> = std::fs::read_dir(folder).unwrap().filter_map(name).collect();
        want.sort();
        let mut got: Vec<&str> = all().map(|example| example.name).collect();
        got.sort_unstable();
        assert_eq!(got, want, "put it into GROUPS in src/cli/examples.rs");
    }

    #[test]
    fn no_two_examples_are_introduced_by_the_same_words() {
        let mut stories: Vec<String> = all().map(|example| story(example.text)).collect();
        stories.sort();
        let count = stories.len();
        stories.dedup();
        assert_eq!(stories.len(), count);
    }

    #[test]
    fn an_example_is_found_with_and_without_its_extension() {
        assert_eq!(find("bank").ok().map(|example| example.name), Some("bank"));
        assert_eq!(find("bank.conc").ok().map(|example| example.name), Some("bank"));
        let help = |name| match find(name) {
            Err(Failure::Message { help, .. }) => help.unwrap(),
            _ => panic!("{name}"),
        };
        assert_eq!(help("bnak"), "did you mean `bank`?");
        assert_eq!(help("semaphores"), "`concsim examples` lists them");
    }

    #[test]
    fn a_story_is_its_first_sentence_in_lines() {
        let script =
            "# One is called a.conc and\n# waits. Another one does not.\n#\n# Look at: it.\nlock m\n";
        assert_eq!(story(script), "One is called a.conc and waits.");
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    }
}
