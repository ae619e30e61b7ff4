//! A rubric with all the files that it names.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::base::printable::safe;
use crate::base::span::Source;
use crate::cli::failure::Failure;
use crate::cli::input;
use crate::cli::prepare::refuse;
use crate::grade::case::{Starter, unknown_params};
use crate::grade::grader::Grader;
use crate::grade::rubric::{Named, read};
use crate::machine::choose::{Choice, MachineSource};

/// A rubric that is ready to grade.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) grader: Grader,
    /// Its folder, to which its files are relative.
    folder: PathBuf,
}

impl Loaded {
    /// Where a file is that the rubric names.
    pub(super) fn path(&self, named: &Named) -> PathBuf {
        self.folder.join(&named.text)
    }
}

/// The rubric of that file.
///
/// # Errors
///
/// If it, its starter script or its machine file can't be read or has mistakes.
pub(super) fn load(path: &OsStr) -> Result<Loaded, Failure> {
    let source = input::read(path)?;
    let refused = |source: &Source, mistakes| Failure::Mistakes(Box::new(source.clone()), mistakes);
    let rubric = read(&source).map_err(|mistakes| refused(&source, mistakes))?;
    let folder = match Path::new(path).parent() {
        Some(folder) if path != "-" => folder.to_path_buf(),
        Some(_) | None => PathBuf::new(),
    };
    let starter = match &rubric.starter {
        None => None,
        Some(named) => {
            let text = beside(&folder, named)?;
            let starter = Starter::new(text).map_err(|(text, mistakes)| refused(&text, mistakes))?;
            let unknown = unknown_params(&rubric, &starter);
            if !unknown.is_empty() {
                return Err(refused(&source, unknown));
            }
            Some(starter)
        }
    };
    let machine = match &rubric.run.machine {
        None => None,
        Some(named) if named.text.ends_with(".toml") => {
            let Source { name, text, .. } = beside(&folder, named)?;
            Some(MachineSource::File { name, text })
        }
        Some(named) => Some(MachineSource::BuiltIn(named.text.clone())),
    };
    let runtime = rubric.run.runtime.as_ref().map(|runtime| runtime.text.clone());
    let choice = Choice { runtime, machine: machine.clone(), ..Choice::NOTHING };
    let grader = Grader::new(rubric, &source.text, starter, machine);
    Ok(Loaded { grader: grader.map_err(|errors| refuse(&errors, choice))?, folder })
}

/// A file that a rubric names.
fn beside(folder: &Path, named: &Named) -> Result<Source, Failure> {
    let path = folder.join(&named.text);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    input::read_regular(&path, &name).map_err(|why| Failure::Message {
        text: format!("can't read {}: {why}", safe(&path.to_string_lossy())),
        help: Some("the rubric names it, relative to its own folder".to_owned()),
    })
}
