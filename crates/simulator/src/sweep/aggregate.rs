//! The counts of many runs: whole numbers only, so that any grouping and order of runs comes to the same.

use super::estimate::{Estimate, Ratio};
use super::histogram::{Histogram, Quantile};
use super::tally::{Tally, Work};
use crate::random::Seed;
use crate::text::mix;

/// A figure that is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FigureOf {
    /// Share of accounts without a mail.
    WithoutMail,
    /// Share with one.
    WithOneMail,
    /// Share with more than one.
    WithMoreMails,
    /// Share that was not active by the end of the run.
    NeverActive,
    /// Mails about an account.
    Mails,
    /// From creation to activation, in milliseconds, of those that were activated.
    Activation,
    /// Mails about first members, for each that was moved.
    MailsOfMove,
    /// Pauses of active management in a run.
    Pauses,
}

impl FigureOf {
    /// All of them, in the order in which an aggregate has them.
    pub const ALL: [Self; 8] = [
        Self::WithoutMail,
        Self::WithOneMail,
        Self::WithMoreMails,
        Self::NeverActive,
        Self::Mails,
        Self::Activation,
        Self::MailsOfMove,
        Self::Pauses,
    ];

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WithoutMail => "withoutMail",
            Self::WithOneMail => "withOneMail",
            Self::WithMoreMails => "withMoreMails",
            Self::NeverActive => "neverActive",
            Self::Mails => "mails",
            Self::Activation => "activationMs",
            Self::MailsOfMove => "mailsOfMove",
            Self::Pauses => "pauses",
        }
    }

    /// Whether it is a share of accounts.
    pub const fn is_share(self) -> bool {
        matches!(self, Self::WithoutMail | Self::WithOneMail | Self::WithMoreMails | Self::NeverActive)
    }

    const fn of(self, tally: &Tally) -> (u64, u64) {
        match self {
            Self::WithoutMail => (tally.without_mail, tally.accounts),
            Self::WithOneMail => (tally.with_one_mail, tally.accounts),
            Self::WithMoreMails => (tally.with_more_mails, tally.accounts),
            Self::NeverActive => (tally.accounts - tally.active, tally.accounts),
            Self::Mails => (tally.mails, tally.accounts),
            Self::Activation => (tally.activation_ms, tally.active),
            Self::MailsOfMove => (tally.mails_to_others, tally.moved),
            Self::Pauses => (tally.pauses, 1),
        }
    }
}

/// A figure with its sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Which.
    pub of: FigureOf,
    /// Its sums.
    pub ratio: Ratio,
}

impl Figure {
    /// The estimate, when there was something to estimate from.
    pub fn estimate(&self) -> Option<Estimate> {
        if self.of.is_share() { self.ratio.share() } else { self.ratio.mean() }
    }
}

/// The counts of many runs of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    /// How many runs.
    pub runs: u64,
    /// The figures, as [`FigureOf::ALL`].
    pub figures: [Figure; 8],
    /// From creation to activation, in milliseconds.
    pub activation: Histogram,
    /// First members that left.
    pub left: u64,
    /// What it took.
    pub work: Work,
    /// A sum over the runs of a hash of seed and counts: the same for the same runs.
    pub digest: u64,
}

impl Default for Aggregate {
    fn default() -> Self {
        let figures = FigureOf::ALL.map(|of| Figure { of, ratio: Ratio::default() });
        Self { runs: 0, figures, activation: Histogram::default(), left: 0, work: Work::default(), digest: 0 }
    }
}

impl Aggregate {
    /// Takes a run.
    pub fn add(&mut self, seed: Seed, tally: &Tally) {
        self.runs += 1;
        for figure in &mut self.figures {
            let (above, below) = figure.of.of(tally);
            figure.ratio.add(above, below);
        }
        self.activation.merge(&tally.activation);
        self.left += tally.left;
        self.work.add(tally.work);
        self.digest = self.digest.wrapping_add(mix(mix(seed.0) ^ tally.digest()));
    }

    /// Takes the runs of another.
    pub fn merge(&mut self, other: &Self) {
        self.runs += other.runs;
        for (figure, of_other) in self.figures.iter_mut().zip(&other.figures) {
            figure.ratio.merge(&of_other.ratio);
        }
        self.activation.merge(&other.activation);
        self.left += other.left;
        self.work.add(other.work);
        self.digest = self.digest.wrapping_add(other.digest);
    }

    /// A figure.
    pub fn figure(&self, of: FigureOf) -> Option<Estimate> {
        self.figures.iter().find(|figure| figure.of == of).and_then(Figure::estimate)
    }

    /// Sums of a figure.
    pub fn sums(&self, of: FigureOf) -> Ratio {
        self.figures.iter().find(|figure| figure.of == of).map(|figure| figure.ratio).unwrap_or_default()
    }

    /// How many accounts joined, all runs together.
    pub fn accounts(&self) -> u128 {
        self.sums(FigureOf::Mails).below
    }

    /// A quantile of the times from creation to activation, in thousandths.
    pub fn activation_at(&self, per_mille: u32) -> Option<Quantile> {
        self.activation.quantile(per_mille)
    }
}
