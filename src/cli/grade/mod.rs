//! `concsim grade`: scripts by a rubric. `concsim rubric`: a rubric by its own solutions.

mod args;
mod batch;
mod check;
mod files;
mod load;
mod text;

use std::path::{Path, PathBuf};

use crate::base::printable::safe;
use crate::cli::args::Format;
use crate::cli::face::face;
use crate::cli::failure::Failure;
use crate::cli::grade::args::RubricCommand;
pub(super) use crate::cli::grade::args::{GRADE_EXAMPLES, GradeArgs, RUBRIC_EXAMPLES, RubricArgs};
use crate::cli::grade::batch::Work;
use crate::cli::grade::files::{Submission, submissions};
use crate::cli::grade::load::load;
use crate::cli::grade::text::brief;
use crate::cli::place::Place;
use crate::cli::{interrupt, output, status};
use crate::export::grade::document::document;
use crate::export::grade::gradebook::gradebook;
use crate::export::grade::gradescope::results;
use crate::export::grade::junit::junit;
use crate::export::grade::table::report;
use crate::export::picture::timeline::Face;
use crate::grade::result::{Grading, Standing, Verdict};

/// The results in some form.
type Projection = fn(&Grading) -> String;

/// A form of the results that goes to a file.
struct Output<'a> {
    /// The option that names the file.
    option: &'static str,
    file: Option<&'a PathBuf>,
    /// The results in that form.
    projection: Projection,
}

/// Every form of the results that can go to a file.
fn outputs(args: &GradeArgs) -> [Output<'_>; 5] {
    [
        Output { option: "--text", file: args.text.as_ref(), projection: |grading| report(grading, PAGE) },
        Output { option: "--json", file: args.json.as_ref(), projection: document },
        Output { option: "--csv", file: args.csv.as_ref(), projection: gradebook },
        Output { option: "--junit", file: args.junit.as_ref(), projection: junit },
        Output {
            option: "--gradescope",
            file: args.gradescope.as_ref(),
            projection: |grading| grading.submissions.iter().map(|graded| results(grading, graded)).collect(),
        },
    ]
}

/// The look of a report in a file: that of one in a pipe.
const PAGE: Face = Face { width: 80, unicode: true, colour: false };

/// What is printed.
fn printed(args: &GradeArgs, grading: &Grading) -> String {
    match args.format {
        Format::Json => document(grading),
        Format::Text if args.quiet => brief(grading),
        Format::Text => report(grading, face(args.color)),
    }
}

/// Grades scripts by a rubric.
///
/// # Errors
///
/// If the rubric can't be read or has mistakes, or something can't be written.
pub(super) fn grade(args: &GradeArgs) -> Result<u8, Failure> {
    let loaded = load(&args.rubric)?;
    let work = Work::of(&args.work)?;
    let files = submissions(&args.submissions)?;
    if args.gradescope.is_some() && files.len() != 1 {
        return Err(Failure::Message {
            text: format!("--gradescope is of one submission, and there are {}", files.len()),
            help: Some("grade them one by one, or use --json or --csv for all of them".to_owned()),
        });
    }
    let outputs = outputs(args);
    let places = places(&outputs, args, &files)?;
    let stop = interrupt::watch();
    let submissions = work.grade(&loaded.grader, &files, stop);
    let grading = Grading { rubric: loaded.grader.asked().clone(), submissions };
    let count = grading.submissions.len();
    if interrupt::happened() {
        output::say(&format!("interrupted: {count} of {} scripts were graded\n", files.len()));
    }
    // Of nothing there are no results, and those that were there before stay.
    for (place, projection) in places.into_iter().filter(|_| count > 0) {
        place.write_synced(&projection(&grading))?;
    }
    output::print(&printed(args, &grading))?;
    let is_whole = count == files.len()
        && grading.submissions.iter().all(|graded| {
            let is_known = graded.checks.iter().all(|checked| checked.verdict != Verdict::Inconclusive);
            matches!(graded.standing, Standing::Graded) && is_known
        });
    Ok(if is_whole { status::SUCCESS } else { status::FOUND })
}

/// The files of results, tried before the work begins. None may be one that is read.
fn places(
    outputs: &[Output<'_>],
    args: &GradeArgs,
    files: &[Submission],
) -> Result<Vec<(Place, Projection)>, Failure> {
    let mut places = Vec::new();
    let mut taken: Vec<(&'static str, &Path)> = Vec::new();
    for Output { option, file, projection } in outputs {
        let Some(path) = file else { continue };
        if let Some((other, _)) = taken.iter().find(|(_, known)| known == path) {
            return Err(Failure::message(format!("{option} and {other} name the same file")));
        }
        let read = std::iter::once(Path::new(&args.rubric)).chain(files.iter().map(|file| &*file.path));
        for known in read.filter(|known| known.file_name() == path.file_name()) {
            if crate::cli::run::is_same_file(known, path) {
                return Err(Failure::Message {
                    text: format!(
                        "{option} names {}, which would be overwritten",
                        safe(&known.to_string_lossy())
                    ),
                    help: Some("give the file a name of its own".to_owned()),
                });
            }
        }
        taken.push((option, path));
        places.push((Place::open(option, path, Path::new(&args.rubric))?, *projection));
    }
    Ok(places)
}

/// Tries rubrics on their own solutions.
///
/// # Errors
///
/// If one of them can't be read or has mistakes, or nothing can be printed.
pub(super) fn rubric(args: &RubricArgs) -> Result<u8, Failure> {
    match &args.command {
        RubricCommand::Check(args) => check::check(args),
    }
}
