//! What is told of units that were ended from outside, in the middle of what they did: processes by `terminate()` and
//! `kill()`, daemons with their process.

use crate::base::diagnostic::Label;
use crate::base::id::{ObjectId, UnitId};
use crate::observe::explain::Witness;

impl Witness<'_> {
    /// Whether it was.
    pub(super) fn was_killed(&self, unit: UnitId) -> bool {
        self.accounts.killer(unit).is_some()
    }

    /// The place where another unit has done it.
    pub(super) fn killer_label(&self, unit: UnitId) -> Option<Label> {
        let killer = self.accounts.killer(unit)?;
        // A daemon goes where its process ends, which says nothing.
        let is_outside = !self.world.units[killer.unit.index()].has_ended();
        let text = format!("{} killed {} here", self.unit(killer.unit), self.unit(unit));
        is_outside.then(|| Label::new(self.span(killer.pc), text))
    }

    /// A lock whose holder was killed.
    pub(super) fn killed_while_held(
        &self,
        who: &str,
        (object, holder): (ObjectId, UnitId),
    ) -> (String, String) {
        let (object, holder) = (self.object(object), self.unit(holder));
        let message = format!("{who} for ever for `{object}`, which {holder} held when it was killed");
        let help = format!(
            "tell {holder} to stop (by an event, say) and join it: who is killed runs no `finally`, and its `with` \
             does not give `{object}` back"
        );
        (message, help)
    }

    /// Who was killed in the middle of a `get` of a queue between processes, if somebody was.
    pub(super) fn lost_reader(&self, queue: ObjectId) -> Option<UnitId> {
        self.world.objects[queue.index()].as_queue()?.lost_reader()
    }

    /// What those wait for who would get an item of such a queue, and the way out.
    pub(super) fn killed_while_it_read(
        &self,
        queue: ObjectId,
        (name, plain): (&str, &str),
    ) -> (String, String) {
        let reader = self.lost_reader(queue).map_or(String::new(), |unit| self.unit(unit));
        let what = format!(
            "an item of `{name}`: {reader} was killed inside of `{name}.get()`, with the lock that every reader needs"
        );
        let help = format!(
            "tell {reader} to stop by an item, `{plain}.put(None)`, and join it: who is killed gives nothing back"
        );
        (what, help)
    }
}
