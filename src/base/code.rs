//! Codes of diagnostics and findings: one table for each module that has some.

/// A code with what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// `E101`
    pub code: &'static str,
    /// What it means, in a few words that begin with a small letter.
    pub meaning: &'static str,
    /// Its page, `docs/explain/E101.md`, in Markdown.
    pub page: &'static str,
}

/// A constant for each code, and `ALL`, the table of them.
///
/// If this does not compile because it can't read `docs/explain/CODE.md`, the code has no page yet: write it
/// (CONTRIBUTING.md says what belongs on it).
macro_rules! codes {
    ($($name:ident = $code:literal, $meaning:literal;)+) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)+

        /// Every code of this module, in ascending order.
        pub const ALL: &[$crate::base::code::Code] = &[$($crate::base::code::Code {
            code: $name,
            meaning: $meaning,
            page: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/explain/", $code, ".md")),
        }),+];
    };
}

pub(crate) use codes;
