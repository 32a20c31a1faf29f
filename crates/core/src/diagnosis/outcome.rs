//! What a diagnosis is: values, ranked and with their evidence. How it is printed is for `report`.

use super::cause::{Cause, Whose};
use super::look::Look;
use super::symptom::Symptom;

/// One thing that the evidence says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// In words, lowercase start.
    pub text: String,
    /// Where in the evidence: keys and indices as in the bundle, such as `checks[2]` or `readings.role.trust`.
    pub place: String,
}

impl Fact {
    pub(super) fn new(text: impl Into<String>, place: impl Into<String>) -> Self {
        Self { text: text.into(), place: place.into() }
    }
}

/// How sure a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// The evidence shows it.
    Certain,
    /// Something speaks for it that does not show it.
    Likely,
    /// Nothing speaks against it.
    Possible,
}

impl Weight {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

/// A cause that explains what is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The cause.
    pub cause: Cause,
    /// How sure it is.
    pub weight: Weight,
    /// What speaks for it.
    pub supporting: Vec<Fact>,
    /// What speaks against it without excluding it.
    pub contradicting: Vec<Fact>,
    /// What would have to be looked at to be sure.
    pub open: Vec<Look>,
}

/// A cause that would explain what is seen, and the fact that it cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excluded {
    /// The cause.
    pub cause: Cause,
    /// What excludes it.
    pub by: Fact,
}

/// What to look at next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextLook {
    /// What.
    pub look: Look,
    /// The causes that it confirms or excludes.
    pub tells_of: Vec<Cause>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Diagnosis {
    /// What is seen to be wrong, or looks so. Empty: nothing.
    pub symptoms: Vec<(Symptom, Fact)>,
    /// The causes, best first.
    pub causes: Vec<Ranked>,
    /// What would tell the causes apart that are not certain.
    pub next: Option<NextLook>,
    /// Causes that explain a symptom and are excluded.
    pub excluded: Vec<Excluded>,
    /// Whether anything was obtained that could show a fault at all.
    pub looked: bool,
}

/// What a diagnosis comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Nothing is wrong, or nobody has to do anything.
    NothingToDo,
    /// Something is wrong, and causes are named.
    Found,
    /// Nothing was looked at, or what is seen has no cause here.
    NotJudged,
}

impl Diagnosis {
    /// The first cause.
    pub fn first(&self) -> Option<&Ranked> {
        self.causes.first()
    }

    /// What it comes to. That nobody has to do anything is believed of a certain cause alone.
    pub fn conclusion(&self) -> Conclusion {
        let Some(first) = self.first() else {
            let clean = self.looked && self.symptoms.is_empty();
            return if clean { Conclusion::NothingToDo } else { Conclusion::NotJudged };
        };
        let certain = self.causes.iter().filter(|ranked| ranked.weight == Weight::Certain);
        let harmless = certain.clone().all(|ranked| ranked.cause.whose() == Whose::Nobody);
        if first.weight == Weight::Certain && harmless { Conclusion::NothingToDo } else { Conclusion::Found }
    }
}
