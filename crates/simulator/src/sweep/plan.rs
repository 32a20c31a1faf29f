//! A sweep: the points of a grid of parameters, the seeds of their runs, and which of them a shard has.

use super::model::{Model, ModelError};
use super::parameters::ParameterError;
use crate::random::Seed;
use crate::text::{hash_text, mix};

/// A parameter with the values that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variation {
    /// The parameter.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
}

impl Variation {
    /// Reads `NAME=VALUE,VALUE,…`.
    ///
    /// # Errors
    /// [`PlanError::Variation`].
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let parsed = text.split_once('=').map(|(name, values)| Self {
            name: name.trim().to_owned(),
            values: values.split(',').map(|value| value.trim().to_owned()).collect(),
        });
        let empty = |variation: &Self| variation.name.is_empty() || variation.values.iter().any(String::is_empty);
        parsed.filter(|variation| !empty(variation)).ok_or_else(|| PlanError::Variation(text.to_owned()))
    }
}

/// A part of a sweep: the runs whose number leaves `index` when divided by `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// From 1.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

impl Shard {
    /// The whole sweep.
    pub const WHOLE: Self = Self { index: 1, of: 1 };

    /// Reads `i/n`.
    ///
    /// # Errors
    /// [`PlanError::Shard`].
    pub fn parse(text: &str) -> Result<Self, PlanError> {
        let parsed =
            text.split_once('/').and_then(|(index, of)| Some((index.trim().parse().ok()?, of.trim().parse().ok()?)));
        match parsed {
            Some((index, of)) if index >= 1 && index <= of => Ok(Self { index, of }),
            _ => Err(PlanError::Shard(text.to_owned())),
        }
    }

    /// The runs of this shard, of so many.
    pub fn runs(self, runs: u64) -> impl Iterator<Item = u64> {
        let first = u64::from(self.index.saturating_sub(1));
        (first..runs).step_by(usize::try_from(self.of.max(1)).unwrap_or(1))
    }
}

/// One combination of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The parameters that vary, with their values as models write them.
    pub values: Vec<(&'static str, String)>,
    /// The model.
    pub model: Model,
}

/// Why there is no sweep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A variation is none.
    #[error("`{0}` varies nothing: expected NAME=VALUE,VALUE,…, such as latency=20m,40m,60m")]
    Variation(String),
    /// A parameter varies twice.
    #[error("`{0}` varies twice: put all its values into one list")]
    Twice(String),
    /// Two values are the same.
    #[error("`{name}` takes the value {value} twice: leave one out")]
    SameValue {
        /// The parameter.
        name: String,
        /// The value.
        value: String,
    },
    /// A shard is none.
    #[error("`{0}` is no shard: expected i/n with 1 ≤ i ≤ n, such as 3/8")]
    Shard(String),
    /// No run.
    #[error("a sweep of no runs says nothing: expected one at least")]
    NoRuns,
    /// Too many combinations.
    #[error("{0} combinations are more than {POINTS_MAX}: vary fewer values")]
    TooManyPoints(usize),
    /// A value cannot be set.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// A combination cannot be run.
    #[error(transparent)]
    Model(#[from] ModelError),
}

const POINTS_MAX: usize = 10_000;

/// A sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The combinations, the last variation turning fastest.
    pub points: Vec<Point>,
    /// Runs of each.
    pub runs: u64,
    /// The seed of the sweep.
    pub seed: u64,
}

impl Plan {
    /// The combinations of a model and its variations.
    ///
    /// # Errors
    /// See [`PlanError`].
    pub fn new(model: &Model, variations: &[Variation], runs: u64, seed: u64) -> Result<Self, PlanError> {
        if runs == 0 {
            return Err(PlanError::NoRuns);
        }
        let mut points = vec![Point { values: Vec::new(), model: model.clone() }];
        for (place, variation) in variations.iter().enumerate() {
            if variations.iter().take(place).any(|other| other.name == variation.name) {
                return Err(PlanError::Twice(variation.name.clone()));
            }
            let count = points.len().saturating_mul(variation.values.len());
            if count > POINTS_MAX {
                return Err(PlanError::TooManyPoints(count));
            }
            let mut next = Vec::with_capacity(count);
            for point in &points {
                for value in &variation.values {
                    next.push(point.with(&variation.name, value)?);
                }
            }
            points = next;
        }
        for (place, point) in points.iter().enumerate() {
            point.model.check()?;
            if let Some(same) = points.iter().take(place).find(|other| other.model == point.model) {
                let (name, value) = same.values.last().cloned().unwrap_or_default();
                return Err(PlanError::SameValue { name: name.to_owned(), value });
            }
        }
        Ok(Self { points, runs, seed })
    }

    /// The seed of a run: the same at every point, so that points differ by their parameters and not by luck.
    pub const fn seed_of(&self, run: u64) -> Seed {
        Seed(mix(mix(self.seed) ^ mix(run.wrapping_add(0x9e37_79b9_7f4a_7c15))))
    }

    /// A number that tells sweeps apart: by all parameters of all points, runs and seed.
    pub fn identity(&self) -> u64 {
        let texts = self.points.iter().flat_map(|point| point.model.parameters());
        let begin = mix(self.runs) ^ mix(self.seed.wrapping_mul(3)) ^ self.points.len() as u64;
        texts.fold(begin, |hash, (name, value)| mix(hash.rotate_left(7) ^ hash_text(&format!("{name}={value}"))))
    }
}

impl Point {
    fn with(&self, name: &str, value: &str) -> Result<Self, PlanError> {
        let mut point = self.clone();
        point.model.set(name, value)?;
        let shown = point.model.parameters().into_iter().find(|(known, _)| *known == name);
        point.values.extend(shown);
        Ok(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(variations: &[&str]) -> Result<Plan, PlanError> {
        let variations = variations.iter().map(|text| Variation::parse(text)).collect::<Result<Vec<_>, _>>()?;
        Plan::new(&Model::default(), &variations, 10, 1)
    }

    #[test]
    fn the_last_variation_turns_fastest() {
        let plan = plan(&["failure=0,5%", "latency=20m,40m±15m"]).unwrap();
        let values = |point: &Point| point.values.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(
            plan.points.iter().map(values).collect::<Vec<_>>(),
            ["0% 20m", "0% 40m±15m", "5% 20m", "5% 40m±15m"]
        );
    }

    #[test]
    fn every_parameter_and_the_seed_make_the_identity() {
        let whole = plan(&["latency=20m,40m"]).unwrap();
        let others =
            [&["latency=40m,20m"][..], &["latency=20m,40m", "churn=1%"], &["latency=20m,41m"], &["failure=0,1%"]];
        for other in others {
            assert_ne!(plan(other).unwrap().identity(), whole.identity(), "{other:?}");
        }
        assert_ne!(Plan { seed: 2, ..whole.clone() }.identity(), whole.identity());
        assert_ne!(Plan { runs: 11, ..whole.clone() }.identity(), whole.identity());
    }

    #[test]
    fn shards_have_every_run_once() {
        let mut seen: Vec<u64> = (1..=3).flat_map(|index| Shard { index, of: 3 }.runs(10)).collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn what_is_no_sweep_is_refused() {
        for (variations, part) in [
            (&["latency"][..], "varies nothing"),
            (&["latency=20m,"], "varies nothing"),
            (&["latencies=20m"], "did you mean `latency`"),
            (&["latency=20"], "`20` is no value of `latency`: expected a length of time"),
            (&["latency=20m", "latency=30m"], "varies twice"),
            (&["latency=60m,1h"], "`latency` takes the value 1h twice"),
            (&["organizations=0"], "`organizations` is zero"),
            (&["throttled=60%", "faults=60%"], "more than 100 %"),
        ] {
            let error = plan(variations).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
        for text in ["0/3", "4/3", "3", "a/b", "1/0"] {
            assert!(Shard::parse(text).is_err(), "{text}");
        }
    }
}
