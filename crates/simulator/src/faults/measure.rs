//! The measurement: worlds with one fault each, and what the diagnosis makes of what each viewpoint has.

use super::stage::{Plan, Stage, minute, tolerant};
use super::{Kind, Onset, kinds};
use crate::evidence::{collect, take_drift};
use crate::text::mix;
use rolecall_core::access_check::TimeMs;
use rolecall_core::diagnosis::evidence::Neighbours;
use rolecall_core::diagnosis::{Cause, Diagnosis, Evidence, Seen, Viewpoint, diagnose};
use rolecall_core::organization::AccountKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// What came of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KindFigures {
    /// Worlds.
    pub worlds: u64,
    /// Of them, the customer's diagnosis has the planted cause first.
    pub first: u64,
    /// Of them, the vendor sees something.
    pub seen: u64,
    /// Of these, the planted cause is in the vendor's set.
    pub contained: u64,
}

/// What came of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// By planted cause.
    pub kinds: BTreeMap<Cause, KindFigures>,
    /// Worlds that could not be made as planned: zero, or the catalogue is wrong.
    pub refused: BTreeMap<Cause, u64>,
    /// Fault-free worlds, and of them those with a diagnosis.
    pub fault_free: (u64, u64),
    /// What the vendor's evidence looks like, with the causes that were planted behind it and those that were reported.
    pub classes: BTreeMap<String, Class>,
    /// What the customer's diagnosis had first instead of the planted cause.
    pub confused: BTreeMap<(Cause, Option<Cause>), u64>,
}

/// A class of the vendor's evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// Worlds.
    pub worlds: u64,
    /// The causes that were planted behind this evidence.
    pub planted: BTreeSet<Cause>,
    /// The causes that the diagnosis named.
    pub reported: BTreeSet<Cause>,
}

impl Figures {
    /// Worlds in which a fault was planted.
    pub fn worlds(&self) -> u64 {
        self.kinds.values().map(|kind| kind.worlds).sum()
    }

    /// How many of them have the planted cause first in the customer's view.
    pub fn first(&self) -> u64 {
        self.kinds.values().map(|kind| kind.first).sum()
    }

    /// A table for people: one line for each kind, then the totals.
    pub fn table(&self) -> String {
        let mut text = String::from("cause                              worlds   first   seen   contained\n");
        for (cause, kind) in &self.kinds {
            let KindFigures { worlds, first, seen, contained } = kind;
            let _ = writeln!(text, "{:<34} {worlds:>6} {first:>7} {seen:>6} {contained:>11}", cause.as_str());
        }
        let exact = self.classes.values().filter(|class| class.planted == class.reported).count();
        let (free, wrong) = self.fault_free;
        let _ = writeln!(text, "worlds {}, right cause first {}", self.worlds(), self.first());
        let _ = writeln!(text, "fault-free worlds {free}, with a diagnosis {wrong}");
        let _ = writeln!(text, "classes of the vendor's evidence {}, reported exactly {exact}", self.classes.len());
        text
    }
}

/// Plants a fault in each of `worlds` worlds, causes drawn equally, and diagnoses it from both viewpoints; one world in
/// fifty more has none.
pub fn measure(seed: u64, worlds: u64) -> Figures {
    let mut by_cause: BTreeMap<Cause, Vec<Kind>> = BTreeMap::new();
    for kind in kinds::all() {
        by_cause.entry(kind.cause).or_default().push(kind);
    }
    let causes: Vec<_> = by_cause.into_values().collect();
    let mut figures = Figures::default();
    for world in 0..worlds {
        let draw = mix(mix(seed) ^ world);
        let Some(ways) = causes.get(pick(draw, causes.len())) else { break };
        let Some(kind) = ways.get(pick(draw >> 8, ways.len())) else { continue };
        planted(&mut figures, *kind, mix(draw));
        if world % 50 == 0 {
            fault_free(&mut figures, mix(!draw));
        }
    }
    figures
}

/// One world of each kind with its bundles, the vendor's and the customer's.
#[cfg(test)]
pub(crate) fn bundles(seed: u64) -> Vec<(Cause, [Evidence; 2])> {
    let made = kinds::all().into_iter().enumerate().filter_map(|(number, kind)| {
        let mut stage = made(kind, mix(mix(seed) ^ number as u64))?;
        let (vendor, customer) = views(&mut stage)?;
        Some((kind.cause, [vendor, customer]))
    });
    made.collect()
}

fn pick(draw: u64, of: usize) -> usize {
    usize::try_from(draw % (of.max(1) as u64)).unwrap_or(0)
}

fn planted(figures: &mut Figures, kind: Kind, draw: u64) {
    let Some(mut stage) = made(kind, draw) else {
        *figures.refused.entry(kind.cause).or_default() += 1;
        return;
    };
    let Some((vendor, customer)) = views(&mut stage) else {
        *figures.refused.entry(kind.cause).or_default() += 1;
        return;
    };
    let (seen_by_vendor, seen_by_customer) = (diagnose(&vendor), diagnose(&customer));
    let entry = figures.kinds.entry(kind.cause).or_default();
    entry.worlds += 1;
    let first = seen_by_customer.first().map(|ranked| ranked.cause);
    if first == Some(kind.cause) {
        entry.first += 1;
    } else {
        *figures.confused.entry((kind.cause, first)).or_default() += 1;
    }
    if seen_by_vendor.symptoms.is_empty() {
        return;
    }
    entry.seen += 1;
    let reported = set(&seen_by_vendor);
    entry.contained += u64::from(reported.contains(&kind.cause));
    if is_apart(&vendor) {
        return;
    }
    let class = figures.classes.entry(looks_like(&vendor)).or_default();
    class.worlds += 1;
    class.planted.insert(kind.cause);
    class.reported.extend(reported);
}

fn set(diagnosis: &Diagnosis) -> BTreeSet<Cause> {
    diagnosis.causes.iter().map(|ranked| ranked.cause).collect()
}

/// Evidence of a sort of which the catalogue plants a few kinds alone, so that it says nothing of the others: management
/// accounts, accounts with an ID of their own, accounts that came from another organization, a listing that is refused.
fn is_apart(evidence: &Evidence) -> bool {
    evidence.subject.kind == AccountKind::Management
        || evidence.bindings.own_id.present().is_some()
        || evidence.listing.earlier_organization.present().is_some()
}

/// The vendor's evidence as text. How its neighbours fare is left out: they may fail for reasons of their own.
fn looks_like(evidence: &Evidence) -> String {
    let mut evidence = evidence.clone();
    evidence.neighbours = Neighbours::default();
    evidence.listing.state_since = Seen::NotLooked;
    evidence.listing.first_listed = Seen::NotLooked;
    evidence.at = TimeMs::default();
    format!("{evidence:?}")
}

fn made(kind: Kind, draw: u64) -> Option<Stage> {
    let mut plan = Plan::new(draw >> 16);
    plan.invited = draw.is_multiple_of(4);
    plan.neighbour_fails = (draw >> 4).is_multiple_of(5);
    (kind.prepare)(&mut plan);
    let mut stage = Stage::new(draw, plan)?;
    stage.run(minute(1));
    if kind.onset == Onset::Start {
        (kind.plant)(&mut stage)?;
    } else {
        deploy_right(&mut stage)?;
        stage.run(minute(90));
        (kind.plant)(&mut stage)?;
    }
    let soon = [Cause::BenignRace, Cause::RoleNotPropagated].contains(&kind.cause);
    // What denies actions shows without another check.
    let at_once = [
        Cause::StackUpdatedDirectly,
        Cause::StackRetainedAfterMove,
        Cause::PolicyTooLong,
        Cause::ScpDeniesActions,
        Cause::PermissionsBoundary,
    ];
    let may_be_early = kind.onset == Onset::Start || at_once.contains(&kind.cause);
    // Soon after the first check, or after the third.
    let once = soon || may_be_early && (draw >> 8).is_multiple_of(3);
    let now = stage.play.world().now();
    let early = if now < minute(95) { minute(95) } else { minute(119) };
    stage.run(if once { early } else { minute(185) });
    Some(stage)
}

fn deploy_right(stage: &mut Stage) -> Option<()> {
    let own = stage.plan.own_id.then(|| stage.role(&super::stage::with_id(super::stage::OWN_ID), super::stage::POLICY));
    stage.deploy(own, tolerant())
}

fn fault_free(figures: &mut Figures, draw: u64) {
    let mut plan = Plan::new(draw >> 16);
    plan.invited = draw.is_multiple_of(4);
    plan.script = (draw >> 8).is_multiple_of(3);
    plan.management = false;
    let Some(mut stage) = Stage::new(draw, plan) else { return };
    stage.run(minute(1));
    if deploy_right(&mut stage).is_none() {
        return;
    }
    stage.run(minute(185));
    let Some((vendor, customer)) = views(&mut stage) else { return };
    figures.fault_free.0 += 1;
    let clean = [vendor, customer].iter().all(|evidence| diagnose(evidence).causes.is_empty());
    figures.fault_free.1 += u64::from(!clean);
}

/// What the vendor has, and what the customer has.
fn views(stage: &mut Stage) -> Option<(Evidence, Evidence)> {
    let subject = stage.subject;
    let papers = stage.papers.clone();
    let vendor = collect(&mut stage.play, Viewpoint::Vendor, subject, &papers)?;
    let mut customer = collect(&mut stage.play, Viewpoint::Customer, subject, &papers)?;
    // One without a set has no drift to detect. Detecting writes over what the last deployment left: it comes last.
    if stage.detect_drift().is_some() {
        let later = collect(&mut stage.play, Viewpoint::Customer, subject, &papers)?;
        take_drift(&mut customer, &later);
    }
    Some((vendor, customer))
}
