//! `rolecall audit`: what a role can do, from a project, from role code or from policies, for a security reviewer.

mod role_code;

use super::documents::{Documents, Side, Tree};
use super::gate::load;
use super::page::write_page_below;
use super::prove::questions::Expected;
use crate::args::GlobalArgs;
use crate::args::prove::BaseArg;
use crate::args::review::{AuditArgs, ReviewArgs};
use crate::output;
use anyhow::bail;
use rolecall_gate::audit::project::audit_project;
use rolecall_gate::audit::trust::{self, audit_trust};
use rolecall_gate::audit::{Audit, Subject, audit_subject};
use rolecall_gate::check::guess;
use rolecall_iam::document::PolicyType;
use rolecall_iam_prove::{ActionWorld, Options};
use rolecall_report::audit::render;
use std::path::{Path, PathBuf};

/// Audits a project or policies. 0 audited, 2 not everything.
pub(super) fn run(arguments: &AuditArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let options = options(&arguments.review);
    let (audit, path_prefix) = match (role_code::find(arguments)?, arguments.inputs.as_slice()) {
        (Some(code), _) => (role_code::audit(code, arguments, global)?, String::new()),
        (None, [path]) if is_project(path) => of_project(path, arguments, options, global)?,
        (None, policies) => (of_policies(policies, arguments, options, global)?, String::new()),
    };
    let complete = audit.is_complete();
    write_page_below(&arguments.review.page, global, path_prefix, |format, shown| render(&audit, format, shown))?;
    Ok(if complete { 0 } else { 2 })
}

fn is_project(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|extension| extension == "toml")
}

fn of_project(
    path: &Path,
    arguments: &AuditArgs,
    options: Options,
    global: &GlobalArgs,
) -> anyhow::Result<(Audit, String)> {
    if arguments.trust.is_some() || !arguments.principals.is_empty() {
        bail!("`{}` says itself whom the role lets in: leave `--trust` and `--principal` out", path.display());
    }
    let mut documents = Documents::default();
    let limits = Side::read(&mut documents, BaseArg::Identity, &[], &arguments.limits.files())?;
    documents.refuse_damaged(output::color(global))?;
    let project = load(path);
    let prefix = output::prefix(&project.folder);
    Ok((audit_project(project.read, &project.files, &limits.as_side(), options), prefix))
}

fn of_policies(
    paths: &[PathBuf],
    arguments: &AuditArgs,
    options: Options,
    global: &GlobalArgs,
) -> anyhow::Result<Audit> {
    let mut documents = Documents::default();
    let trees = documents.open_all(paths);
    let type_of = |tree: &Tree| tree.root.as_ref().map_or(PolicyType::Identity, guess);
    let (mut trusts, mut resources, mut identities) = (Vec::new(), Vec::new(), Vec::new());
    for tree in trees {
        match type_of(&tree) {
            PolicyType::Trust => trusts.push(tree),
            PolicyType::Resource => resources.push(tree),
            _ => identities.push(tree),
        }
    }
    trusts.extend(arguments.trust.as_ref().map(|path| documents.open(path)));
    let limits = arguments.limits.files();
    let mut subjects = Vec::new();
    if !identities.is_empty() {
        let name = if identities.len() == 1 { "the policy" } else { "the policies together" };
        subjects.push((name, Side::read(&mut documents, BaseArg::Identity, &identities, &limits)?, names(&identities)));
    }
    for tree in resources {
        let tree = [tree];
        subjects.push(("the resource", Side::read(&mut documents, BaseArg::Resource, &tree, &limits)?, names(&tree)));
    }
    let mut sides = Vec::new();
    for tree in trusts {
        let tree = [tree];
        sides.push((Side::read(&mut documents, BaseArg::Trust, &tree, &limits)?, names(&tree).join(", ")));
    }
    documents.refuse_damaged(output::color(global))?;
    let expected = expected_of(arguments)?;
    if sides.is_empty() && expected.is_some() {
        bail!("`--principal` speaks of a trust policy, and none is given: add `--trust FILE`");
    }
    let expected = expected.as_ref().map(|expected| told(expected, arguments));
    let audit_one = |(name, side, policies): &(&str, Side, Vec<String>)| {
        let subject =
            Subject { name: (*name).to_owned(), policies: policies.clone(), side: side.as_side(), contract: None };
        audit_subject(&subject, options)
    };
    let audit_trust = |(side, name): &(Side, String)| {
        let policy = side.policies.first()?;
        Some(audit_trust(name, policy, expected.as_ref(), options))
    };
    Ok(Audit {
        subjects: subjects.iter().map(audit_one).collect(),
        trusts: sides.iter().filter_map(audit_trust).collect(),
        not_judged: documents.not_judged(),
        sources: documents.sources,
    })
}

/// Who alone should get in, when it was said.
fn expected_of(arguments: &AuditArgs) -> anyhow::Result<Option<Expected>> {
    if arguments.principals.is_empty() {
        return Ok(None);
    }
    Expected::read(&arguments.principals, arguments.external_id.as_deref()).map(Some)
}

fn told<'a>(expected: &Expected, arguments: &'a AuditArgs) -> trust::Expected<'a> {
    trust::Expected {
        words: format!("only {} gets in", expected.words),
        principals: expected.principals.clone(),
        external_id: arguments.external_id.as_deref(),
    }
}

fn names(trees: &[Tree]) -> Vec<String> {
    trees.iter().map(|tree| tree.name.clone()).collect()
}

/// Summaries are about documented actions.
pub(super) fn options(arguments: &ReviewArgs) -> Options {
    Options { world: ActionWorld::Catalogue, budget: arguments.budget.get() }
}
