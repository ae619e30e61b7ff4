//! Random small scripts with a subprocess, which main and perhaps a thread have to do with.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What the subprocess does.
const INSIDE: [&str; 12] = [
    "stdout.write(40KiB)",
    "stdout.write(40KiB)",
    "stdout.write(70KiB)",
    "stderr.write(1KB)",
    "stderr.write(70KiB)",
    "print stdin.read()",
    "let n = stdin.read(); stdout.write(n)",
    "stdin.close()",
    "stdout.close()",
    "print \"inside\"",
    "raise ValueError \"no\"",
    "try { stdout.write(1KB) } except BrokenPipeError { print \"broken\" }",
];

/// What is done to it.
const OUTSIDE: [&str; 18] = [
    "h.stdin.write(40KiB)",
    "h.stdin.write(70KiB)",
    "h.stdin.close()",
    "print h.stdout.read()",
    "print h.stderr.read()",
    "print h.communicate()",
    "print h.communicate()",
    "print h.wait()",
    "try { print h.wait(timeout=1ms) } except TimeoutError { h.kill() }",
    "h.join()",
    "h.kill()",
    "h.terminate()",
    "h.stdout.close()",
    "print h.done()",
    "try { h.stdin.write(1KB) } except BrokenPipeError { print \"broken\" }",
    "m.acquire()",
    "m.release()",
    "x += 1",
];

const CONNECTED: [&str; 4] = [
    "stdin=True, stdout=True, stderr=True",
    "stdin=True, stdout=True, stderr=True",
    "stdout=True, stdin=True, stderr=True, python=True",
    "daemon=True, stdin=True, stdout=True, stderr=True",
];

/// The texts of such scripts.
pub(super) fn texts() -> impl Strategy<Value = String> {
    let outside = || vec(select(&OUTSIDE[..]), 0..=3);
    let inside = vec(select(&INSIDE[..]), 0..=3);
    (inside, outside(), outside(), select(&CONNECTED[..])).prop_map(|(inside, thread, main, options)| {
        let body = |lines: &[&str]| lines.join("; ");
        let other = if thread.is_empty() { "" } else { "    let t = spawn thread other(h)\n" };
        format!(
            "shared x = 0\nlock m\ndef tool() {{ {} }}\ndef other(h) {{ {} }}\n\
             main {{\n    let h = spawn subprocess({options}) tool()\n{other}    {}\n}}\n",
            body(&inside),
            body(&thread),
            body(&main)
        )
    })
}
