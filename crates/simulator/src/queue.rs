//! The event queue: events leave by time, and those of one time in the order in which they came (time, sequence).
//! A radix heap: time only moves forward, so pushing and popping touch memory in sequence and cost no comparisons.

use crate::time::SimTime;
use std::collections::VecDeque;

/// One bucket for the present, one for each bit in which a time may differ from it.
const BUCKETS: usize = 65;

/// Events to come.
///
/// Invariant: an event stands in the bucket of the highest bit in which its time differs from `present`, and no time is
/// before `present`. So all events of one time stand in one bucket, and redistribution keeps their order: the sequence
/// needs no number.
#[derive(Clone, Debug)]
pub struct EventQueue<E> {
    present: u64,
    /// The events of the present time.
    due: VecDeque<E>,
    later: Vec<Bucket<E>>,
    /// Bit `n` is set when `later[n]` has events.
    filled: u64,
    len: usize,
}

#[derive(Clone, Debug)]
struct Bucket<E> {
    events: Vec<(u64, E)>,
    first: u64,
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> EventQueue<E> {
    /// An empty queue at the beginning of time.
    pub fn new() -> Self {
        let bucket = || Bucket { events: Vec::new(), first: u64::MAX };
        let later = std::iter::repeat_with(bucket).take(BUCKETS - 1).collect();
        Self { present: 0, due: VecDeque::new(), later, filled: 0, len: 0 }
    }

    /// How many events are to come.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether none is.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds an event. A time that has passed means now: after what is due already.
    pub fn push(&mut self, at: SimTime, event: E) {
        self.len += 1;
        self.place(at.0.max(self.present), event);
    }

    /// The time of the next event.
    pub fn next_at(&self) -> Option<SimTime> {
        if !self.due.is_empty() {
            return Some(SimTime(self.present));
        }
        self.later.get(self.filled.trailing_zeros() as usize).map(|bucket| SimTime(bucket.first))
    }

    /// Takes the next event, unless it is later than `until`.
    pub fn pop_until(&mut self, until: SimTime) -> Option<(SimTime, E)> {
        let at = self.next_at().filter(|at| *at <= until)?;
        if self.due.is_empty() {
            self.advance(at.0);
        }
        let event = self.due.pop_front()?;
        self.len -= 1;
        Some((at, event))
    }

    fn place(&mut self, at: u64, event: E) {
        let Some(number) = (at ^ self.present).checked_ilog2() else { return self.due.push_back(event) };
        if let Some(bucket) = self.later.get_mut(number as usize) {
            bucket.first = bucket.first.min(at);
            bucket.events.push((at, event));
            self.filled |= 1 << number;
        }
    }

    /// Moves the present to `at`, the first time of the first filled bucket, and spreads that bucket over lower ones.
    fn advance(&mut self, at: u64) {
        let number = self.filled.trailing_zeros() as usize;
        self.present = at;
        let Some(bucket) = self.later.get_mut(number) else { return };
        let mut events = std::mem::take(&mut bucket.events);
        bucket.first = u64::MAX;
        self.filled &= !(1 << number);
        for (at, event) in events.drain(..) {
            self.place(at, event);
        }
        if let Some(bucket) = self.later.get_mut(number) {
            // The room is kept for the next events of this bucket.
            bucket.events = events;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn events_of_one_time_leave_in_the_order_in_which_they_came() {
        let mut queue = EventQueue::new();
        for (at, event) in [(7, 'a'), (3, 'b'), (7, 'c'), (3, 'd'), (0, 'e')] {
            queue.push(SimTime(at), event);
        }
        assert_eq!(queue.pop_until(SimTime(2)), Some((SimTime(0), 'e')));
        assert_eq!(queue.pop_until(SimTime(2)), None);
        // Looking ahead does not move the present: something earlier may still come.
        queue.push(SimTime(1), 'f');
        let rest: Vec<_> = std::iter::from_fn(|| queue.pop_until(SimTime::NEVER)).map(|(_, event)| event).collect();
        assert_eq!(rest, ['f', 'b', 'd', 'a', 'c']);
        assert!(queue.is_empty());
    }

    #[test]
    fn a_time_that_has_passed_means_now() {
        let mut queue = EventQueue::new();
        queue.push(SimTime(10), 1);
        assert_eq!(queue.pop_until(SimTime(10)), Some((SimTime(10), 1)));
        queue.push(SimTime(4), 2);
        assert_eq!(queue.pop_until(SimTime(10)), Some((SimTime(10), 2)));
    }

    proptest! {
        /// Against a sorted set of (time, sequence).
        #[test]
        fn the_order_is_time_then_sequence(steps in prop::collection::vec((0u64..5_000, any::<bool>(), 0u32..64), 1..400)) {
            let (mut queue, mut model, mut now) = (EventQueue::new(), BTreeSet::new(), 0u64);
            for (sequence, (ahead, pop, shift)) in steps.into_iter().enumerate() {
                let at = now.saturating_add(ahead << (shift % 40));
                queue.push(SimTime(at), sequence);
                model.insert((at, sequence));
                prop_assert_eq!(queue.next_at(), model.first().map(|(at, _)| SimTime(*at)));
                if pop {
                    let (at, sequence) = model.pop_first().unwrap();
                    prop_assert_eq!(queue.pop_until(SimTime::NEVER), Some((SimTime(at), sequence)));
                    now = at;
                }
                prop_assert_eq!(queue.len(), model.len());
            }
            while let Some((at, sequence)) = model.pop_first() {
                prop_assert_eq!(queue.pop_until(SimTime::NEVER), Some((SimTime(at), sequence)));
            }
            prop_assert_eq!(queue.pop_until(SimTime::NEVER), None);
        }
    }
}
