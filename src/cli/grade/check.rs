//! `concsim rubric check`: whether a rubric gives its own solutions what it expects of them.

use std::ffi::OsStr;
use std::sync::atomic::AtomicBool;

use crate::base::printable::safe;
use crate::cli::failure::Failure;
use crate::cli::grade::args::CheckArgs;
use crate::cli::grade::batch::Work;
use crate::cli::grade::files::Submission;
use crate::cli::grade::load::{Loaded, load};
use crate::cli::grade::text::standing;
use crate::cli::{interrupt, output, status};
use crate::grade::result::{Graded, Standing};
use crate::grade::rubric::Solution;

/// Tries rubrics, whatever comes of those before.
pub(super) fn check(args: &CheckArgs) -> Result<u8, Failure> {
    let work = Work::of(&args.work)?;
    let stop = interrupt::watch();
    let (mut text, mut worst) = (String::new(), status::SUCCESS);
    for rubric in &args.rubrics {
        let status = match load(rubric) {
            Ok(loaded) => one(rubric, &loaded, work, args.quiet, (stop, &mut text)),
            Err(failure) => failure.report(args.color),
        };
        worst = worst.max(status);
        if interrupt::happened() {
            output::say("interrupted: not all solutions were tried\n");
            worst = worst.max(status::FOUND);
            break;
        }
    }
    // Where something can't be used, standard output stays empty.
    if worst == status::WRONG {
        output::say(&text);
    } else {
        output::print(&text)?;
    }
    Ok(worst)
}

fn one(rubric: &OsStr, loaded: &Loaded, work: Work, quiet: bool, into: (&AtomicBool, &mut String)) -> u8 {
    let (stop, text) = into;
    let (rubric, solutions) = (safe(&rubric.to_string_lossy()), &loaded.grader.rubric().solutions);
    if solutions.is_empty() {
        output::say(&format!("{rubric}: it names no `[[solution]]`, so there is nothing to try\n"));
        return status::SUCCESS;
    }
    let file = |solution: &Solution| Submission {
        name: solution.file.text.clone(),
        path: loaded.path(&solution.file),
    };
    let files: Vec<Submission> = solutions.iter().map(file).collect();
    let mut result = status::SUCCESS;
    for (solution, graded) in solutions.iter().zip(work.grade(&loaded.grader, &files, stop)) {
        let differences = differences(loaded, solution, &graded);
        let (name, score) = (safe(&graded.name), graded.score);
        if differences.is_empty() {
            if !quiet {
                text.push_str(&format!("{rubric}: {name} earns {score}, as expected\n"));
            }
            continue;
        }
        let is_there = !matches!(graded.standing, Standing::Unreadable(_));
        result = result.max(if is_there { status::FOUND } else { status::WRONG });
        text.push_str(&format!("{rubric}: {name} is graded otherwise than expected\n"));
        for difference in differences {
            text.push_str(&format!("  {}\n", safe(&difference)));
        }
    }
    result
}

/// What came of a solution and was not expected, a line each.
fn differences(loaded: &Loaded, solution: &Solution, graded: &Graded) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let checks = &loaded.grader.rubric().checks;
    if let Some(score) = solution.score.filter(|score| *score != graded.score) {
        lines.push(format!("it earns {}, and {score} was expected", graded.score));
    }
    for &(at, expected) in &solution.checks {
        let checked = &graded.checks[at];
        if checked.verdict != expected {
            let (id, found) = (&checks[at].public.id, checked.verdict.word());
            lines.push(format!(
                "\"{id}\" is {found}, and {} was expected: {}",
                expected.word(),
                checked.message
            ));
        }
    }
    if lines.is_empty() {
        return lines;
    }
    lines.extend(standing(graded));
    // Where the score is another one, it is one of these checks.
    let is_told = |at: usize| solution.checks.iter().any(|(told, _)| *told == at);
    for (at, checked) in graded.checks.iter().enumerate().filter(|(at, _)| !is_told(*at)) {
        let points = checks[at].public.points;
        if points != checked.earned {
            let id = &checks[at].public.id;
            lines.push(format!("\"{id}\" earns {} of {points}: {}", checked.earned, checked.message));
        }
    }
    lines
}
