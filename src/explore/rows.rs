//! Rows of numbers in few bytes: most parts of a world have a small number.

/// What is kept of worlds that are still to be expanded: the rank of each and its packed form. Seven bits of a
/// number go into a byte, the lowest first; a row begins with how many numbers it has.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
}

impl Rows {
    /// How many bytes all rows take.
    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a row.
    pub(super) fn push(&mut self, rank: u32, packed: &[u32]) {
        self.write(u32::try_from(packed.len()).expect("memory is bounded below 2^32 parts"));
        self.write(rank);
        packed.iter().for_each(|&number| self.write(number));
    }

    /// Adds a row that was read from other rows.
    pub(super) fn push_bytes(&mut self, row: &[u8]) {
        self.bytes.extend_from_slice(row);
    }

    /// The bytes of some rows.
    pub(super) fn bytes(&self, range: std::ops::Range<usize>) -> &[u8] {
        &self.bytes[range]
    }

    #[expect(clippy::cast_possible_truncation, reason = "only seven bits are left, and one is set")]
    fn write(&mut self, mut number: u32) {
        while number > 0x7f {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }
}

/// Takes the first row off: its rank, and its packed form into `packed`.
pub(super) fn read(rows: &mut &[u8], packed: &mut Vec<u32>) -> u32 {
    let count = number(rows);
    let rank = number(rows);
    packed.clear();
    packed.extend((0..count).map(|_| number(rows)));
    rank
}

/// The first row, and its rank; the others stay.
pub(super) fn split<'a>(rows: &mut &'a [u8]) -> (u32, &'a [u8]) {
    let all = *rows;
    let count = number(rows);
    let rank = number(rows);
    for _ in 0..count {
        number(rows);
    }
    (rank, &all[..all.len() - rows.len()])
}

fn number(rows: &mut &[u8]) -> u32 {
    let (mut number, mut bits) = (0, 0);
    while let Some((&byte, rest)) = rows.split_first() {
        *rows = rest;
        number |= u32::from(byte & 0x7f) << bits;
        bits += 7;
        if byte < 0x80 {
            break;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_was_written() {
        let all = [vec![], vec![0, 127, 128], vec![u32::MAX, 16_383, 16_384, 1], vec![5; 200]];
        let mut rows = Rows::default();
        (0..).zip(&all).for_each(|(rank, row)| rows.push(rank * 1000, row));
        let mut packed = Vec::new();
        let mut left = rows.bytes(0..rows.len());
        let mut others = left;
        for (rank, row) in (0..).zip(&all) {
            let (split_rank, mut bytes) = split(&mut others);
            assert_eq!((read(&mut left, &mut packed), &packed), (rank * 1000, row));
            assert_eq!((read(&mut bytes, &mut packed), &packed), (split_rank, row));
            assert!(bytes.is_empty());
        }
        assert!(left.is_empty() && others.is_empty());
    }
}
