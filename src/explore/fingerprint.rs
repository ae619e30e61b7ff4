//! Fingerprints of 128 bits: what a search keeps of a world that it has left.
//!
//! Two worlds with the same fingerprint are taken for one. Of n worlds any two
//! have the same with a probability below n²/2¹²⁹: with a billion worlds, one in
//! 10²⁰ explorations would leave one out. The hash has fixed keys, so that a
//! fingerprint is the same in every run and for every number of workers.
//!
//! The fingerprint of a world is the sum of those of its parts, each with its
//! place: so a turn that changes two parts costs two of them.

use std::hash::Hash;

use siphasher::sip128::{Hasher128, SipHasher13};

use crate::semantics::world::World;

/// What stands for something that is too large to be kept.
pub type Fingerprint = u128;

/// The fingerprint of anything.
pub fn fingerprint<T: Hash + ?Sized>(of: &T) -> Fingerprint {
    let mut hasher = SipHasher13::new();
    of.hash(&mut hasher);
    hasher.finish128().as_u128()
}

/// The fingerprint of a world between two steps, as a whole.
#[must_use]
pub fn of_world(world: &World) -> Fingerprint {
    fingerprint(world)
}
