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
    /// By the code of a word's first character: its node plus one; 0 where none begins so.
    first: Vec<u32>,
    nodes: Vec<Node>,
    codes: Vec<u16>,
    /// One bit for each pair of characters that a word begins with, by their hash: most of what is
    /// asked for ends here.
    pairs: Vec<u64>,
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
        for (word, _) in &words {
            if let [a, b, ..] = word.as_slice() {
                let (at, bit) = pair(*a, *b);
                if let Some(bits) = trie.pairs.get_mut(at) {
                    *bits |= bit;
                }
            }
        }
        let all = 0..words.len();
        let roots = trie.children(&words, 0, all);
        let mut open: Vec<(usize, usize, Range<usize>)> = Vec::new();
        for (node, range) in roots {
            let code = trie.codes.get(node).copied().map_or(0, usize::from);
            if code >= trie.first.len() {
                trie.first.resize(code + 1, 0);
            }
            if let Some(first) = trie.first.get_mut(code) {
                *first = small(node + 1);
            }
            open.push((node, 1, range));
        }
        while let Some((node, depth, range)) = open.pop() {
            let start = trie.nodes.len();
            let children = trie.children(&words, depth, range);
            let end = trie.nodes.len();
            if let Some(node) = trie.nodes.get_mut(node) {
                node.start = small(start);
                node.end = small(end);
            }
            open.extend(children.into_iter().map(|(n, range)| (n, depth + 1, range)));
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
    /// Makes the nodes that follow at a depth in words that agree so far; each with its words.
    fn children(
        &mut self,
        words: &[(Vec<u16>, u64)],
        depth: usize,
        range: Range<usize>,
    ) -> Vec<(usize, Range<usize>)> {
        let mut made: Vec<(usize, Range<usize>)> = Vec::new();
        for at in range {
            let Some((word, bits)) = words.get(at) else {
                continue;
            };
            let Some(&code) = word.get(depth) else {
                continue;
            };
            let ends = if word.len() == depth + 1 { *bits } else { 0 };
            match made.last_mut() {
                Some((node, range)) if self.codes.get(*node) == Some(&code) => {
                    range.end = at + 1;
                    if let Some(node) = self.nodes.get_mut(*node) {
                        node.bits |= ends;
                    }
                }
                _ => {
                    made.push((self.nodes.len(), at..at + 1));
                    self.codes.push(code);
                    self.nodes.push(Node {
                        bits: ends,
                        ..Node::default()
                    });
                }
            }
        }
        made
    }

    /// Tells every word that the codes begin with: what it tells and its length.
    #[inline]
    pub(super) fn read(
        &self,
        mut codes: impl Iterator<Item = u16>,
        mut told: impl FnMut(u64, usize),
    ) {
        let first = codes.next().map_or(0, usize::from);
        let Some(mut at) = self.first.get(first).and_then(|n| n.checked_sub(1)) else {
            return;
        };
        let mut length = 1;
        let mut last = first;
        while let Some(node) = self.nodes.get(at as usize) {
            if node.bits != 0 {
                told(node.bits, length);
            }
            if node.start == node.end {
                return;
            }
            let Some(code) = codes.next().filter(|c| *c != 0) else {
                return;
            };
            if length == 1 {
                let (at, bit) = pair(small(last) as u16, code);
                if self.pairs.get(at).is_none_or(|bits| bits & bit == 0) {
                    return;
                }
            }
            last = usize::from(code);
            let among = self.codes.get(node.start as usize..node.end as usize);
            let among = among.unwrap_or_default();
            let place = if among.len() <= FEW {
                among.iter().position(|c| *c == code)
            } else {
                among.binary_search(&code).ok()
            };
            let Some(place) = place else { return };
            at = node.start + small(place);
            length += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_and_nothing_else() {
        let mut builder = Builder::default();
        let mut words: Vec<Vec<u16>> = Vec::new();
        let mut seed = 7_u32;
        for _ in 0..3_000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
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
            let mut found = 0;
            trie.read(word.iter().copied(), |bits, length| {
                if length == word.len() {
                    found = bits;
                }
            });
            assert!(found & (1 << (n % 60)) != 0);
        }
        let known: std::collections::BTreeSet<&Vec<u16>> = words.iter().collect();
        for a in 1..200 {
            for b in [1, 17, 450, 900] {
                let word = vec![a, b];
                let mut found = false;
                trie.read(word.iter().copied(), |_, length| found |= length == 2);
                assert_eq!(found, known.contains(&word));
            }
        }
    }
}
