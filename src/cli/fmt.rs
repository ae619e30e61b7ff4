//! `concsim fmt`: scripts in the settled style.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::io::{self, Write};
use std::path::Path;

use crate::base::printable::safe;
use crate::cli::args::FmtArgs;
use crate::cli::difference::difference;
use crate::cli::failure::Failure;
use crate::cli::input::Text;
use crate::cli::replace::Replacement;
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
    let Text { source, marked } = input::read_text(file)?;
    let after = format(&source).map_err(|errors| Failure::Mistakes(Box::new(source.clone()), errors))?;
    let name = if file == "-" { "<stdin>".to_string() } else { safe(&file.to_string_lossy()) };
    let mark = if marked { "\u{feff}" } else { "" };
    let script = Formatted { name, before: format!("{mark}{}", source.text), after };
    if args.check || args.diff {
        Ok(tell(&script, args, told))
    } else if file == "-" {
        told.push_str(&script.after);
        Ok(status::SUCCESS)
    } else {
        write_back(file, &script, args, told)
    }
}

/// What would change.
fn tell(script: &Formatted, args: &FmtArgs, told: &mut String) -> u8 {
    if !script.changed() {
        return status::SUCCESS;
    }
    if args.diff {
        let colour = output::colour_on_stdout(args.color);
        told.push_str(&difference(&script.name, &script.before, &script.after, colour));
    } else if !args.quiet {
        told.push_str(&format!("{}: not formatted\n", script.name));
    }
    if args.check { status::FOUND } else { status::SUCCESS }
}

fn write_back(file: &OsStr, script: &Formatted, args: &FmtArgs, told: &mut String) -> Result<u8, Failure> {
    if script.changed() {
        replace(Path::new(file), &script.after)
            .map_err(|error| Failure::message(format!("can't write {}: {error}", file.to_string_lossy())))?;
        if !args.quiet {
            told.push_str(&format!("formatted {}\n", script.name));
        }
    }
    Ok(status::SUCCESS)
}

/// Puts a text in the place of a regular file that may be written.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let metadata = path.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no regular file; `-` reads standard input"));
    }
    if is_read_only(&metadata) {
        return Err(io::Error::other("the file is read-only"));
    }
    let replacement = Replacement::create(path)?;
    let mut file = replacement.file()?;
    file.write_all(text.as_bytes())?;
    // What is there now is given up only once the new text is on the disk.
    file.sync_all()?;
    replacement.settle()
}

/// Whether nobody may write to a file; the superuser could, but that is not what is meant by it.
fn is_read_only(metadata: &Metadata) -> bool {
    metadata.permissions().readonly()
}
