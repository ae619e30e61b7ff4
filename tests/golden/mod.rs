//! Goldens in `snapshots/`: what all test crates that keep whole texts share.

/// Compares with `snapshots/NAME.snap`; an escape character is shown by a sign that can be seen.
pub(crate) fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text.replace('\u{1b}', "␛")));
}
