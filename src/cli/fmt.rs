//! `concsim fmt`: scripts in the settled style.

use std::ffi::OsStr;
use std::path::Path;

use crate::base::printable::safe;
use crate::cli::args::FmtArgs;
use crate::cli::difference::{Reader, unified};
use crate::cli::failure::Failure;
use crate::cli::write_back::write_back;
use crate::cli::{input, output, status};
use crate::syntax::format::format;

/// A script as it is and as it is to be.
struct Formatted {
    /// The file as the user named it.
    name: String,
    /// All of the file.
    before: String,
    after: String,
}

impl Formatted {
    fn changed(&self) -> bool {
        self.before != self.after
    }
}

/// Formats every script, whatever is wrong with the ones before it.
///
/// # Errors
///
/// If standard input is one of several scripts, or standard output can't be written.
pub(super) fn fmt(args: &FmtArgs) -> Result<u8, Failure> {
    let from_input = args.files.iter().any(|file| file == "-");
    if from_input && args.files.len() > 1 {
        return Err(Failure::Message {
            text: "`-` is standard input and stands alone".to_string(),
            help: Some("its result goes to standard output, the others' into their files".to_string()),
        });
    }
    let mut result = status::SUCCESS;
    let mut told = String::new();
    for file in &args.files {
        match fmt_one(file, args, &mut told) {
            Ok(status) => result = result.max(status),
            Err(failure) => result = result.max(failure.report(args.color)),
        }
    }
    // Where a script is wrong, standard output stays empty; what was done to the others is told all the same.
    if result == status::WRONG {
        output::say(&told);
    } else {
        output::print(&told)?;
    }
    Ok(result)
}

/// Formats one script and adds to `told` what is to be printed of it.
fn fmt_one(file: &OsStr, args: &FmtArgs, told: &mut String) -> Result<u8, Failure> {
    let text = input::read_text(file)?;
    let (source, mark) = (&text.source, text.mark());
    let after = format(source).map_err(|errors| Failure::Mistakes(Box::new(source.clone()), errors))?;
    let name = if file == "-" { "<stdin>".to_string() } else { safe(&file.to_string_lossy()) };
    let script = Formatted { name, before: format!("{mark}{}", source.text), after };
    if args.check || args.diff {
        Ok(tell(&script, args, told))
    } else if file == "-" {
        told.push_str(&script.after);
        Ok(status::SUCCESS)
    } else {
        if script.changed() {
            write_back(Path::new(file), &script.after)?;
            if !args.quiet {
                told.push_str(&format!("formatted {}\n", script.name));
            }
        }
        Ok(status::SUCCESS)
    }
}

/// What would change.
fn tell(script: &Formatted, args: &FmtArgs, told: &mut String) -> u8 {
    if !script.changed() {
        return status::SUCCESS;
    }
    if args.diff {
        let reader = Reader::of_stdout(args.color);
        told.push_str(&unified(&script.name, &script.before, &script.after, reader));
    } else if !args.quiet {
        told.push_str(&format!("{}: not formatted\n", script.name));
    }
    if args.check { status::FOUND } else { status::SUCCESS }
}
