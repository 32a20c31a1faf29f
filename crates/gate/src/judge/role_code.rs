//! Role code: read once for each account that it has to serve, held against the profile, and its trust policy judged
//! as it stands, so that a fault shows at its line of the template or script.

use super::accounts::{self, Account};
use super::policies::accepted_patterns;
use super::profile::PlacedProfile;
use crate::config::{Config, RoleCodeEntry};
use crate::inputs::{Purpose, Wanted};
use crate::run::{Judgement, Run, counted};
use jiff::civil::Date;
use rolecall_core::contract::Contract;
use rolecall_core::contract::check::{GrantedPolicies, check_contract_with};
use rolecall_core::known_words::nearest;
use rolecall_core::organization::Organization;
use rolecall_core::policy::check_policy;
use rolecall_core::role::RoleTree;
use rolecall_core::role::compare::compare_with;
use rolecall_core::role::equivalence::same_permissions;
use rolecall_core::role::expected::{Meant, expected_role, meant_roles};
use rolecall_core::role::profile_rules::check_trust_text_size;
use rolecall_core::trust::{TrustExpectation, check_trust_with, trust_absent};
use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::problem::Problem;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::Node;
use rolecall_render::read::{Environment, Kind, ReadRoles, read};
use std::collections::{BTreeMap, BTreeSet};

/// Judges every piece of role code.
pub(super) fn check(
    config: &Config,
    placed: &PlacedProfile,
    organizations: &[Organization],
    day: Date,
    run: &mut Run<'_>,
) {
    let mut clean = CleanCode::default();
    for entry in &config.role_code {
        let subject = entry.path.value.clone();
        let _: Option<()> = run.check("role-code", subject, |run| {
            let found = config.organization(entry.organization.as_ref());
            let id = found.ok_or("it is not said which organization the code is for")?.id.value.clone();
            let organization = organizations.iter().find(|organization| organization.id == id);
            let organization = organization.ok_or("its organization is not sound")?;
            Code { entry, placed, contract: &config.contract, organization, all: organizations, day }
                .check(&mut clean, run)
        });
    }
}

/// Role code without any finding, by its input: the same text a second time, as account factories have it, is not read
/// again. Code with findings is, so that they show at each place.
#[derive(Default)]
struct CleanCode(BTreeMap<Vec<String>, String>);

/// One piece of role code with what it is judged by.
struct Code<'a> {
    entry: &'a RoleCodeEntry,
    placed: &'a PlacedProfile,
    contract: &'a Contract,
    organization: &'a Organization,
    all: &'a [Organization],
    day: Date,
}

impl Code<'_> {
    fn check(&self, clean: &mut CleanCode, run: &mut Run<'_>) -> Judgement<()> {
        let path = &self.entry.path;
        let wanted = Wanted { path: &path.value, mention: path.span, purpose: Purpose::RoleCode };
        let files = run.texts(&wanted).ok_or("the code could not be read")?;
        let (kind, files) = self.kind(&files, run)?;
        let input = self.input(kind, &files, run);
        if let Some(first) = clean.0.get(&input) {
            return Ok(((), format!("the same text as `{first}`, which is the profile")));
        }
        let before = (run.findings.len(), run.problems.len());
        let accounts = accounts::of(self.organization);
        let mut without_role = Vec::new();
        let mut unread = false;
        for account in &accounts {
            match self.check_for(account, kind, &files, run) {
                Found::Role => {}
                Found::NoRole(names) => without_role.push((account, names)),
                Found::Unread => unread = true,
            }
        }
        if !without_role.is_empty() {
            self.no_role(&without_role, accounts.len(), &files, run);
        }
        if unread || !without_role.is_empty() {
            return Err("the role was not found for every account, or could not be read".to_owned());
        }
        if before == (run.findings.len(), run.problems.len()) {
            clean.0.insert(input, path.value.clone());
        }
        let accounts = counted(accounts.len(), "account");
        Ok(((), format!("read as {} for {accounts}: it is the profile", kind.as_str())))
    }

    /// Everything that the judgement depends on: names of files only as far as their readers look at them.
    fn input(&self, kind: Kind, files: &[FileId], run: &Run<'_>) -> Vec<String> {
        let entry = self.entry;
        let mut parts = vec![kind.as_str().to_owned(), self.organization.id.as_str().to_owned(), entry.region.clone()];
        parts.extend(entry.parameters.iter().map(|(key, value)| format!("{key}={value}")));
        for source in files.iter().filter_map(|file| run.sources.get(*file)) {
            let name = source.path.rsplit('/').next().unwrap_or("");
            let ending = name.rsplit('.').next().unwrap_or("");
            let read_by = if kind == Kind::CloudFormation { ending } else { name };
            parts.extend([read_by.to_owned(), source.text.clone()]);
        }
        parts
    }

    /// The kind as configured, else guessed; and of a folder the files that belong to it.
    fn kind(&self, files: &[FileId], run: &mut Run<'_>) -> Result<(Kind, Vec<FileId>), String> {
        let guess = |file: &FileId| {
            let source = run.sources.get(*file)?;
            Kind::guess(&source.path, &source.text).map(|kind| (kind, *file))
        };
        let guesses: Vec<(Kind, FileId)> = files.iter().filter_map(guess).collect();
        // A folder may hold policies and templates beside the code: `.tf` files, then scripts, tell what it is.
        let any = |wanted: Kind| guesses.iter().any(|(guess, _)| *guess == wanted).then_some(wanted);
        let guessed = any(Kind::Terraform).or_else(|| any(Kind::AwsCli)).or(guesses.first().map(|(kind, _)| *kind));
        let Some(kind) = self.entry.kind.as_ref().map(|kind| kind.value).or(guessed) else {
            return Err(self.no_kind(files, run));
        };
        if files.len() == 1 || kind == Kind::AwsCli {
            return Ok((kind, files.to_vec()));
        }
        let fitting = guesses.into_iter().filter(|(guess, _)| *guess == kind).map(|(_, file)| file);
        Ok((kind, fitting.collect()))
    }

    /// A file of which nothing tells what it is; an empty one above all.
    fn no_kind(&self, files: &[FileId], run: &mut Run<'_>) -> String {
        let source = files.first().and_then(|file| run.sources.get(*file).map(|source| (*file, source)));
        let help = "name it: `kind = \"cloudformation\"`, `terraform`, `terraform-plan`, `aws-cli` or `stack-set`";
        match source {
            Some((file, source)) if source.text.trim().is_empty() => {
                let message = "the file is empty";
                let help = "role code was expected: `rolecall render` writes it";
                run.problems.add("empty-document", Span::file(file), message, help);
            }
            _ => {
                let message = format!("what kind of role code `{}` is cannot be told", self.entry.path.value);
                run.problems.add("unknown-role-code", self.entry.path.span, message, help);
            }
        }
        "its kind is not known".to_owned()
    }

    /// Judges the code for one account.
    fn check_for(&self, account: &Account, kind: Kind, files: &[FileId], run: &mut Run<'_>) -> Found {
        let environment = Environment {
            account: account.id,
            partition: self.organization.partition,
            region: self.entry.region.clone(),
            parameters: self.entry.parameters.clone(),
        };
        let ReadRoles { roles, problems } = read(kind, &run.sources, files, &environment);
        let sound = !problems.iter().any(Problem::is_error);
        run.take(problems);
        match meant_roles(&roles, &self.placed.profile.name) {
            Meant::Roles(meant) => {
                for role in meant {
                    self.check_role(role, account, run);
                }
                Found::Role
            }
            Meant::Unresolved(unresolved) => {
                for role in unresolved {
                    unresolved_name(role, run);
                }
                Found::Unread
            }
            // What kept the code from being read is said already.
            Meant::None if !sound => Found::Unread,
            Meant::None => {
                let name = |role: &RoleTree| role.name.as_ref().and_then(Node::as_str).map(str::to_owned);
                Found::NoRole(roles.iter().filter_map(name).collect())
            }
        }
    }

    /// Holds a role against the profile, and judges by themselves the documents in which it differs.
    fn check_role(&self, role: &RoleTree, account: &Account, run: &mut Run<'_>) {
        let expected = expected_role(&self.placed.profile, self.organization, account.id, self.day);
        let compared = compare_with(&expected, role, &self.placed.places, &mut run.proofs);
        run.take_judged(compared);
        self.check_trust(role, account, run);
        for (_, node) in &role.inline_policies {
            let parsed = parse::parse(node, PolicyType::Identity);
            if let Some(policy) = parsed.sound()
                && !same_permissions(&expected, policy, &mut run.proofs)
            {
                let granted = GrantedPolicies {
                    kind: account.kind,
                    role_arn: &expected.arn(),
                    policies: &[policy],
                    unknown_policies: &[],
                    unknown_boundary: None,
                };
                run.findings.extend(check_policy(policy, &accepted_patterns(self.contract)));
                let judged = check_contract_with(self.contract, &granted, &mut run.proofs);
                run.take_judged(judged);
            }
        }
    }

    /// One entry for all accounts in which the code creates no role: that is not a pass.
    fn no_role(&self, without: &[(&Account, Vec<String>)], all: usize, files: &[FileId], run: &mut Run<'_>) {
        let name = self.placed.profile.name.as_str();
        let place = files.first().map_or(self.entry.path.span, |file| Span::file(*file));
        let accounts: Vec<String> = without.iter().map(|(account, _)| account.describe()).collect();
        let accounts = if accounts.len() == all { "any account".to_owned() } else { accounts.join(", ") };
        let message = format!("the code creates no role `{name}` in {accounts}");
        let names: BTreeSet<&str> = without.iter().flat_map(|(_, names)| names).map(String::as_str).collect();
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? names of roles are matched with case"),
            None if names.is_empty() => {
                "no role was found in it at all: `rolecall render` writes the role of the profile".to_owned()
            }
            None => {
                let names: Vec<&str> = names.into_iter().collect();
                format!("it creates {}: correct `name` in `[role]`, or the code", names.join(", "))
            }
        };
        run.problems.add_related("no-role-found", place, message, help, (self.entry.path.span, "named here"));
    }

    /// The trust policy of the code by the rules of trust, with the ID of this account.
    fn check_trust(&self, role: &RoleTree, account: &Account, run: &mut Run<'_>) {
        let Some(trust) = &role.trust else {
            run.findings.push(trust_absent(role.span));
            return;
        };
        // What is wrong with the document itself is said by the comparison with the profile.
        let parsed = parse::parse(trust, PolicyType::Trust);
        if let Some(policy) = parsed.sound() {
            let vendor = &self.placed.profile.vendor;
            let expectation = TrustExpectation::new(vendor, self.organization, self.all, account.known_id(), self.day);
            run.findings.extend(check_trust_text_size(policy));
            let judged = check_trust_with(policy, &expectation, &mut run.proofs);
            run.take_judged(judged);
        }
        run.take(parsed.problems.into_iter().filter(|problem| !problem.is_error()).collect());
    }
}

/// What reading the code for one account gave.
enum Found {
    /// The role; it was judged.
    Role,
    /// No role of the name; these other names.
    NoRole(Vec<String>),
    /// Something that could not be read, and was said.
    Unread,
}

/// A role whose name cannot be told may be the one that is looked for.
fn unresolved_name(role: &RoleTree, run: &mut Run<'_>) {
    let node = role.name.as_ref();
    let reason = node.and_then(Node::unresolved).map_or("", |reason| reason.value);
    let message = format!("the name of the role `{}` is not known: {reason}", role.label);
    let help = "give its value under `parameters` of this `[[role_code]]`";
    run.problems.add("unresolved-value", node.map_or(role.span, |node| node.span), message, help);
}
