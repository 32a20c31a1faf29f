//! Sets of ordered values as sorted intervals: numbers, points in time, addresses. A set is the list of the cuts where
//! membership changes, so every bound can be open or closed, and points are intervals too.
//! Laws (tested): Boolean algebra; membership is a homomorphism.

/// A place between values: right before or right behind one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cut<T> {
    pub(crate) value: T,
    pub(crate) behind: bool,
}

impl<T> Cut<T> {
    pub(crate) const fn before(value: T) -> Self {
        Self { value, behind: false }
    }

    pub(crate) const fn behind(value: T) -> Self {
        Self { value, behind: true }
    }
}

/// A set of values of an ordered type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ranges<T> {
    /// Whether the least values belong to it.
    begins_inside: bool,
    /// Where membership changes, in order, without repetition.
    cuts: Vec<Cut<T>>,
}

impl<T: Ord + Clone> Ranges<T> {
    pub(crate) const fn none() -> Self {
        Self { begins_inside: false, cuts: Vec::new() }
    }

    /// Everything below a cut.
    pub(crate) fn below(cut: Cut<T>) -> Self {
        Self { begins_inside: true, cuts: vec![cut] }
    }

    /// Everything above a cut.
    pub(crate) fn above(cut: Cut<T>) -> Self {
        Self { begins_inside: false, cuts: vec![cut] }
    }

    /// From `first` to `last`, both included; empty when they are the wrong way round.
    pub(crate) fn closed(first: T, last: T) -> Self {
        if first > last {
            return Self::none();
        }
        Self { begins_inside: false, cuts: vec![Cut::before(first), Cut::behind(last)] }
    }

    #[cfg(test)]
    pub(crate) fn complement(&self) -> Self {
        Self { begins_inside: !self.begins_inside, cuts: self.cuts.clone() }
    }

    /// The union of all: neighbours are joined until one is left.
    pub(crate) fn union_of(mut all: Vec<Self>) -> Self {
        while all.len() > 1 {
            let joined = |pair: &[Self]| match pair {
                [left, right] => left.union(right),
                [one, ..] => one.clone(),
                [] => Self::none(),
            };
            all = all.chunks(2).map(joined).collect();
        }
        all.pop().unwrap_or(Self::none())
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        self.sweep(other, |left, right| left || right)
    }

    #[cfg(test)]
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        self.sweep(other, |left, right| left && right)
    }

    pub(crate) fn cuts(&self) -> &[Cut<T>] {
        &self.cuts
    }

    /// Whether the values right behind `cut` belong to it; `None` asks for the least values.
    pub(crate) fn holds_behind(&self, cut: Option<&Cut<T>>) -> bool {
        let passed = cut.map_or(0, |cut| self.cuts.partition_point(|own| own <= cut));
        self.begins_inside != (passed % 2 == 1)
    }

    #[cfg(test)]
    pub(crate) fn contains(&self, value: &T) -> bool {
        self.holds_behind(Some(&Cut::before(value.clone())))
    }

    fn sweep(&self, other: &Self, inside: impl Fn(bool, bool) -> bool) -> Self {
        let mut all: Vec<Cut<T>> = self.cuts.iter().chain(&other.cuts).cloned().collect();
        all.sort();
        all.dedup();
        let begins_inside = inside(self.begins_inside, other.begins_inside);
        let mut now = begins_inside;
        all.retain(|cut| {
            let next = inside(self.holds_behind(Some(cut)), other.holds_behind(Some(cut)));
            std::mem::replace(&mut now, next) != next
        });
        Self { begins_inside, cuts: all }
    }
}

#[cfg(test)]
mod tests;
