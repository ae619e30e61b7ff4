//! One submission after the other: from its text to what came of it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::analysis::translate;
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::size::SignedSize;
use crate::base::span::Source;
use crate::grade::case::{Asked as Property, Case, Parts, Starter, asked, case, params_ignored, stripped};
use crate::grade::result::{Asked, Graded, Standing};
use crate::grade::rubric::kind::{Kind, Wanted, named};
use crate::grade::rubric::{Limits, Rubric, Share, digest};
use crate::grade::structure::{MadeAtomic, Scope, count, made_atomic};
use crate::grade::trial::{Ruling, Trial, Unfinished};
use crate::grade::witness::{Draw, Shower};
use crate::grade::words::counted;
use crate::ir::since::too_new;
use crate::ir::terms::Terms;
use crate::machine::choose::{Choice, MachineSource, resolve};
use crate::machine::error::MachineError;
use crate::machine::profile::Model;
use crate::syntax::ast::{Literal, Script};

/// Grades scripts by one rubric.
#[derive(Debug)]
pub struct Grader {
    rubric: Rubric,
    asked: Asked,
    starter: Option<Starter>,
    machine: Option<MachineSource>,
    /// One for each number of cores of the rubric.
    models: Vec<Model>,
}

/// What a grading needs from outside.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// How schedules are drawn.
    pub draw: Draw,
    /// Asked now and then whether a result is still wanted; if not, it says why in a sentence.
    pub stop: &'a dyn Fn() -> Option<String>,
}

impl std::fmt::Debug for Means<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Means").finish_non_exhaustive()
    }
}

/// A submission on its way: what is known of it before it is tried.
struct Read<'a> {
    source: &'a Source,
    script: &'a Script,
    /// The script without what does not count.
    stripped: String,
}

impl Grader {
    /// One for a rubric of that text.
    ///
    /// # Errors
    ///
    /// What is wrong with the machine file.
    pub fn new(
        rubric: Rubric,
        text: &str,
        starter: Option<Starter>,
        machine: Option<MachineSource>,
    ) -> Result<Self, Vec<MachineError>> {
        let runtime = rubric.run.runtime.as_ref().map(|runtime| runtime.text.clone());
        let model = |cores: &u32| {
            let (runtime, machine) = (runtime.clone(), machine.clone());
            let choice = Choice { runtime, machine, cores: Some(*cores), ..Choice::NOTHING };
            resolve(&choice, &[]).map(|resolved| resolved.model)
        };
        let models = rubric.run.cores.iter().map(model).collect::<Result<Vec<Model>, _>>()?;
        let texts: Vec<&str> = [Some(text), starter.as_ref().map(|starter| &*starter.source.text)]
            .into_iter()
            .flatten()
            .collect();
        let asked = Asked {
            title: rubric.title.clone(),
            digest: digest(&texts),
            seed: rubric.run.seed,
            runtime: models[0].runtime.name.to_owned(),
            machine: models[0].machine.clone(),
            limits: limits(&rubric),
            points: rubric.points,
            checks: rubric.checks.iter().map(|check| check.public.clone()).collect(),
        };
        Ok(Self { rubric, asked, starter, machine, models })
    }

    /// What the rubric asks, as far as reports repeat it.
    #[must_use]
    pub const fn asked(&self) -> &Asked {
        &self.asked
    }

    /// The rubric.
    #[must_use]
    pub const fn rubric(&self) -> &Rubric {
        &self.rubric
    }

    /// What comes of a submission of that name; of one that can't be read, the sentence that says why. If concsim
    /// fails at it, that is what comes of it.
    #[must_use]
    pub fn grade(&self, name: &str, text: Result<&Source, String>, means: Means<'_>) -> Graded {
        let source = match text {
            Ok(source) => source,
            Err(why) => return self.ungraded(name, String::new(), Standing::Unreadable(why)),
        };
        let hash = digest(&[&source.text]);
        let most = self.rubric.limits.source;
        if source.text.len() as u64 > most {
            let why = format!("it has more than {} (limits.source)", size(most));
            return self.ungraded(name, hash, Standing::Unreadable(why));
        }
        let tried = catch_unwind(AssertUnwindSafe(|| self.tried(name, source, means)));
        let mut graded = match tried {
            Ok(graded) => graded,
            Err(panic) => {
                let said = panic.downcast_ref::<&str>().map(|said| (*said).to_owned());
                let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
                let said = said.unwrap_or_else(|| "it did not say why".to_owned());
                self.ungraded(name, String::new(), Standing::Crashed(said))
            }
        };
        graded.digest = hash;
        graded
    }

    fn tried(&self, name: &str, source: &Source, means: Means<'_>) -> Graded {
        let analysis = translate(source, &[]);
        let mistakes = match &analysis.program {
            Some(program) => too_new(program, self.models[0].runtime, Terms::of(&self.models[0])),
            None => refusals(analysis.diagnostics),
        };
        if !mistakes.is_empty() {
            let standing = Standing::Mistaken(Box::new(source.clone()), mistakes);
            return self.ungraded(name, String::new(), standing);
        }
        let (stripped, mut ignored) = stripped(source, &analysis.script);
        ignored.extend(params_ignored(source, &analysis.script, self.starter.as_ref(), &self.rubric));
        let read = Read { source, script: &analysis.script, stripped };
        match self.rulings(&read, means) {
            Ok(rulings) => self.graded(name, &rulings, ignored),
            Err(Unfinished(why)) => self.ungraded(name, String::new(), Standing::Unfinished(why)),
        }
    }

    /// What was found out of each check; nothing of those that are not worth it, because of what they require.
    fn rulings(&self, read: &Read<'_>, means: Means<'_>) -> Result<Vec<Option<Ruling>>, Unfinished> {
        let checks = &self.rubric.checks;
        let mut all: Vec<Option<Ruling>> =
            checks.iter().map(|check| self.of_code(&check.kind, read)).collect();
        for set in &self.rubric.run.sets {
            let wanted: Vec<bool> = (0..checks.len()).map(|at| self.is_open(at, &all)).collect();
            if !wanted.contains(&true) {
                break;
            }
            let news = self.of_set(read, set, &wanted, means)?;
            for (at, new) in news.into_iter().enumerate().filter(|(at, _)| wanted[*at]) {
                if weight(new.as_ref()) > weight(all[at].as_ref()) {
                    all[at] = new;
                }
            }
        }
        Ok(all)
    }

    /// Whether a check could still fail, and would count if it did not.
    fn is_open(&self, at: usize, rulings: &[Option<Ruling>]) -> bool {
        let asks_code = self.rubric.checks[at].kind.asks_code();
        let failed = |at: usize| matches!(rulings[at], Some(Ruling::Failed(..)));
        !asks_code && !failed(at) && self.bases(at).into_iter().all(|base| !failed(base))
    }

    /// All checks that a check requires, and those that they require.
    fn bases(&self, at: usize) -> Vec<usize> {
        let mut all = self.rubric.checks[at].requires.clone();
        let mut next = 0;
        while let Some(&base) = all.get(next) {
            for &more in &self.rubric.checks[base].requires {
                if !all.contains(&more) {
                    all.push(more);
                }
            }
            next += 1;
        }
        all
    }

    /// What was found out of the checks that ask for runs, with one set of params.
    fn of_set(
        &self,
        read: &Read<'_>,
        set: &[(String, Literal)],
        wanted: &[bool],
        means: Means<'_>,
    ) -> Result<Vec<Option<Ruling>>, Unfinished> {
        let properties: Vec<Property> = asked(&self.rubric.checks, wanted);
        let parts = Parts {
            source: read.source,
            script: read.script,
            stripped: &read.stripped,
            starter: self.starter.as_ref(),
            asked: &properties,
            terms: Terms::of(&self.models[0]),
        };
        let case = match case(&parts, set) {
            Ok(case) => case,
            Err(why) => {
                let failed = |wanted: &bool| wanted.then(|| Ruling::Failed(why.clone(), None));
                return Ok(wanted.iter().map(failed).collect());
            }
        };
        let shower = Shower { own: read.source, case: &case, draw: means.draw, conditions: &self.rubric.run };
        let trial = Trial {
            rubric: &self.rubric,
            case: &case,
            shower,
            models: &self.models,
            stop: means.stop,
            wanted,
        };
        let mut rulings = trial.rulings()?;
        for at in (0..rulings.len()).filter(|&at| wanted[at]) {
            if rulings[at].is_none() {
                rulings[at] = trial.timed_ruling(at, &|cores| self.model(cores))?;
            }
        }
        rulings.iter_mut().flatten().for_each(|ruling| told_with(ruling, &case));
        Ok(rulings)
    }

    fn model(&self, cores: u32) -> Model {
        let runtime = self.rubric.run.runtime.as_ref().map(|runtime| runtime.text.clone());
        let machine = self.machine.clone();
        let choice = Choice { runtime, machine, cores: Some(cores), ..Choice::NOTHING };
        resolve(&choice, &[]).expect("the same with other cores was resolved before").model
    }

    /// What the code of a script says of a check that asks for nothing else.
    fn of_code(&self, kind: &Kind, read: &Read<'_>) -> Option<Ruling> {
        match kind {
            Kind::Uses(wanted) => Some(counting(wanted, read.script, Scope::Used)),
            Kind::Forbids(wanted) => Some(counting(wanted, read.script, Scope::Everything)),
            Kind::NoAtomic => {
                let starter = self.starter.as_ref().map(|starter| &starter.script);
                Some(match made_atomic(read.script, starter) {
                    None => Ruling::Passed("nothing is made atomic that was not".to_owned(), None),
                    Some(MadeAtomic::Shared(name)) => Ruling::Failed(
                        format!("`{name}` is an `atomic shared`, which only the starter script may declare"),
                        None,
                    ),
                    Some(MadeAtomic::Block(at)) => {
                        let line = read.source.locate(at).line;
                        Ruling::Failed(
                            format!("line {line} is `atomic`, which only the starter script may be"),
                            None,
                        )
                    }
                })
            }
            Kind::NoDeadlock
            | Kind::NoRace
            | Kind::NoLivelock
            | Kind::NoException
            | Kind::AllUnitsEnd
            | Kind::Final(_)
            | Kind::Always(_)
            | Kind::Never(_)
            | Kind::Exclusive { .. }
            | Kind::Reachable { .. }
            | Kind::Makespan { .. }
            | Kind::Speedup { .. } => None,
        }
    }
}

/// How much a ruling says: of those with several sets of params the one counts that says most.
const fn weight(ruling: Option<&Ruling>) -> u8 {
    match ruling {
        None => 0,
        Some(Ruling::Vacuous(_)) => 1,
        Some(Ruling::Passed(..)) => 2,
        Some(Ruling::Inconclusive(_)) => 3,
        Some(Ruling::Failed(..)) => 4,
    }
}

/// What stands in the way of a run.
fn refusals(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    diagnostics
}

fn counting(wanted: &Wanted, script: &Script, scope: Scope) -> Ruling {
    let times = count(script, &wanted.what, scope);
    let what = named(&wanted.what);
    let told = match times {
        0 => format!("there is no {what}"),
        times => format!("there is {what} in {}", counted(times, "place")),
    };
    let where_from = if scope == Scope::Used { " that main can come to" } else { "" };
    if times < wanted.least {
        let least = counted(wanted.least, "place");
        let need = if wanted.least > 1 { format!(", and {least} are asked for") } else { String::new() };
        return Ruling::Failed(format!("{told}{where_from}{need}"), None);
    }
    match wanted.most {
        Some(most) if times > most => {
            let allowed = if most == 0 { "none is" } else { &format!("{most} are") };
            Ruling::Failed(format!("{told}, and {allowed} allowed"), None)
        }
        Some(_) | None => Ruling::Passed(format!("{told}{where_from}"), None),
    }
}

/// Says with which params something was found out, where the script's author has chosen others.
fn told_with(ruling: &mut Ruling, case: &Case) {
    if case.shown.is_empty() {
        return;
    }
    let (Ruling::Passed(message, _)
    | Ruling::Failed(message, _)
    | Ruling::Vacuous(message)
    | Ruling::Inconclusive(message)) = ruling;
    *message = format!("with {}: {message}", case.shown.join(", "));
}

fn size(bytes: u64) -> SignedSize {
    SignedSize(i64::try_from(bytes).unwrap_or(i64::MAX))
}

/// The bounds of a rubric, in the order of the documentation.
fn limits(rubric: &Rubric) -> Vec<String> {
    let Limits { events, units, memory, output, source, time } = rubric.limits;
    let cores: Vec<String> = rubric.run.cores.iter().map(u32::to_string).collect();
    let inconclusive = match rubric.inconclusive {
        Share::Zero => "zero",
        Share::Half => "half",
        Share::Full => "full",
    };
    vec![
        format!("cores={}", cores.join(",")),
        format!("max_states={}", rubric.run.max_states),
        format!("max_memory={}", size(rubric.run.max_memory)),
        format!("runs={}", rubric.run.runs),
        format!("events={events}"),
        format!("units={units}"),
        format!("memory={}", size(memory)),
        format!("output={}", size(output)),
        format!("source={}", size(source)),
        format!("time={time}"),
        format!("inconclusive={inconclusive}"),
    ]
}
