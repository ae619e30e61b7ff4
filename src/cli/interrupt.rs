//! Ctrl-C.

use std::sync::atomic::{AtomicBool, Ordering};

/// The status of a process that was interrupted, by the custom of shells.
const INTERRUPTED: i32 = 130;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C sets the flag that is given, and a run comes to
/// an early end with what it has; a second one ends the process at once.
pub(super) fn watch() -> &'static AtomicBool {
    // Where no handler can be set, Ctrl-C ends the process, which is well enough.
    let _ = ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            leave();
        }
    });
    &ASKED
}

/// Whether there was a Ctrl-C.
pub(super) fn happened() -> bool {
    ASKED.load(Ordering::Relaxed)
}

#[expect(clippy::exit, reason = "the main thread may be busy for ever, and the user asked twice")]
fn leave() -> ! {
    std::process::exit(INTERRUPTED)
}
