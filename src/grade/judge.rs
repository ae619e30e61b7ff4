//! From what was found out of each check to verdicts and points.

use crate::grade::grader::Grader;
use crate::grade::points::Points;
use crate::grade::result::{Checked, Graded, Standing, Verdict};
use crate::grade::trial::Ruling;

impl Grader {
    /// What came of a submission that was tried.
    pub(super) fn graded(&self, name: &str, rulings: &[Option<Ruling>], ignored: Vec<String>) -> Graded {
        let mut verdicts: Vec<Option<Verdict>> = vec![None; rulings.len()];
        for at in 0..rulings.len() {
            self.judge(at, rulings, &mut verdicts);
        }
        let verdicts: Vec<Verdict> = verdicts.into_iter().flatten().collect();
        let checks: Vec<Checked> =
            (0..rulings.len()).map(|at| self.checked(at, &verdicts, rulings[at].clone())).collect();
        let score: Points = checks.iter().map(|checked| checked.earned).sum();
        Graded {
            name: name.to_owned(),
            path: name.to_owned(),
            digest: String::new(),
            standing: Standing::Graded,
            score: score.min(self.rubric().points),
            checks,
            ignored,
        }
    }

    /// The verdict on a check, once those that it requires have theirs. There are no circles, and few checks.
    fn judge(&self, at: usize, rulings: &[Option<Ruling>], verdicts: &mut Vec<Option<Verdict>>) -> Verdict {
        if let Some(known) = verdicts[at] {
            return known;
        }
        let mut based = true;
        for &base in &self.rubric().checks[at].requires {
            based &= self.judge(base, rulings, verdicts) == Verdict::Passed;
        }
        let verdict = match &rulings[at] {
            Some(Ruling::Passed(..)) if based => Verdict::Passed,
            Some(Ruling::Failed(..) | Ruling::Vacuous(_)) if based => Verdict::Failed,
            Some(Ruling::Inconclusive(_)) if based => Verdict::Inconclusive,
            Some(Ruling::Passed(..) | Ruling::Failed(..) | Ruling::Vacuous(_) | Ruling::Inconclusive(_))
            | None => Verdict::Skipped,
        };
        verdicts[at] = Some(verdict);
        verdict
    }

    fn checked(&self, at: usize, verdicts: &[Verdict], ruling: Option<Ruling>) -> Checked {
        let points = self.rubric().checks[at].public.points;
        let verdict = verdicts[at];
        let (message, witness) = match (verdict, ruling) {
            (Verdict::Skipped, _) | (_, None) => (self.skipped(at, verdicts), None),
            (_, Some(Ruling::Passed(message, witness) | Ruling::Failed(message, witness))) => {
                (message, witness)
            }
            (_, Some(Ruling::Vacuous(message) | Ruling::Inconclusive(message))) => (message, None),
        };
        let earned = match verdict {
            Verdict::Passed => points,
            Verdict::Inconclusive => self.rubric().inconclusive.of(points),
            Verdict::Failed | Verdict::Skipped => Points::ZERO,
        };
        Checked { verdict, earned, message, witness }
    }

    fn skipped(&self, at: usize, verdicts: &[Verdict]) -> String {
        let checks = &self.rubric().checks;
        let base = checks[at].requires.iter().find(|&&base| verdicts[base] != Verdict::Passed);
        let id = base.map_or("", |&base| &checks[base].public.id);
        format!("not tried, because \"{id}\" did not pass")
    }

    /// What came of a submission whose checks could not be tried.
    pub(super) fn ungraded(&self, name: &str, digest: String, standing: Standing) -> Graded {
        let message = match &standing {
            Standing::Graded => String::new(),
            Standing::Mistaken(..) => "not tried, because the script has mistakes".to_owned(),
            Standing::Unreadable(_) => "not tried, because the submission can't be read".to_owned(),
            Standing::Crashed(_) => "not tried, because concsim failed at this submission".to_owned(),
            Standing::Unfinished(_) => "not tried to the end".to_owned(),
        };
        let skipped = Checked { verdict: Verdict::Skipped, earned: Points::ZERO, message, witness: None };
        Graded {
            name: name.to_owned(),
            path: name.to_owned(),
            digest,
            standing,
            score: Points::ZERO,
            checks: vec![skipped; self.rubric().checks.len()],
            ignored: Vec::new(),
        }
    }
}
