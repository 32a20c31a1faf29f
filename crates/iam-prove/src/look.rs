//! Looks for a request that the candidate allows and the reference does not: the candidate's boxes against the
//! reference's, in one compilation. It never calls the evaluator.

use crate::compile::{Compiled, Origin, SideBoxes, StatementBox};
use crate::search::cell::Cell;
use crate::search::{BoxLiterals, Literal, Outcome, Search};

/// How what cannot be told is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As an open question that is answered alike on both sides: if nothing is found, there is nothing.
    Possible,
    /// Against the finding on both sides: what is found is there, whatever the answer.
    Definite,
    /// The same, and nothing that a deny of the reference in doubt speaks of: there the evaluator cannot tell which kind of
    /// denial it is, and confirms nothing.
    Certain,
}

/// What was found.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// Nothing.
    Nothing,
    /// Requests, as what is left of every dimension, and the statements of the candidate that allow them, base first.
    Requests(Vec<Cell>, Vec<Origin>),
    /// The budget was used up.
    OverBudget,
}

/// Looks; gives the steps taken too.
pub(crate) fn look(compiled: &Compiled<'_>, mode: Mode, budget: u64) -> (Found, u64) {
    let Some(region) = &compiled.region else { return (Found::Nothing, 0) };
    let [candidate, reference] = &compiled.sides;
    let doubtful = compiled.dimensions.len() > compiled.first_doubt;
    let taken;
    let mut in_doubt = Vec::new();
    let (candidate, reference) = if doubtful && mode != Mode::Possible {
        let first = compiled.first_doubt;
        taken =
            (Doubts { first, drop_allows: true }.take(candidate), Doubts { first, drop_allows: false }.take(reference));
        if mode == Mode::Certain {
            in_doubt = Doubts { first, drop_allows: true }.in_doubt(&reference.denies);
        }
        (&taken.0, &taken.1)
    } else {
        (candidate, reference)
    };
    if candidate.layers.iter().any(Vec::is_empty) {
        return (Found::Nothing, 0);
    }
    let mut search = Search::new(&compiled.dimensions, budget);
    if !search.enter(region) {
        return (Found::Nothing, 0);
    }
    let never = compiled.axioms.iter().chain(&in_doubt).map(Vec::as_slice);
    let denies: Vec<&[Literal]> = candidate.denies.iter().map(slice).chain(never).collect();
    let known_denies = Known::of(denies.iter().copied());
    let layers = reference.layers.iter().map(|allows| {
        let avoided = denies.iter().copied().chain(allows.iter().map(slice)).collect();
        Layer { avoided, known: Known::of(allows.iter().map(slice)) }
    });
    let mut looker = Looker {
        layers: layers.collect(),
        entered: reference.denies.iter().map(slice).filter(|deny| !known_denies.contains(deny)).collect(),
        candidate,
        denies,
        search: &mut search,
        chosen: Vec::new(),
    };
    let outcome = looker.choose(0);
    let origins = looker.chosen.iter().map(|chosen| chosen.origin).collect();
    let found = match outcome {
        Outcome::Found => Found::Requests(search.region().to_vec(), origins),
        Outcome::Covered => Found::Nothing,
        Outcome::OverBudget => Found::OverBudget,
    };
    (found, search.steps())
}

fn slice(boxed: &StatementBox) -> &[Literal] {
    &boxed.literals
}

/// How boxes with doubts are taken in the definite mode.
struct Doubts {
    first: usize,
    /// Boxes in doubt do not allow, and do deny; or the other way round.
    drop_allows: bool,
}

impl Doubts {
    fn take(&self, side: &SideBoxes) -> SideBoxes {
        SideBoxes {
            layers: side.layers.iter().map(|boxes| self.boxes(boxes, self.drop_allows)).collect(),
            denies: self.boxes(&side.denies, !self.drop_allows),
        }
    }

    /// The boxes in doubt, as far as nothing is in doubt.
    fn in_doubt(&self, boxes: &[StatementBox]) -> Vec<BoxLiterals> {
        let in_doubt = |literal: &Literal| literal.dimension as usize >= self.first;
        let boxes = boxes.iter().filter(|boxed| boxed.literals.iter().any(in_doubt));
        boxes.map(|boxed| boxed.literals.iter().copied().filter(|literal| !in_doubt(literal)).collect()).collect()
    }

    fn boxes(&self, boxes: &[StatementBox], drop: bool) -> Vec<StatementBox> {
        let in_doubt = |literal: &Literal| literal.dimension as usize >= self.first;
        let one = |boxed: &StatementBox| {
            if drop && boxed.literals.iter().any(in_doubt) {
                return None;
            }
            let literals = boxed.literals.iter().copied().filter(|literal| !in_doubt(literal)).collect();
            Some(StatementBox { literals, origin: boxed.origin })
        };
        boxes.iter().filter_map(one).collect()
    }
}

/// A layer of the reference.
struct Layer<'b> {
    /// Outside these a request is not allowed by the layer, and not denied by the candidate.
    avoided: Vec<&'b [Literal]>,
    /// The boxes that allow.
    known: Known<'b>,
}

/// Boxes by their literals.
struct Known<'b>(Vec<&'b [Literal]>);

impl<'b> Known<'b> {
    fn of(boxes: impl Iterator<Item = &'b [Literal]>) -> Self {
        let mut sorted: Vec<_> = boxes.collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    fn contains(&self, literals: &[Literal]) -> bool {
        self.0.binary_search(&literals).is_ok()
    }
}

struct Looker<'b, 's, 'd> {
    layers: Vec<Layer<'b>>,
    /// Denies of the reference that the candidate has not.
    entered: Vec<&'b [Literal]>,
    candidate: &'b SideBoxes,
    denies: Vec<&'b [Literal]>,
    search: &'s mut Search<'d>,
    /// One allowing box of each layer of the candidate.
    chosen: Vec<&'b StatementBox>,
}

impl<'b> Looker<'b, '_, '_> {
    /// Chooses a box of the next layer; with all chosen, asks.
    fn choose(&mut self, layer: usize) -> Outcome {
        let candidate: &'b SideBoxes = self.candidate;
        let Some(boxes) = candidate.layers.get(layer) else { return self.ask() };
        for boxed in boxes {
            let mark = self.search.mark();
            self.chosen.push(boxed);
            if self.search.enter(&boxed.literals) {
                match self.choose(layer + 1) {
                    Outcome::Covered => {}
                    other => return other,
                }
            }
            self.chosen.pop();
            self.search.back(mark);
        }
        Outcome::Covered
    }

    fn ask(&mut self) -> Outcome {
        for layer in &self.layers {
            // The very same box on the other side covers it.
            if self.chosen.iter().any(|chosen| layer.known.contains(slice(chosen))) {
                continue;
            }
            match self.search.avoid(&layer.avoided) {
                Outcome::Covered => {}
                other => return other,
            }
        }
        for deny in &self.entered {
            let mark = self.search.mark();
            if self.search.enter(deny) {
                match self.search.avoid(&self.denies) {
                    Outcome::Covered => {}
                    other => return other,
                }
            }
            self.search.back(mark);
        }
        Outcome::Covered
    }
}
