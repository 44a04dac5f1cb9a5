//! Which records of a file were there before: 20 bytes a record, nothing kept of the text.
//!
//! Two questions are asked of one table: has this record been seen (equal group, party and
//! rest), and has another party been seen under this document number (equal group, other
//! party). A group is the deciding body with the document number.
//!
//! Hashes of 64 bits for the group and twice 32 for party and rest: a false duplicate needs
//! the same authority and number, and then a chance of 2⁻⁶⁴. Entries lie in order of their
//! group's hash (linear probing kept sorted), in partitions that grow alone, so that growing
//! never holds two tables at once.

/// What names a record, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    /// Deciding body and document number.
    pub(super) group: u64,
    /// The party.
    pub(super) party: u32,
    /// The rest of the identity.
    pub(super) rest: u32,
}

impl Key {
    /// Of hashes. Without a document number the whole identity is the group: were it the rest
    /// alone, all rows of a register, which are told apart by their code, would lie in one.
    pub(super) const fn new(number: Option<u64>, party: u64, rest: u64) -> Self {
        Self {
            group: match number {
                Some(number) => number,
                None => rest ^ party.rotate_left(32),
            },
            party: party as u32,
            rest: rest as u32,
        }
    }
}

/// Rows seen before under the same group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Seen {
    /// First row with the same identity.
    pub(super) same: Option<u32>,
    /// First row of another party.
    pub(super) other_party: Option<u32>,
}

const PARTITIONS: usize = 64;
/// Slots of a partition at first.
const FIRST: usize = 32;

/// The table.
#[derive(Debug)]
pub(super) struct Duplicates {
    partitions: Vec<Partition>,
}

/// Groups and the rest are split in halves so that a slot is 20 bytes, not 24. Row 0 marks a
/// free slot.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    group: [u32; 2],
    party: u32,
    rest: u32,
    row: u32,
}

impl Slot {
    const fn group(&self) -> u64 {
        (self.group[0] as u64) << 32 | self.group[1] as u64
    }
}

#[derive(Debug, Default)]
struct Partition {
    slots: Vec<Slot>,
    /// Slots that a group can be at home in; a run at the end may go beyond.
    homes: usize,
    used: usize,
}

impl Duplicates {
    pub(super) fn new() -> Self {
        Self {
            partitions: (0..PARTITIONS).map(|_| Partition::default()).collect(),
        }
    }

    /// Enters `row` (from 1) under `key`, unless the same identity is there, and says what was
    /// seen before.
    pub(super) fn enter(&mut self, key: Key, row: u32) -> Seen {
        // The lowest bits choose the partition, the highest the place in it.
        let index = key.group as usize % PARTITIONS;
        self.partitions
            .get_mut(index)
            .map_or_else(Seen::default, |p| p.enter(key, row))
    }
}

impl Partition {
    fn enter(&mut self, key: Key, row: u32) -> Seen {
        // At most nine tenths full.
        if self.used * 10 >= self.homes * 9 {
            self.grow();
        }
        let mut seen = Seen::default();
        let mut at = home(key.group, self.homes);
        while let Some(slot) = self.slots.get(at).filter(|s| s.row != 0) {
            let group = slot.group();
            if group > key.group {
                break;
            }
            if group == key.group {
                if slot.party == key.party && slot.rest == key.rest {
                    seen.same = Some(slot.row);
                    return seen;
                }
                if slot.party != key.party && seen.other_party.is_none() {
                    seen.other_party = Some(slot.row);
                }
            }
            at += 1;
        }
        let slot = Slot {
            group: [(key.group >> 32) as u32, key.group as u32],
            party: key.party,
            rest: key.rest,
            row,
        };
        self.used += 1;
        self.insert(at, slot);
        seen
    }

    /// Puts `slot` at `at` and moves what lies there up to the next free place.
    fn insert(&mut self, at: usize, slot: Slot) {
        let tail = self.slots.get(at..).unwrap_or_default();
        match tail.iter().position(|s| s.row == 0) {
            Some(free) => {
                if let Some(run) = self.slots.get_mut(at..=at + free) {
                    run.rotate_right(1);
                }
                if let Some(place) = self.slots.get_mut(at) {
                    *place = slot;
                }
            }
            // The last run reaches the end: the table is a line, not a ring.
            None => {
                self.slots.reserve_exact(1);
                self.slots.insert(at, slot);
            }
        }
    }

    /// By a seventh each time: between 77 and 90 % of the slots are in use.
    fn grow(&mut self) {
        let homes = (self.homes + self.homes / 7).max(FIRST);
        let mut slots = vec![Slot::default(); homes];
        let mut next = 0;
        for slot in self.slots.iter().filter(|s| s.row != 0) {
            let at = home(slot.group(), homes).max(next);
            match slots.get_mut(at) {
                Some(place) => *place = *slot,
                None => {
                    slots.reserve_exact(1);
                    slots.push(*slot);
                }
            }
            next = at + 1;
        }
        self.slots = slots;
        self.homes = homes;
    }
}

/// Where a group would lie in a table of `length`: places are in order of the hash.
const fn home(group: u64, length: usize) -> usize {
    ((group as u128 * length as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // A test may fail by panicking.
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn key(group: u64, party: u32, rest: u32) -> Key {
        Key { group, party, rest }
    }

    #[test]
    fn without_a_number_parties_lie_apart() {
        let groups = (0..100_u64).map(|n| Key::new(None, n << 40 | n, 7).group);
        let groups: std::collections::HashSet<u64> = groups.collect();
        assert_eq!(groups.len(), 100);
        assert_eq!(Key::new(Some(3), 1, 7).group, Key::new(Some(3), 2, 7).group);
    }

    #[test]
    fn names_the_first() {
        let mut table = Duplicates::new();
        assert_eq!(table.enter(key(7, 1, 1), 1), Seen::default());
        assert_eq!(table.enter(key(7, 2, 1), 2).other_party, Some(1));
        assert_eq!(table.enter(key(7, 1, 1), 3).same, Some(1));
        assert_eq!(table.enter(key(7, 2, 1), 4).same, Some(2));
        assert_eq!(table.enter(key(7, 1, 2), 5).same, None);
    }

    #[test]
    fn stays_within_its_bytes() {
        let mut table = Duplicates::new();
        let mut group = 1_u64;
        for row in 1..=200_000 {
            group = group
                .wrapping_mul(0x5851_f42d_4c95_7f2d)
                .wrapping_add(0x1405_7b7e_f767_814f);
            let mixed = xxhash_rust::xxh3::xxh3_64(&group.to_le_bytes());
            assert_eq!(table.enter(key(mixed, 0, 0), row).same, None);
        }
        let slots: usize = table.partitions.iter().map(|p| p.slots.capacity()).sum();
        let bytes = slots * size_of::<Slot>();
        assert!(bytes <= 200_000 * 27, "{bytes}");
    }

    proptest! {
        #[test]
        fn agrees_with_a_map(keys in prop::collection::vec((0..40_u64, 0..3_u32, 0..3_u32), 1..400)) {
            let mut table = Duplicates::new();
            let mut same = HashMap::new();
            let mut first: HashMap<u64, Vec<(u32, u32)>> = HashMap::new();
            for (i, (group, party, rest)) in keys.into_iter().enumerate() {
                // Extreme hashes too: both ends of the line.
                let group = group.wrapping_sub(20).wrapping_mul(64);
                let row = i as u32 + 1;
                let seen = table.enter(key(group, party, rest), row);
                let expected = same.get(&(group, party, rest)).copied();
                prop_assert_eq!(seen.same, expected);
                let rows = first.entry(group).or_default();
                if expected.is_none() {
                    let other = rows.iter().find(|(_, p)| *p != party).map(|(r, _)| *r);
                    prop_assert_eq!(seen.other_party, other);
                    rows.push((row, party));
                    same.insert((group, party, rest), row);
                }
            }
        }
    }
}
