//! A schedule as one word, to be pasted behind `--replay`.
//!
//! It holds the schedule whole. Its bytes are the version, the beginning of
//! the hash of the script's code, the picks before the first step, the turns
//! in runs, and a checksum; they are written in base64 with the alphabet of
//! URLs. Numbers have seven bits a byte, the lowest first.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::base::id::UnitId;
use crate::semantics::turn::{Pick, Schedule, Turn};

/// The version of the form, raised when what is written by one can't be read by another.
const VERSION: u8 = 1;

/// The greatest version that there will be: what begins with a greater number is a word of another kind.
const VERSION_LAST: u8 = 15;

/// How many bytes of the hash of the code a token has.
const HASH_BYTES: usize = 4;

/// How many bytes the checksum has.
const SUM_BYTES: usize = 4;

/// How many turns a token may have: a short one could ask for any number of them.
pub const TURNS_MAX: usize = 1 << 20;

/// In the number that begins a run of turns, below its unit: it gave up waiting, it has picks, it has a length.
const EXPIRED: u64 = 1;
const PICKS: u64 = 2;
const LENGTH: u64 = 4;
const UNIT_SHIFT: u32 = 3;

/// Why a text is no token of a script.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// It has other characters, or ends too soon to be one.
    #[error("this is no schedule")]
    Alien,
    /// Another version of concsim has made it.
    #[error("this schedule has form {0}, and this version of concsim reads form {VERSION}")]
    Version(u8),
    /// Its checksum is not that of what comes before it.
    #[error("this schedule is damaged or cut off")]
    Damaged,
    /// Its bytes are not what a schedule is made of.
    #[error("this schedule makes no sense")]
    Senseless,
    /// It belongs to other code.
    #[error("this schedule belongs to another script, or the script or a param has changed since")]
    OtherScript,
}

/// Writes a schedule of the script whose code has that hash, in hexadecimal.
///
/// # Panics
///
/// If the hash is shorter than four bytes, or the schedule has more than [`TURNS_MAX`] turns.
#[must_use]
pub fn encode(schedule: &Schedule, ir_hash: &str) -> String {
    assert!(schedule.turns.len() <= TURNS_MAX, "witnesses are looked for up to that length");
    let mut bytes = vec![VERSION];
    bytes.extend(hash_bytes(ir_hash).expect("a hash is a row of hexadecimal digits"));
    push_picks(&mut bytes, &schedule.start);
    for run in schedule.turns.chunk_by(|one, next| one == next && one.picks.is_empty()) {
        push_run(&mut bytes, &run[0], run.len() as u64);
    }
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum[..SUM_BYTES]);
    BASE64URL_NOPAD.encode(&bytes)
}

/// Reads a schedule of the script whose code has that hash, in hexadecimal.
///
/// # Errors
///
/// If it is none, or another script's.
pub fn decode(token: &str, ir_hash: &str) -> Result<Schedule, TokenError> {
    let version = version(token).ok_or(TokenError::Alien)?;
    if version != VERSION {
        return Err(TokenError::Version(version));
    }
    let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).map_err(|_| TokenError::Damaged)?;
    let (body, sum) = bytes.split_last_chunk::<SUM_BYTES>().ok_or(TokenError::Damaged)?;
    if Sha256::digest(body)[..SUM_BYTES] != sum[..] {
        return Err(TokenError::Damaged);
    }
    let (hash, rest) = body[1..].split_first_chunk::<HASH_BYTES>().ok_or(TokenError::Senseless)?;
    if hash_bytes(ir_hash) != Some(*hash) {
        return Err(TokenError::OtherScript);
    }
    Reader { bytes: rest }.schedule().ok_or(TokenError::Senseless)
}

/// The version that a token says it has, if it can be one at all.
fn version(token: &str) -> Option<u8> {
    let is_token = token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let bytes = BASE64URL_NOPAD.decode(token.get(..4)?.as_bytes()).ok()?;
    (is_token && bytes[0] <= VERSION_LAST).then_some(bytes[0])
}

/// The first bytes of a hash in hexadecimal.
fn hash_bytes(ir_hash: &str) -> Option<[u8; HASH_BYTES]> {
    let mut bytes = [0; HASH_BYTES];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(ir_hash.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn push_run(bytes: &mut Vec<u8>, turn: &Turn, length: u64) {
    let mut head = u64::from(turn.unit.0) << UNIT_SHIFT;
    head |= if turn.expired { EXPIRED } else { 0 };
    head |= if turn.picks.is_empty() { 0 } else { PICKS };
    head |= if length > 1 { LENGTH } else { 0 };
    push_number(bytes, head);
    if !turn.picks.is_empty() {
        push_picks(bytes, &turn.picks);
    }
    if length > 1 {
        push_number(bytes, length);
    }
}

fn push_picks(bytes: &mut Vec<u8>, picks: &[Pick]) {
    push_number(bytes, picks.len() as u64);
    for pick in picks {
        let (kind, number) = match *pick {
            Pick::Value(number) => (0, number),
            Pick::Waiter(number) => (1, number),
        };
        bytes.push(kind);
        push_number(bytes, number);
    }
}

fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).expect("it is below 128"));
}

/// What is left of a token. Each method gives nothing if what comes next is not what it reads, in its
/// one and only form.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn schedule(&mut self) -> Option<Schedule> {
        let start = self.picks()?;
        let mut turns: Vec<Turn> = Vec::new();
        while !self.bytes.is_empty() {
            let head = self.number()?;
            let unit = UnitId(u32::try_from(head >> UNIT_SHIFT).ok()?);
            let picks = if head & PICKS > 0 { self.picks()? } else { Vec::new() };
            let length = if head & LENGTH > 0 { usize::try_from(self.number()?).ok()? } else { 1 };
            let turn = Turn { unit, expired: head & EXPIRED > 0, picks };
            let is_run = turn.picks.is_empty();
            let continues = is_run && turns.last() == Some(&turn);
            let is_short = (head & PICKS > 0) == is_run || (head & LENGTH > 0) == (length < 2);
            if continues || is_short || (length > 1 && !is_run) || length > TURNS_MAX - turns.len() {
                return None;
            }
            turns.extend(std::iter::repeat_n(turn, length));
        }
        Some(Schedule { start, turns })
    }

    fn picks(&mut self) -> Option<Vec<Pick>> {
        let count = usize::try_from(self.number()?).ok()?;
        // Each has a byte at least.
        if count > self.bytes.len() {
            return None;
        }
        (0..count).map(|_| self.pick()).collect()
    }

    fn pick(&mut self) -> Option<Pick> {
        match self.byte()? {
            0 => Some(Pick::Value(self.number()?)),
            1 => Some(Pick::Waiter(self.number()?)),
            _ => None,
        }
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                return None;
            }
            number |= part << shift;
            if byte < 0x80 {
                return (byte > 0 || shift == 0).then_some(number);
            }
        }
        None
    }

    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    const HASH: &str = "3f9a1c2b4d5e";

    fn turn(unit: u32) -> Turn {
        Turn { unit: UnitId(unit), expired: false, picks: Vec::new() }
    }

    fn seal(body: &[u8]) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(hash_bytes(HASH).unwrap());
        bytes.extend_from_slice(body);
        let sum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&sum[..SUM_BYTES]);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Any schedules of so many units.
    pub(in crate::explore) fn schedules(units: u32) -> impl Strategy<Value = Schedule> {
        let pick = prop_oneof![
            (0..5_u64).prop_map(Pick::Value),
            any::<u64>().prop_map(Pick::Value),
            (0..3_u64).prop_map(Pick::Waiter),
        ];
        let few = || proptest::collection::vec(pick.clone(), 0..3);
        let picks = prop_oneof![3 => Just(Vec::new()), 1 => few()];
        let unit = prop_oneof![5 => 0..units.min(4), 1 => 0..units];
        let turn = (unit, proptest::bool::weighted(0.1), picks).prop_map(|(unit, expired, picks)| Turn {
            unit: UnitId(unit),
            expired,
            picks,
        });
        let runs = proptest::collection::vec((turn, 1..40_usize), 0..12);
        let turns = runs.prop_map(|runs| {
            runs.into_iter().flat_map(|(turn, length)| std::iter::repeat_n(turn, length)).collect()
        });
        (few(), turns).prop_map(|(start, turns)| Schedule { start, turns })
    }

    #[test]
    fn a_token_is_short() {
        let turns = vec![turn(1), turn(1), turn(1), turn(2), turn(1)];
        let token = encode(&Schedule { start: Vec::new(), turns }, HASH);
        assert_eq!(token, "AT-aHCsADAMQCFgplBM");
    }

    #[test]
    fn what_is_no_token_of_the_script_is_refused_with_the_reason() {
        let token = encode(&Schedule { start: Vec::new(), turns: vec![turn(1)] }, HASH);
        assert_eq!(decode("", HASH), Err(TokenError::Alien));
        assert_eq!(decode("bank.schedule", HASH), Err(TokenError::Alien));
        assert_eq!(decode("AgAA", HASH), Err(TokenError::Version(2)));
        assert_eq!(decode("bank", HASH), Err(TokenError::Alien));
        assert_eq!(decode("AQAA", HASH), Err(TokenError::Damaged));
        assert_eq!(decode(&token[..token.len() - 4], HASH), Err(TokenError::Damaged));
        assert_eq!(decode(&token, "3f9a1c2a0000"), Err(TokenError::OtherScript));
        let too_long = [0, 4, 0x80, 0x80, 0x80, 0x80, 1];
        // No pick of that kind, a number that is cut off, more picks than bytes, a run of one, two runs for
        // one, a number with a byte too many, more turns than there may be.
        let senseless: [&[u8]; 7] =
            [&[1, 2, 0], &[0, 0x80], &[9, 0, 0], &[0, 4, 1], &[0, 0, 0], &[0, 0x80, 0], &too_long];
        for body in senseless {
            assert_eq!(decode(&seal(body), HASH), Err(TokenError::Senseless), "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn a_token_is_read_back(schedule in schedules(u32::MAX)) {
            let token = encode(&schedule, HASH);
            prop_assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            prop_assert_eq!(decode(&token, HASH), Ok(schedule));
        }

        #[test]
        fn a_changed_token_is_noticed(schedule in schedules(u32::MAX), at: prop::sample::Index, to in "[A-Za-z0-9_-]") {
            let token = encode(&schedule, HASH);
            let at = at.index(token.len());
            let mut changed = token.clone();
            changed.replace_range(at..=at, &to);
            prop_assert!(changed == token || decode(&changed, HASH).is_err());
            prop_assert!(decode(&token[..at], HASH).is_err());
            changed.insert_str(at, &to);
            prop_assert!(decode(&changed, HASH).is_err());
        }

        #[test]
        fn bytes_with_the_right_checksum_are_a_schedule_in_its_only_form_or_none(
            body in proptest::collection::vec(prop_oneof![0..12_u8, any::<u8>()], 0..40),
        ) {
            let token = seal(&body);
            if let Ok(schedule) = decode(&token, HASH) {
                prop_assert_eq!(encode(&schedule, HASH), token);
            }
        }
    }
}
