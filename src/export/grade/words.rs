//! The words of a grading in documents.

use crate::grade::result::{Explain, Standing, Visibility};

/// Whether the checks of a submission were tried.
pub(super) const fn standing(standing: &Standing) -> &'static str {
    match standing {
        Standing::Graded => "graded",
        Standing::Mistaken(..) => "mistaken",
        Standing::Unreadable(_) => "unreadable",
        Standing::Unfinished(_) => "unfinished",
        Standing::Crashed(_) => "crashed",
    }
}

/// Who may see a check; rubrics and Gradescope have the same words.
pub(super) const fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Visible => "visible",
        Visibility::Hidden => "hidden",
        Visibility::AfterDueDate => "after_due_date",
        Visibility::AfterPublished => "after_published",
    }
}

/// How much of a failure a student is told.
pub(super) const fn explain(explain: Explain) -> &'static str {
    match explain {
        Explain::None => "none",
        Explain::Verdict => "verdict",
        Explain::Summary => "summary",
        Explain::Counterexample => "counterexample",
    }
}
