//! `rolecall audit` of role code without a `rolecall.toml`: what of the inputs is role code, and its texts.

use super::super::documents::{Documents, Side};
use super::{expected_of, options};
use crate::args::GlobalArgs;
use crate::args::prove::BaseArg;
use crate::args::review::AuditArgs;
use crate::commands::gate::FILE_NAME;
use crate::{files, output};
use anyhow::bail;
use rolecall_gate::audit::Audit;
use rolecall_gate::audit::role_code::{RoleCode, audit_role_code};
use rolecall_gate::inputs::Loaded;
use rolecall_iam::arn::Partition;
use rolecall_iam::json;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::FileId;
use rolecall_render::read::{Environment, Kind};
use std::collections::BTreeMap;
use std::path::Path;

/// The Region that code is read for where it asks for one; IAM is global.
const REGION: &str = "us-east-1";

/// Texts by the names that people know them by.
type Texts = Vec<(String, String)>;

/// Role code.
pub(super) struct Code {
    kind: Kind,
    texts: Texts,
}

/// The inputs as role code, when all of them are: nothing when none is.
pub(super) fn find(arguments: &AuditArgs) -> anyhow::Result<Option<Code>> {
    let mut found: Option<Code> = None;
    let mut other = None;
    for path in &arguments.inputs {
        let Some((kind, texts)) = code_at(path)? else {
            other = Some(path);
            continue;
        };
        match &mut found {
            Some(code) if code.kind == kind => code.texts.extend(texts),
            Some(code) => bail!(
                "`{}` is {} and what stands before it is {}: audit one kind at a time",
                path.display(),
                kind.as_str(),
                code.kind.as_str()
            ),
            None => found = Some(Code { kind, texts }),
        }
    }
    match (found, other) {
        (Some(_), Some(path)) => {
            bail!("`{}` is no role code, and other inputs are: audit policies by themselves", path.display())
        }
        (found, _) => Ok(found),
    }
}

/// What a path holds, when it is role code.
fn code_at(path: &Path) -> anyhow::Result<Option<(Kind, Texts)>> {
    if path.join(FILE_NAME).exists() || path == Path::new("-") {
        return Ok(None);
    }
    Ok(match files::load(path) {
        Loaded::Text(text) => {
            let name = path.display().to_string();
            let kind = Kind::guess(&name, &text).filter(|kind| *kind != Kind::CloudFormation || !is_policy(&text));
            kind.map(|kind| (kind, vec![(name, text)]))
        }
        Loaded::Folder(entries) => of_folder(path, entries)?,
        _ => None,
    })
}

/// The role code of a folder, all of which must be of one kind: what is left out would pass for audited.
fn of_folder(path: &Path, entries: BTreeMap<String, Loaded>) -> anyhow::Result<Option<(Kind, Texts)>> {
    let (mut kinds, mut texts) = (BTreeMap::new(), Texts::new());
    for (name, loaded) in entries {
        let name = path.join(name).display().to_string();
        let text = match loaded {
            Loaded::Text(text) => text,
            other => {
                bail!("`{name}` {}: nothing is audited of a folder with a file that cannot be read", other.complaint())
            }
        };
        let makes_roles = |kind: &Kind| match kind {
            Kind::AwsCli => text.contains(" iam "),
            Kind::CloudFormation => !is_policy(&text),
            Kind::Terraform | Kind::TerraformPlan => true,
        };
        if let Some(kind) = Kind::guess(&name, &text).filter(makes_roles) {
            kinds.entry(kind).or_insert_with(|| name.clone());
            texts.push((name, text));
        }
    }
    let mut kinds = kinds.into_iter();
    match (kinds.next(), kinds.next()) {
        (Some((one, first)), Some((other, second))) => bail!(
            "`{first}` is {} and `{second}` is {}: audit one kind at a time, file by file",
            one.as_str(),
            other.as_str()
        ),
        (only, _) => Ok(only.map(|(kind, _)| (kind, texts))),
    }
}

/// A policy whose texts look like those of a template.
fn is_policy(text: &str) -> bool {
    json::read(FileId(0), text).node.is_some_and(|root| root.get("Statement").is_some())
}

/// Audits it.
pub(super) fn audit(code: Code, arguments: &AuditArgs, global: &GlobalArgs) -> anyhow::Result<Audit> {
    let mut documents = Documents::default();
    let limits = Side::read(&mut documents, BaseArg::Identity, &[], &arguments.limits.files())?;
    documents.refuse_damaged(output::color(global))?;
    let mut sources: SourceMap = documents.sources.clone();
    let files: Vec<FileId> = code.texts.into_iter().map(|(name, text)| sources.add(name, text)).collect();
    let environment = Environment {
        account: arguments.account,
        partition: Partition::Aws,
        region: REGION.to_owned(),
        parameters: arguments.parameters.iter().cloned().collect(),
    };
    let expected = expected_of(arguments)?;
    let expected = expected.as_ref().map(|expected| super::told(expected, arguments));
    let code = RoleCode { kind: code.kind, files: &files, environment: &environment };
    Ok(audit_role_code(sources, code, &limits.as_side(), expected.as_ref(), options(&arguments.review)))
}
