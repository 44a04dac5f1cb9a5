//! Words as a tree of characters, read from one end: looked for beside the few places that
//! matter, so a step must be cheap and a miss cheaper.

use std::{collections::BTreeMap, ops::Range};

/// A tree under construction.
#[derive(Debug, Default)]
pub(super) struct Builder {
    words: BTreeMap<Vec<u16>, u64>,
}

/// A tree that is only read: the children of a node stand together, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Trie {
    /// By the code of a word's first character.
    roots: Vec<Root>,
    nodes: Vec<Node>,
    codes: Vec<u16>,
    /// One bit for each pair of characters that a word begins with, by their hash: most of what is
    /// asked for ends here.
    pairs: Vec<u64>,
}

/// The words that begin with one character.
#[derive(Debug, Clone, Copy, Default)]
struct Root {
    /// What any of them tells: what is not asked for is not followed.
    any: u64,
    node: Node,
}

/// A node; the code that leads to it stands at the same place in [`Trie::codes`].
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// What the word tells that ends here.
    bits: u64,
    /// The children, in [`Trie::nodes`].
    start: u32,
    end: u32,
}

/// Children up to which each is compared: most nodes have one or two.
const FEW: usize = 8;

impl Builder {
    pub(super) fn insert(&mut self, word: Vec<u16>, bits: u64) {
        *self.words.entry(word).or_default() |= bits;
    }

    pub(super) fn build(self) -> Trie {
        let words: Vec<(Vec<u16>, u64)> = self.words.into_iter().collect();
        let mut trie = Trie {
            pairs: vec![0; PAIR_WORDS],
            ..Trie::default()
        };
        for (word, bits) in &words {
            let Some(&first) = word.first() else { continue };
            let first = usize::from(first);
            if first >= trie.roots.len() {
                trie.roots.resize(first + 1, Root::default());
            }
            if let Some(root) = trie.roots.get_mut(first) {
                root.any |= bits;
                if word.len() == 1 {
                    root.node.bits |= bits;
                }
            }
            if let [a, b, ..] = word.as_slice() {
                let (at, bit) = pair(*a, *b);
                if let Some(bits) = trie.pairs.get_mut(at) {
                    *bits |= bit;
                }
            }
        }
        let mut start = 0;
        while let Some(&first) = words.get(start).and_then(|(word, _)| word.first()) {
            let same = |(word, _): &(Vec<u16>, u64)| word.first() == Some(&first);
            let end = start + words.get(start..).map_or(0, |w| w.partition_point(same));
            let children = trie.grow(&words, 1, start..end);
            if let Some(root) = trie.roots.get_mut(usize::from(first)) {
                (root.node.start, root.node.end) = children;
            }
            start = end;
        }
        trie
    }
}

/// Words of 64 bits for pairs of characters.
const PAIR_WORDS: usize = 2_048;

/// Where the bit of a pair stands.
#[inline]
const fn pair(a: u16, b: u16) -> (usize, u64) {
    let hash = ((a as u32) << 16 | b as u32).wrapping_mul(0x9e37_79b1) >> 15;
    ((hash >> 6) as usize % PAIR_WORDS, 1 << (hash & 63))
}

/// Far fewer nodes than this are ever made.
fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Trie {
    /// Makes all nodes below words that agree up to a depth; tells where the first of them stand.
    fn grow(&mut self, words: &[(Vec<u16>, u64)], depth: usize, range: Range<usize>) -> (u32, u32) {
        let start = self.nodes.len();
        let mut below: Vec<Range<usize>> = Vec::new();
        for at in range {
            let Some((word, bits)) = words.get(at) else {
                continue;
            };
            let Some(&code) = word.get(depth) else {
                continue;
            };
            let ends = if word.len() == depth + 1 { *bits } else { 0 };
            let last = (self.nodes.len() > start)
                .then(|| self.codes.last())
                .flatten();
            if last == Some(&code) {
                if let Some(range) = below.last_mut() {
                    range.end = at + 1;
                }
            } else {
                self.codes.push(code);
                self.nodes.push(Node {
                    bits: ends,
                    ..Node::default()
                });
                below.push(at..at + 1);
            }
        }
        let end = self.nodes.len();
        for (node, range) in (start..end).zip(below) {
            let children = self.grow(words, depth + 1, range);
            if let Some(node) = self.nodes.get_mut(node) {
                (node.start, node.end) = children;
            }
        }
        (small(start), small(end))
    }

    /// Whether a word that tells one thing of `of` may begin with two codes; hardly ever in vain.
    #[inline]
    pub(super) fn may_begin(&self, first: u16, second: u16, of: u64) -> bool {
        let Some(root) = self.roots.get(usize::from(first)) else {
            return false;
        };
        if root.any & of == 0 {
            return false;
        }
        let (at, bit) = pair(first, second);
        root.node.bits & of != 0 || self.pairs.get(at).is_some_and(|bits| bits & bit != 0)
    }

    /// Whether a word that tells one thing of `of` begins with a code.
    #[inline]
    pub(super) fn may_start(&self, first: u16, of: u64) -> bool {
        let root = self.roots.get(usize::from(first));
        root.is_some_and(|root| root.any & of != 0)
    }

    /// Tells every word that the codes begin with, of those that tell one thing of `of`: what it
    /// tells and its length.
    #[inline]
    pub(super) fn read(
        &self,
        mut codes: impl Iterator<Item = u16>,
        of: u64,
        mut told: impl FnMut(u64, usize),
    ) {
        let Some(first) = codes.next() else { return };
        let Some(root) = self.roots.get(usize::from(first)) else {
            return;
        };
        if root.any & of == 0 {
            return;
        }
        let mut node = &root.node;
        if node.bits & of != 0 {
            told(node.bits & of, 1);
        }
        let Some(mut code) = codes.next() else { return };
        let (at, bit) = pair(first, code);
        if self.pairs.get(at).is_none_or(|bits| bits & bit == 0) {
            return;
        }
        let mut length = 2;
        loop {
            let among = self.codes.get(node.start as usize..node.end as usize);
            let among = among.unwrap_or_default();
            let place = if among.len() <= FEW {
                among.iter().position(|c| *c == code)
            } else {
                among.binary_search(&code).ok()
            };
            let Some(next) = place.and_then(|n| self.nodes.get(node.start as usize + n)) else {
                return;
            };
            node = next;
            if node.bits & of != 0 {
                told(node.bits & of, length);
            }
            if node.start == node.end {
                return;
            }
            let Some(next) = codes.next() else { return };
            code = next;
            length += 1;
        }
    }
}

/// Pairs of characters, for the one question whether two are one: for each first character a small
/// table of the second ones, at least half empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs {
    /// By the code of the first character: where its table begins, and its length less one.
    firsts: Vec<(u32, u32)>,
    seconds: Vec<u16>,
}

impl Pairs {
    pub(super) fn new(mut pairs: Vec<(u16, u16)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        // The tables of characters without pairs are this one.
        let mut made = Self {
            firsts: Vec::new(),
            seconds: vec![0],
        };
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            let Some(first) = same.first().map(|p| usize::from(p.0)) else {
                continue;
            };
            if first >= made.firsts.len() {
                made.firsts.resize(first + 1, (0, 0));
            }
            let length = (same.len() * 2).next_power_of_two();
            let start = made.seconds.len();
            made.seconds.resize(start + length, 0);
            for &(_, second) in same {
                let mut at = slot(second) & (length - 1);
                while let Some(taken) = made.seconds.get_mut(start + at) {
                    if *taken == 0 {
                        *taken = second;
                        break;
                    }
                    at = (at + 1) & (length - 1);
                }
            }
            if let Some(table) = made.firsts.get_mut(first) {
                *table = (small(start), small(length - 1));
            }
        }
        made
    }

    /// Whether two codes are a pair; code 0 is in none.
    #[inline]
    pub(super) fn contain(&self, first: u16, second: u16) -> bool {
        let Some(&(start, mask)) = self.firsts.get(usize::from(first)) else {
            return false;
        };
        let mut at = slot(second) & mask as usize;
        while let Some(&there) = self.seconds.get(start as usize + at) {
            if there == second {
                return second != 0;
            }
            if there == 0 {
                return false;
            }
            at = (at + 1) & mask as usize;
        }
        false
    }
}

#[inline]
fn slot(code: u16) -> usize {
    usize::from(code.wrapping_mul(0x9e37) >> 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random() -> impl FnMut() -> u32 {
        let mut seed = 7_u32;
        move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed
        }
    }

    #[test]
    fn every_word_is_found_and_nothing_else() {
        let mut builder = Builder::default();
        let mut words: Vec<Vec<u16>> = Vec::new();
        let mut random = random();
        for _ in 0..3_000 {
            let seed = random();
            let length = 1 + (seed >> 28) as usize % 4;
            let word = (0..length)
                .map(|n| 1 + u16::try_from((seed >> (5 * n)) % 900).unwrap_or(1))
                .collect();
            words.push(word);
        }
        for (n, word) in words.iter().enumerate() {
            builder.insert(word.clone(), 1 << (n % 60));
        }
        let trie = builder.build();
        for (n, word) in words.iter().enumerate() {
            for (of, expected) in [(u64::MAX, true), (1 << (n % 60), true), (1 << 63, false)] {
                let mut found = 0;
                trie.read(word.iter().copied(), of, |bits, length| {
                    if length == word.len() {
                        found = bits;
                    }
                });
                assert_eq!(found & (1 << (n % 60)) != 0, expected);
            }
        }
        let known: std::collections::BTreeSet<&Vec<u16>> = words.iter().collect();
        for a in 1..200 {
            for b in [1, 17, 450, 900] {
                let word = vec![a, b];
                let mut found = false;
                trie.read(word.iter().copied(), u64::MAX, |_, length| {
                    found |= length == 2;
                });
                assert_eq!(found, known.contains(&word));
            }
        }
    }

    #[test]
    fn every_pair_is_found_and_nothing_else() {
        let mut random = random();
        let pairs: std::collections::BTreeSet<(u16, u16)> = (0..4_000)
            .map(|_| {
                let seed = random();
                (1 + (seed >> 24) as u16 % 90, 1 + (seed >> 8) as u16 % 300)
            })
            .collect();
        let table = Pairs::new(pairs.iter().copied().collect());
        for a in 0..100 {
            for b in 0..310 {
                assert_eq!(table.contain(a, b), pairs.contains(&(a, b)), "{a} {b}");
            }
        }
    }
}
