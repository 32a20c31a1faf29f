//! The role: as it was read, by what is different from the right one; or as the probes let one guess.

use super::NotRecast;
use super::automation::preferences;
use super::frame::{BREAKS, Late, TICK};
use super::organization::policy;
use super::story::Story;
use crate::cloudformation::CallAs;
use crate::scenario::stage::{older_policy, right_policy};
use crate::scenario::{AccountRef, Do, PolicyPart, RolePart, TrustIds, TrustPart};
use crate::time::{SimSpan, SimTime};
use rolecall_core::access_check::{Outcome, Probe, Verdict, WrongKind};
use rolecall_core::diagnosis::Seen;
use rolecall_core::diagnosis::evidence::{DriftStatus, ReadRole};
use rolecall_core::organization::AccountKind;
use rolecall_core::trust_document::trust_document;
use rolecall_iam::document::normal::same_meaning_by_text;
use rolecall_iam::document::print::to_json_compact;
use rolecall_iam::document::{Effect, Policy, PolicyType};
use rolecall_iam::principal::Principal;

/// Whether two documents say the same.
pub(super) fn same(one: &Policy, other: &Policy) -> bool {
    same_meaning_by_text(one, other)
}

/// A document as scenarios write it: on one line.
pub(super) fn document(policy: &Policy) -> String {
    to_json_compact(policy)
}

impl Story<'_> {
    /// The account's role at the beginning, and what becomes of it.
    pub(super) fn role(&mut self) -> Result<(), NotRecast> {
        match &self.evidence.readings.role {
            Seen::NotLooked => {
                self.guessed();
            }
            Seen::Absent => self.absent(),
            Seen::Present(role) => {
                let part = self.part(role)?;
                self.there(role, part);
            }
        }
        Ok(())
    }

    /// Whether a stack set of the twin reaches the account from the beginning.
    fn made_by_set(&self) -> bool {
        matches!(self.subject, AccountRef::Member(_)) && self.twin.stack_sets.iter().any(|set| self.covers(&set.units))
    }

    /// What the twin begins with: nothing where something makes the role.
    fn right_unless_made(&self) -> Option<RolePart> {
        Some(RolePart::default()).filter(|_| !self.made_later && !self.made_by_set())
    }

    /// It works at first: made by a stack set, or there.
    fn worked(&mut self) {
        let own_id = self.case.accounts.iter().any(|account| account.own_id.is_some());
        if own_id && !self.made_later {
            // A stack set makes the role with the organization's ID.
            self.without_sets();
        }
        let role = self.right_unless_made();
        self.begins_with(role.clone(), role);
    }

    /// Stack sets that reach nobody: the role is there without them.
    fn without_sets(&mut self) {
        self.both(|scenario| scenario.stack_sets.iter_mut().for_each(|set| set.units.clear()));
    }

    fn absent(&mut self) {
        let listing = &self.evidence.listing;
        if self.frame.lost && listing.earlier_organization.present().is_none() {
            self.worked();
            let removed = self.twin.stack_sets.iter().any(|set| {
                set.auto_deployment == Some(false)
                    && self.evidence.readings.moved.present().is_some()
                    && self.covers(&set.units)
            });
            if !removed {
                self.fault(BREAKS, Do::DeleteRole { account: self.subject });
            }
            return;
        }
        let twin = self.right_unless_made();
        self.begins_with(None, twin);
    }

    fn there(&mut self, role: &ReadRole, part: RolePart) {
        if part == RolePart::default() {
            match self.frame.late.filter(|_| !self.exists_already) {
                Some(late) if !self.made_later => self.late(late),
                _ if self.exists_already => {
                    let twin = self.right_unless_made();
                    self.begins_with(Some(part), twin);
                }
                _ => self.worked(),
            }
            return;
        }
        let recreated = matches!(&part.trust, TrustPart::Made { principal: Some(name), .. } if name == "<vendor-role>");
        if recreated && role.trust.present().is_some_and(|trust| trust.contains("AROA") || trust.contains("AIDA")) {
            self.without_sets();
            self.begins_with(Some(part.clone()), Some(part));
            self.fault(BREAKS, Do::RecreateVendorRole);
            return;
        }
        let elsewhere = self.evidence.listing.earlier_organization.present().is_some();
        let behind = self.frame.validated
            && !self.updated()
            && self.drift() == Some(DriftStatus::InSync)
            && self.making_set(&part).is_none();
        if (self.frame.lost || behind && self.made_by_set()) && !elsewhere {
            self.worked();
            self.changed(role, part);
            return;
        }
        if self.exists_already {
            let twin = self.right_unless_made();
            self.begins_with(Some(part), twin);
        } else if self.evidence.readings.moved.present().is_some() && self.made_by_set() {
            // Whoever moved out of the targets kept what the stack set made until then.
            self.both(|scenario| scenario.stack_sets.iter_mut().for_each(|set| set.role = part.clone()));
            let update = Do::UpdateStackSet {
                stack_set: 0,
                role: RolePart::default(),
                preferences: preferences(10, 0),
                call_as: CallAs::Own,
            };
            self.happens(BREAKS + SimSpan::minutes(30), update);
        } else if let Some(set) = self.making_set(&part) {
            // What the stack set makes is wrong.
            if let Some(set) = self.case.stack_sets.get_mut(set) {
                set.role = part;
            }
        } else if self.made_by_set() && self.updated() {
            self.case.stack_sets.iter_mut().chain(&mut self.twin.stack_sets).for_each(|set| set.role = part.clone());
        } else {
            self.without_sets();
            let twin = self.right_unless_made();
            self.begins_with(Some(part), twin);
        }
    }

    /// The stack set whose template makes the role as it is.
    fn making_set(&self, part: &RolePart) -> Option<usize> {
        let sets = self.evidence.stack_sets.present()?;
        let makes = |set: &rolecall_core::diagnosis::evidence::SeenSet| {
            set.instances.present().is_some()
                && set.template.present().and_then(|template| self.part(template).ok()).as_ref() == Some(part)
        };
        let place = sets.iter().position(makes)?;
        self.case.stack_sets.get(place).filter(|set| self.covers(&set.units)).map(|_| place)
    }

    /// Whether a later update of the stack set is part of the story.
    fn updated(&self) -> bool {
        self.case.actions.iter().any(|action| matches!(action.what, Do::UpdateStackSet { .. }))
    }

    /// The role was changed after it had worked.
    fn changed(&mut self, role: &ReadRole, part: RolePart) {
        let account = self.subject;
        let drift = self.drift();
        if let Some(set) = self.making_set(&part) {
            let update = Do::UpdateStackSet {
                stack_set: set,
                role: part,
                preferences: preferences(10, 0),
                call_as: CallAs::Own,
            };
            self.fault(BREAKS, update);
        } else if drift == Some(DriftStatus::InSync) && self.made_by_set() {
            self.fault(BREAKS, Do::UpdateStack { account, stack_set: 0, role: part });
        } else if part.name.is_some() || part.path.is_some() || role.inline.is_absent() {
            // What no edit of a role brings about.
            self.fault(BREAKS, Do::DeleteRole { account });
            self.fault(BREAKS + SimSpan::minutes(1), Do::CreateRole { account, role: part });
        } else {
            self.fault(BREAKS, Do::ChangeRole { account, role: part });
        }
        if drift.is_some() && self.made_by_set() {
            self.happens(BREAKS + SimSpan::hours(2), Do::DetectDrift { stack_set: 0 });
            self.ask_after(BREAKS + SimSpan::hours(3));
        }
    }

    fn drift(&self) -> Option<DriftStatus> {
        let sets = self.evidence.stack_sets.present()?;
        let instances = sets.iter().flat_map(|set| set.instances.present().into_iter().flatten());
        let mut drifts = instances.filter_map(|instance| instance.drift.present().copied());
        drifts.find(|drift| matches!(drift, DriftStatus::Drifted | DriftStatus::InSync))
    }

    /// The role came about when a check was made.
    fn late(&mut self, late: Late) {
        let made = SimTime((TICK + late.after).0.saturating_sub(late.before.0));
        let in_time = SimTime::START + SimSpan::minutes(10);
        let (account, role) = (self.subject, RolePart::default());
        self.without_sets();
        self.begins_with(None, None);
        let create = Do::CreateRole { account, role };
        self.case.actions.push(crate::scenario::Action { at: made, what: create.clone(), by: None });
        self.twin.actions.push(crate::scenario::Action { at: in_time, what: create, by: None });
        if late.before > SimSpan::ZERO {
            let propagation = SimSpan(late.before.0 + 30_000);
            self.both(|scenario| scenario.world.role_propagation = propagation);
        }
        match late.asked.filter(|asked| *asked < SimSpan::minutes(30)) {
            Some(asked) => self.ask_at(TICK + SimSpan::seconds(1) + asked),
            None if late.asked.is_some() => self.ask_at(TICK + SimSpan::minutes(30)),
            None => self.ask_at(TICK + SimSpan::minutes(90)),
        }
    }

    /// Nobody read the role: what the probes say of it.
    fn guessed(&mut self) {
        let right = Some(RolePart::default());
        let remark = "The role is not in the bundle: made so that the probes come out as they did.";
        match self.frame.verdict {
            Some(Verdict::Insecure) => {
                let part = self.loose();
                if self.frame.lost {
                    self.worked();
                    self.fault(BREAKS, Do::ChangeRole { account: self.subject, role: part });
                } else {
                    self.begins_with(Some(part), right);
                }
            }
            Some(Verdict::Denied) => self.absent(),
            _ if self.frame.late.is_some() && !self.made_later => {
                if let Some(late) = self.frame.late {
                    self.late(late);
                }
            }
            None if self.frame.failures > 0 => self.absent(),
            _ => {
                self.unseen.push("the role");
                return self.worked();
            }
        }
        self.remarks.add(self.spot(), remark);
    }

    /// A trust that lets in what the last check found let in.
    fn loose(&self) -> RolePart {
        let checks = self.evidence.checks.present();
        let last = checks.and_then(|checks| checks.iter().rev().find(|check| check.verdict == Verdict::Insecure));
        let opened = |probe| last.is_some_and(|check| check.outcomes.get(probe) == Outcome::Allowed);
        let (operator, ids) = match (opened(Probe::NoId), opened(Probe::Wrong(WrongKind::Random))) {
            (true, true) => ("none", TrustIds::Right),
            (true, false) => ("StringEqualsIfExists", TrustIds::Right),
            (false, true) => ("StringLike", TrustIds::Written(vec!["*".to_owned()])),
            (false, false) if opened(Probe::Wrong(WrongKind::Suffix)) => {
                ("StringLike", TrustIds::Written(vec![format!("{}*", self.expected())]))
            }
            (false, false) => ("StringEqualsIgnoreCase", TrustIds::Right),
        };
        RolePart {
            trust: TrustPart::Made { principal: None, operator: operator.to_owned(), ids },
            ..RolePart::default()
        }
    }

    fn expected(&self) -> String {
        let bindings = &self.evidence.bindings;
        let own = bindings.own_id.present().filter(|own| own.counts).map(|own| own.id.as_str());
        let organization = self.case.organizations.first().map(|organization| organization.external_id.as_str());
        own.or(organization).unwrap_or_default().to_owned()
    }

    /// A role by what is different from the right one.
    pub(super) fn part(&self, role: &ReadRole) -> Result<RolePart, NotRecast> {
        let subject = &self.evidence.subject;
        Ok(RolePart {
            name: Some(role.name.clone()).filter(|name| *name != subject.role_name),
            path: Some(role.path.clone()).filter(|path| *path != subject.role_path),
            trust: self.trust(role)?,
            policy: self.policy(role)?,
            boundary: role.boundary.present().map(|boundary| boundary.text.clone()),
            max_session_s: None,
        })
    }

    fn trust(&self, role: &ReadRole) -> Result<TrustPart, NotRecast> {
        let Some(text) = role.trust.present() else {
            return match role.trust {
                Seen::Absent => Err(NotRecast::NotStaged("a role without a trust policy cannot be made".to_owned())),
                _ => Ok(TrustPart::default()),
            };
        };
        let Some(trust) = policy(text, PolicyType::Trust) else {
            return Err(NotRecast::NotStaged(
                "the trust is no sound trust policy, and AWS would not take it".to_owned(),
            ));
        };
        let subject = &self.evidence.subject;
        let expected = self.expected();
        let usual = rolecall_core::external_id::ExternalId::parse(&expected)
            .ok()
            .map(|id| trust_document(&subject.vendor, subject.partition, &[&id]));
        if usual.is_some_and(|usual| same(&usual, &trust)) {
            return Ok(TrustPart::default());
        }
        Ok(self.made(&trust).unwrap_or_else(|| TrustPart::Written(self.placeholders(&document(&trust)))))
    }

    /// The right principal and ID by their placeholders, which says what they are.
    fn placeholders(&self, text: &str) -> String {
        let root = format!("\"arn:aws:iam::{}:root\"", self.evidence.subject.vendor.account);
        let id = format!("\"{}\"", self.expected());
        text.replace(&root, "\"<vendor>\"").replace(&id, "\"<external-id>\"")
    }

    /// One statement for one principal with one condition at most has a short form.
    fn made(&self, trust: &Policy) -> Option<TrustPart> {
        let [statement] = trust.statements.as_slice() else { return None };
        let action =
            matches!(statement.actions.values.as_slice(), [action] if action.value.as_str() == "sts:AssumeRole");
        if statement.effect.value != Effect::Allow || !action || statement.actions.negated {
            return None;
        }
        let principals = statement.principals.as_ref().filter(|element| !element.negated)?;
        let [principal] = principals.values.as_slice() else { return None };
        let root = self.evidence.subject.vendor.root_arn(rolecall_iam::arn::Partition::Aws);
        let principal = match &principal.value {
            Principal::Account { account, text } if text.starts_with("arn:aws:") => {
                Some(text.clone()).filter(|_| *account != self.evidence.subject.vendor.account)
            }
            Principal::Account { account, text } if !text.contains(':') => {
                Some(format!("arn:aws:iam::{account}:root")).filter(|arn| *arn != root)
            }
            Principal::Account { text, .. } | Principal::AwsArn(text) => Some(text.clone()),
            // What AWS shows for a principal that is gone; nobody can write it.
            Principal::UniqueId(_) => Some("<vendor-role>".to_owned()),
            _ => return None,
        };
        let (operator, ids) = match statement.conditions.as_slice() {
            [] => ("none".to_owned(), TrustIds::Right),
            [condition] if condition.key.value.eq_ignore_ascii_case("sts:ExternalId") => {
                let values: Vec<String> = condition.values.iter().map(|value| value.value.clone()).collect();
                (condition.operator.value.to_string(), self.ids(values))
            }
            _ => return None,
        };
        Some(TrustPart::Made { principal, operator, ids })
    }

    fn ids(&self, values: Vec<String>) -> TrustIds {
        let [only] = values.as_slice() else { return TrustIds::Written(values) };
        if *only == self.expected() {
            return TrustIds::Right;
        }
        let organizations = self.case.organizations.iter();
        let organization = organizations.enumerate().find(|(_, part)| part.external_id.as_str() == only);
        let account = self.case.accounts.iter().find(|part| part.own_id.as_ref().is_some_and(|id| id.as_str() == only));
        match (organization, account) {
            (Some((0, _)), _) => TrustIds::OfOrganization,
            (Some((_, part)), _) => TrustIds::Of(part.name.clone()),
            (None, Some(part)) => TrustIds::Of(part.name.clone()),
            (None, None) => TrustIds::Written(values),
        }
    }

    fn policy(&self, role: &ReadRole) -> Result<PolicyPart, NotRecast> {
        let shown = role.inline.present().into_iter().chain(role.managed.present()).flatten().count();
        if shown == 0 && !(role.inline.is_looked() && role.managed.is_looked()) {
            return Ok(PolicyPart::default());
        }
        let texts = role.inline.present().into_iter().chain(role.managed.present()).flatten();
        let found: Option<Vec<Policy>> = texts.map(|named| policy(&named.text, PolicyType::Identity)).collect();
        let Some(mut found) = found else {
            return Err(NotRecast::NotStaged(
                "a policy of the role is no sound policy, and AWS would not take it".to_owned(),
            ));
        };
        let Some(mut all) = found.pop() else { return Ok(PolicyPart::Missing) };
        if found.iter().any(|other| other.effective_version() != all.effective_version()) {
            let reason =
                "the role's policies are of two versions of the policy language, and a scenario has one policy";
            return Err(NotRecast::NotStaged(reason.to_owned()));
        }
        for other in found {
            all.statements.extend(other.statements);
        }
        let vendor = &self.case.vendor;
        let kind = self.evidence.subject.kind;
        if same(&right_policy(vendor, kind), &all) {
            return Ok(PolicyPart::default());
        }
        if policy(older_policy(vendor), PolicyType::Identity).is_some_and(|older| same(&older, &all)) {
            return Ok(PolicyPart::Older);
        }
        let other = AccountKind::ALL.into_iter().find(|other| *other != kind && vendor.split);
        if let Some(other) = other.filter(|other| same(&right_policy(vendor, *other), &all)) {
            return Ok(PolicyPart::Right { of: Some(other), without: Vec::new(), characters: None });
        }
        Ok(PolicyPart::Written(document(&all)))
    }
}
