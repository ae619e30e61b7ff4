//! What standard output can show: how wide it is, and whether it knows more than ASCII.

use crate::cli::args::Color;
use crate::cli::output;
use crate::export::picture::timeline::Face;

/// Columns where nobody says how many there are.
const WIDTH: usize = 80;

/// The face of standard output. What the user says of its width counts for a pipe, too.
pub(super) fn face(color: Color) -> Face {
    Face {
        width: output::columns_said().or_else(output::columns_of_stdout).unwrap_or(WIDTH),
        unicode: !output::is_ascii(),
        colour: output::colour_on_stdout(color),
    }
}
