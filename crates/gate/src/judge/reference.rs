//! No new access against `[reference]`: what the role grants, and whom it lets in, is proved to be no more than that of the
//! reference, for each kind of account and each account with an external ID of its own.

use super::accounts;
use super::policies::{self, Policies};
use super::profile::PlacedProfile;
use crate::config::{Config, OrganizationEntry, PolicyFiles, ReadConfig, Reference};
use crate::inputs::{Files, Loaded, Purpose, Wanted, normal_path};
use crate::project;
use crate::run::{Judgement, Run, counted};
use jiff::civil::Date;
use rolecall_core::finding::Finding;
use rolecall_core::organization::{AccountKind, Organization};
use rolecall_core::profile::RoleProfile;
use rolecall_core::proof::{Answer, Beyond, NewGrants, Shown, new_grants, role_globs, trust_by_account_id};
use rolecall_core::rules::{reference_new_access, reference_new_trust};
use rolecall_core::trust_document::trust_document;
use rolecall_iam::document::normal::same_meaning_by_text;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam_prove::{PolicySide, no_new_access};

/// What the caller found at the revision of `[reference] git`.
#[derive(Clone, Debug)]
pub enum GivenReference {
    /// `rolecall.toml` as of the revision, and what [`Config::reference_inputs`] of it asks for.
    Project(Box<ReadConfig>, Files),
    /// Why nothing could be read: what is in the way, and what to do.
    Unreadable {
        /// What is in the way.
        reason: String,
        /// What to do.
        help: String,
    },
}

/// A reference that was read.
pub(super) struct Known {
    /// As it is called in messages.
    name: String,
    /// The policy for each kind of account, where the reference has any.
    policies: Vec<(AccountKind, Policy)>,
    /// The file `trust` of `[role]` as of the reference.
    trust: Option<Policy>,
    /// Role and organizations as of a revision.
    project: Option<project::Project>,
}

/// Reads the reference; `None` where there is none, or it is not sound.
pub(super) fn read(config: &Config, given: Option<GivenReference>, run: &mut Run<'_>) -> Option<Known> {
    match config.reference.as_ref()? {
        Reference::Git(revision) => {
            run.check("reference", revision.value.clone(), |run| as_of_revision(revision, given, run))
        }
        Reference::Files { policy, trust } => {
            let paths = policy.iter().flat_map(PolicyFiles::files).map(|(path, _)| path).chain(trust);
            let subject: Vec<&str> = paths.map(|path| path.value.as_str()).collect();
            run.check("reference", subject.join(", "), |run| from_files(policy.as_ref(), trust.as_ref(), run))
        }
    }
}

fn from_files(policy: Option<&PolicyFiles>, trust: Option<&Spanned<String>>, run: &mut Run<'_>) -> Judgement<Known> {
    let mut read = |path: &Spanned<String>, purpose, policy_type| {
        let wanted = Wanted { path: &path.value, mention: path.span, purpose };
        let file = run.text(&wanted)?;
        let (policy, problems) = crate::check::read_policy(&run.sources, file, policy_type);
        // What is only unusual in a reference is nobody's finding.
        run.take(problems.into_iter().filter(rolecall_iam::problem::Problem::is_error).collect());
        policy
    };
    let mut policies = Vec::new();
    let mut complete = true;
    for (path, kind) in policy.iter().flat_map(|policy| policy.files()) {
        let policy = read(path, Purpose::Policy, PolicyType::Identity);
        complete &= policy.is_some();
        for own in AccountKind::ALL.into_iter().filter(|own| kind.is_none_or(|kind| kind == *own)) {
            policies.extend(policy.clone().map(|policy| (own, policy)));
        }
    }
    let trust = match trust {
        Some(path) => {
            let trust = read(path, Purpose::Trust, PolicyType::Trust);
            complete &= trust.is_some();
            trust
        }
        None => None,
    };
    if !complete {
        return Err("a file of the reference is not sound".to_owned());
    }
    let judged = "policies to compare with".to_owned();
    Ok((Known { name: "the reference".to_owned(), policies, trust, project: None }, judged))
}

fn as_of_revision(revision: &Spanned<String>, given: Option<GivenReference>, run: &mut Run<'_>) -> Judgement<Known> {
    let name = revision.value.as_str();
    let unsound = "the reference could not be read".to_owned();
    let (read, files) = match given {
        Some(GivenReference::Project(read, files)) => (*read, files),
        Some(GivenReference::Unreadable { reason, help }) => {
            let message = format!("the reference `{name}` cannot be read: {reason}");
            run.problems.add("reference-unreadable", revision.span, message, help);
            return Err(unsound);
        }
        None => {
            let message = format!("nobody loaded the reference `{name}`");
            let help = "`rolecall gate` loads it with git; where git is not, name files under `[reference]`";
            run.problems.add("reference-unreadable", revision.span, message, help);
            return Err(unsound);
        }
    };
    let mut trust = None;
    if let Some(path) = read.config.as_ref().and_then(|config| config.role.trust.as_ref()) {
        trust = trust_as_of(name, &path.value, &files, run);
        if trust.is_none() {
            let message = format!("the trust policy `{}` of the reference `{name}` is not sound", path.value);
            run.problems.add("reference-unreadable", revision.span, message, HELP);
            return Err(unsound);
        }
    }
    match project::read(read, &files) {
        Ok(project) => {
            let of = |kind: AccountKind| (kind, project.profile.permissions.of(kind).document.clone());
            let policies = AccountKind::ALL.into_iter().map(of).collect();
            let judged = format!("role, policies and bindings as of `{name}`");
            Ok((Known { name: format!("`{name}`"), policies, trust, project: Some(project) }, judged))
        }
        Err(broken) => {
            let outcome = broken.into_outcome(Date::default());
            let first = outcome.not_judged.first();
            let what = first.map_or_else(String::new, |problem| {
                format!(": {}: {}", outcome.sources.locate(problem.span), problem.message)
            });
            let message = format!("the reference `{name}` is not sound{what}");
            run.problems.add("reference-unreadable", revision.span, message, HELP);
            Err(unsound)
        }
    }
}

const HELP: &str = "name a revision whose `rolecall.toml` and files are sound, or files under `[reference]`";

fn trust_as_of(name: &str, path: &str, files: &Files, run: &mut Run<'_>) -> Option<Policy> {
    let Some(Loaded::Text(text)) = files.get(&normal_path(path)) else { return None };
    let file = run.sources.add(format!("{name}:{path}"), text.clone());
    crate::check::read_policy(&run.sources, file, PolicyType::Trust).0
}

/// Proves for each kind of account that the policy grants nothing new.
pub(super) fn check_policies(config: &Config, policies: &Policies, known: &Known, run: &mut Run<'_>) {
    if known.policies.is_empty() {
        return;
    }
    for kind in policies::kinds(config) {
        let _: Option<()> = run.check("no-new-access", kind.as_str(), |run| {
            let policy = policies.of(kind).ok_or("the policy is not sound")?;
            unknown_texts(config, known, run);
            let reference = known.policies.iter().find(|(own, _)| *own == kind).map(|(_, policy)| policy);
            let reference = reference.ok_or("the reference has no policy for this kind of account")?;
            for organization in policies::one_of_each_partition(config) {
                let roles = role_globs(&policies::role_arn(config, kind, organization));
                let grants = new_grants(&mut run.proofs, &[reference], &[policy], roles.as_deref());
                add_grants(&known.name, policy, grants, run);
            }
            Ok(((), format!("proved that the policy grants nothing that {} does not", known.name)))
        });
    }
}

/// Managed policies and boundaries whose text nobody knows, where the reference has not the same.
fn unknown_texts(config: &Config, known: &Known, run: &mut Run<'_>) {
    let Some(project) = &known.project else { return };
    let before = &project.profile;
    for arn in config.role.managed_policy_arns.iter().filter(|arn| !before.managed_policy_arns.contains(&arn.value)) {
        let message = format!("the managed policy `{}` is attached, and not in {}", arn.value, known.name);
        let help = "its text is not known, so that what it grants is not judged: put it into the inline policy";
        run.problems.add("unknown-policy-text", arn.span, message, help);
    }
    let boundary = config.role.permissions_boundary.as_ref();
    if let Some(own) = &before.permissions_boundary
        && boundary.map(|boundary| &boundary.value) != Some(own)
    {
        let span = boundary.map_or(config.role.span, |boundary| boundary.span);
        let message = format!("the permissions boundary `{own}` of {} is not set any more", known.name);
        let help = "its text is not known, so that what it kept away is not judged: keep it";
        run.problems.add("unknown-policy-text", span, message, help);
    }
}

fn add_grants(name: &str, policy: &Policy, grants: NewGrants<'_>, run: &mut Run<'_>) {
    for beyond in &grants.found {
        run.findings.push(grants_more(name, beyond));
    }
    for reason in grants.unknown.into_iter().take(1) {
        let message = format!("whether the policy grants more than {name} cannot be told: {reason}");
        let help = "simplify what changed: fewer wildcards in the middle of patterns, no policy variables";
        let span = policy.statements.first().map_or(policy.span, |statement| statement.effect.span);
        run.problems.add("new-access-undecided", span, message, help);
    }
}

fn grants_more(name: &str, beyond: &Beyond<'_>) -> Finding {
    let statement = beyond.statement;
    let texts: Vec<&str> = beyond.patterns.iter().take(4).map(|pattern| pattern.value.as_str()).collect();
    let (span, subject, what) = match beyond.patterns.first() {
        Some(first) => (first.span, first.value.as_str().to_owned(), format!("`{}`", texts.join("`, `"))),
        None => (statement.actions.span, "NotAction".to_owned(), format!("`{}`", beyond.witness.action)),
    };
    let more = beyond.patterns.len().saturating_sub(texts.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("the policy grants what {name} does not: {what}{more}");
    let mut finding = Finding::new(&reference_new_access::RULE, span, subject, message).with_label("new access");
    for pattern in beyond.patterns.iter().skip(1).take(3) {
        finding = finding.with_related(pattern.span, "and here");
    }
    finding.with_witness(beyond.witness.clone())
}

/// Proves for every account of every organization that the reference has too that the trust lets in nobody new.
pub(super) fn check_trust(
    config: &Config,
    placed: &PlacedProfile,
    organizations: &[Organization],
    known: &Known,
    day: Date,
    run: &mut Run<'_>,
) {
    if let Some(before) = &known.project {
        for (entry, organization) in config.organizations.iter().zip(organizations) {
            let _: Option<()> = run.check("no-new-trust", organization.id.as_str(), |run| {
                let Some(old) = before.organizations.iter().find(|other| other.id == organization.id) else {
                    return Ok(((), format!("{} does not have the organization: no role of it was there", known.name)));
                };
                let (profile, old_profile) = (&placed.profile, &before.profile);
                let change = Change { config, profile, entry, organization, old_profile, old };
                let accounts = counted(change.judge(&known.name, day, run), "account");
                Ok(((), format!("for {accounts}: proved that it lets in nobody whom {} does not", known.name)))
            });
        }
    }
    let (Some(path), Some(before)) = (&config.role.trust, &known.trust) else { return };
    let _: Option<()> = run.check("no-new-trust", path.value.clone(), |run| {
        let wanted = Wanted { path: &path.value, mention: path.span, purpose: Purpose::Trust };
        let file = run.text(&wanted).ok_or("the file could not be read")?;
        let trust = crate::check::read_policy(&run.sources, file, PolicyType::Trust).0;
        let trust = trust.ok_or("the trust policy is not sound")?;
        let place = |shown: &Shown| {
            let statement = trust.statements.get(shown.statement);
            statement.map_or(trust.span, |statement| statement.effect.span)
        };
        let subject = format!("trust/{}", path.value);
        add_trust(&trust, before, &known.name, &subject, (place, trust.span), run);
        Ok(((), format!("proved that the trust lets in nobody whom {} does not", known.name)))
    });
}

/// An organization as it is and as it was.
struct Change<'a> {
    config: &'a Config,
    profile: &'a RoleProfile,
    entry: &'a OrganizationEntry,
    organization: &'a Organization,
    old_profile: &'a RoleProfile,
    old: &'a Organization,
}

impl Change<'_> {
    /// Whom the role lets in, for every account with an ID of its own and for all others.
    fn judge(&self, name: &str, day: Date, run: &mut Run<'_>) -> usize {
        let accounts = accounts::of(self.organization);
        for account in &accounts {
            let trust = |profile: &RoleProfile, organization: &Organization| {
                let accepted = organization.accepted_ids(account.id, day);
                let ids: Vec<_> = std::iter::once(accepted.expected).chain(accepted.also).collect();
                trust_document(&profile.vendor, organization.partition, &ids)
            };
            let (own, other) = (trust(self.profile, self.organization), trust(self.old_profile, self.old));
            let span = self.place();
            let subject = format!("trust/{}", self.organization.id.as_str());
            add_trust(&own, &other, name, &subject, (|_: &Shown| span, span), run);
        }
        accounts.len()
    }

    /// What of the configuration made the trust another one.
    fn place(&self) -> Span {
        let role = &self.config.role;
        let (own, old) = (&self.profile.vendor, &self.old_profile.vendor);
        if own.account != old.account || (own.principal_arns.is_empty() && !old.principal_arns.is_empty()) {
            return role.vendor_account.span;
        }
        if let Some(arn) = role.vendor_principal_arns.iter().find(|arn| !old.principal_arns.contains(&arn.value)) {
            return arn.span;
        }
        match &self.entry.legacy_ids {
            Some(legacy) if self.organization.external_id == self.old.external_id => legacy.span,
            _ => self.entry.external_id.span,
        }
    }
}

/// One question; a finding stands at the place that `place` gives.
fn add_trust(
    own: &Policy,
    other: &Policy,
    name: &str,
    subject: &str,
    (place, whole): (impl Fn(&Shown) -> Span, Span),
    run: &mut Run<'_>,
) {
    if same_meaning_by_text(own, other) {
        return;
    }
    let other = trust_by_account_id(other);
    let (side, reference) = (PolicySide::trust(own), PolicySide::trust(&other));
    let question = "trust lets in more".to_owned();
    let answer =
        run.proofs.ask_once(question, &[own, &other], &side, |options| no_new_access(&reference, &side, options));
    match answer {
        Answer::None => {}
        Answer::Found(shown) => {
            let message = format!("the trust lets in whom {name} does not");
            let finding = Finding::new(&reference_new_trust::RULE, place(&shown), subject, message);
            run.findings.push(finding.with_label("new access").with_witness(shown.witness));
        }
        Answer::Unknown(reason) => {
            let message = format!("whether the trust lets in more than {name} cannot be told: {reason}");
            run.problems.add("new-access-undecided", whole, message, "simplify what changed in the trust");
        }
    }
}
