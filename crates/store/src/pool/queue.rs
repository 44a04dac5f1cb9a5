//! Who waits for a connection: in the order of coming, people before bulk.

use std::collections::VecDeque;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Somebody waits for the answer.
    Person,
    /// A piece of long work, which has many.
    Bulk,
}

/// People that go before bulk which waits, at most: then one piece of it goes.
pub(super) const IN_A_ROW: u32 = 20;

#[derive(Default)]
pub(super) struct Queue {
    next: u64,
    people: VecDeque<u64>,
    bulk: VecDeque<u64>,
    /// People that went before bulk which waits.
    passed: u32,
}

impl Queue {
    /// A ticket at the end.
    pub(super) fn enter(&mut self, turn: Turn) -> u64 {
        let ticket = self.next;
        self.next += 1;
        match turn {
            Turn::Person => self.people.push_back(ticket),
            Turn::Bulk => self.bulk.push_back(ticket),
        }
        ticket
    }

    /// Whose turn it is.
    pub(super) fn first(&self) -> Option<u64> {
        let (person, bulk) = (self.people.front(), self.bulk.front());
        let due = self.passed >= IN_A_ROW;
        let first = if due {
            bulk.or(person)
        } else {
            person.or(bulk)
        };
        first.copied()
    }

    /// The first one goes.
    pub(super) fn serve(&mut self) {
        let first = self.first();
        if first.is_some() && first == self.people.front().copied() {
            self.people.pop_front();
            self.passed = if self.bulk.is_empty() {
                0
            } else {
                self.passed + 1
            };
        } else {
            self.bulk.pop_front();
            self.passed = 0;
        }
    }

    /// This one waits no longer.
    pub(super) fn leave(&mut self, ticket: u64) {
        self.people.retain(|t| *t != ticket);
        self.bulk.retain(|t| *t != ticket);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.people.is_empty() && self.bulk.is_empty()
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.people.len() + self.bulk.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who goes when so many have come, in this order.
    fn order(turns: &[Turn]) -> Vec<u64> {
        let mut queue = Queue::default();
        for turn in turns {
            queue.enter(*turn);
        }
        let mut order = Vec::new();
        while let Some(first) = queue.first() {
            order.push(first);
            queue.serve();
        }
        order
    }

    #[test]
    fn people_go_before_bulk_and_each_kind_in_order() {
        let turns = [Turn::Bulk, Turn::Person, Turn::Bulk, Turn::Person];
        assert_eq!(order(&turns), [1, 3, 0, 2]);
    }

    /// However many people come, bulk goes after so many of them, and again after as many.
    #[test]
    fn bulk_is_not_starved() {
        let row = u64::from(IN_A_ROW);
        let mut turns = vec![Turn::Bulk; 2];
        turns.extend(vec![Turn::Person; 3 * IN_A_ROW as usize]);
        let order = order(&turns);
        let at = |ticket| order.iter().position(|t| *t == ticket).map(|n| n as u64);
        assert_eq!((at(0), at(1)), (Some(row), Some(2 * row + 1)));
    }

    /// People who went while no bulk waited count for nothing.
    #[test]
    fn only_those_before_waiting_bulk_are_counted() {
        let mut queue = Queue::default();
        for _ in 0..2 * IN_A_ROW {
            queue.enter(Turn::Person);
            queue.serve();
        }
        let bulk = queue.enter(Turn::Bulk);
        let person = queue.enter(Turn::Person);
        assert_eq!(queue.first(), Some(person));
        queue.serve();
        assert_eq!(queue.first(), Some(bulk));
    }

    #[test]
    fn who_leaves_is_not_waited_for() {
        let mut queue = Queue::default();
        let person = queue.enter(Turn::Person);
        let bulk = queue.enter(Turn::Bulk);
        queue.leave(person);
        assert_eq!(queue.first(), Some(bulk));
        queue.leave(bulk);
        assert_eq!((queue.first(), queue.is_empty()), (None, true));
    }
}
