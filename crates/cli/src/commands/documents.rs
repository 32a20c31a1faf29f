//! The documents of `rolecall prove`, `audit` and `diff`: reading them, what they are used as, and how they stand together on a side. What is
//! wrong with any of them is collected, so that it is told in one run.

use crate::args::prove::{BaseArg, LimitFiles};
use crate::{files, output};
use anyhow::bail;
use rolecall_core::finding::NotJudged;
use rolecall_gate::check::guess;
use rolecall_gate::inputs::Loaded;
use rolecall_iam::document::{Effect, Policy, PolicyType, Statement, parse};
use rolecall_iam::evaluate::{By, PolicyKind};
use rolecall_iam::json;
use rolecall_iam::problem::{Gravity, Problem};
use rolecall_iam::source::SourceMap;
use rolecall_iam::value::Node;
use rolecall_iam_prove::PolicySide;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Policies of AWS that stand in organizations by default: the name, and the document
/// (Organizations user guide, `orgs_manage_policies_scps` and `orgs_manage_policies_rcps`).
const OF_AWS: [(&str, PolicyType, &str); 2] = [
    (
        "FullAWSAccess",
        PolicyType::ServiceControl,
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#,
    ),
    (
        "RCPFullAWSAccess",
        PolicyType::ResourceControl,
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#,
    ),
];

/// All documents of a question, as far as they could be read.
#[derive(Default)]
pub(crate) struct Documents {
    pub(crate) sources: SourceMap,
    problems: Vec<Problem>,
    unreadable: Vec<String>,
    standard_input_is_taken: bool,
}

/// A document before it is known what it is used as.
pub(crate) struct Tree {
    pub(crate) name: String,
    pub(crate) root: Option<Node>,
}

impl Documents {
    /// Opens a file, or standard input for `-`; what is wrong is kept for later.
    pub(crate) fn open(&mut self, path: &Path) -> Tree {
        let is_standard_input = path == Path::new("-");
        let name = if is_standard_input { String::from("(standard input)") } else { path.display().to_string() };
        if is_standard_input && std::mem::replace(&mut self.standard_input_is_taken, true) {
            self.unreadable.push(String::from("`-` stands for standard input once: save one of the documents first"));
            return Tree { name, root: None };
        }
        let loaded = if is_standard_input { files::load_standard_input() } else { files::load(path) };
        match loaded {
            Loaded::Text(text) => self.tree(name, text),
            other => {
                self.unreadable.push(format!("`{name}` {}", other.complaint()));
                Tree { name, root: None }
            }
        }
    }

    pub(crate) fn open_all(&mut self, paths: &[PathBuf]) -> Vec<Tree> {
        paths.iter().map(|path| self.open(path)).collect()
    }

    fn tree(&mut self, name: String, text: String) -> Tree {
        let file = self.sources.add(&name, text);
        let read = json::read(file, self.sources.get(file).map_or("", |source| source.text.as_str()));
        let sound = !read.problems.iter().any(Problem::is_error);
        self.problems.extend(read.problems);
        Tree { name, root: read.node.filter(|_| sound) }
    }

    /// Reads a document as a policy of a type; nothing when it cannot be evaluated.
    fn policy(&mut self, tree: &Tree, policy_type: PolicyType) -> Option<Policy> {
        let parsed = parse::parse(tree.root.as_ref()?, policy_type);
        let policy = parsed.evaluable().cloned();
        self.problems.extend(parsed.problems);
        policy
    }

    /// Tells what is wrong on standard error, and stops where a document cannot be used.
    pub(crate) fn refuse_damaged(&mut self, color: bool) -> anyhow::Result<()> {
        self.problems.sort_by_key(|problem| problem.span);
        let options = rolecall_report::Options { color, ..rolecall_report::Options::default() };
        output::complain(&rolecall_report::problems::render(&self.sources, &self.problems, &options));
        if !self.unreadable.is_empty() {
            bail!("{}", self.unreadable.join("; "));
        }
        if self.problems.iter().any(|problem| problem.gravity == Gravity::Error) {
            bail!("a document that is damaged proves nothing: mend what is told above, then ask again");
        }
        Ok(())
    }

    /// The parts of the documents that no evaluation can tell, as what was not judged.
    pub(crate) fn not_judged(&self) -> Vec<NotJudged> {
        let undecidable = self.problems.iter().filter(|problem| problem.gravity == Gravity::Undecidable);
        let entry = |problem: &Problem| NotJudged {
            code: problem.code.to_owned(),
            span: problem.span,
            message: problem.message.clone(),
            help: problem.help.clone(),
            related: Vec::new(),
        };
        undecidable.map(entry).collect()
    }

    /// Where the documents have parts that no evaluation can tell.
    pub(crate) fn undecidable_places(&self) -> Vec<String> {
        let undecidable = self.problems.iter().filter(|problem| problem.gravity == Gravity::Undecidable);
        undecidable.map(|problem| format!("{}: {}", self.sources.locate(problem.span), problem.message)).collect()
    }
}

/// What documents are used as: as told, else by the elements that stand in them. Documents without a statement go with
/// the others.
pub(crate) fn base_of<'t>(told: Option<BaseArg>, trees: impl Iterator<Item = &'t Tree>) -> anyhow::Result<BaseArg> {
    if let Some(told) = told {
        return Ok(told);
    }
    let mut found: Option<(BaseArg, &str)> = None;
    for tree in trees {
        let Some(root) = &tree.root else { continue };
        if !has_statements(root) {
            continue;
        }
        let base = match guess(root) {
            PolicyType::Trust => BaseArg::Trust,
            PolicyType::Resource => BaseArg::Resource,
            _ => BaseArg::Identity,
        };
        match found {
            Some((other, name)) if other != base => bail!(
                "`{name}` looks like {}, `{}` like {}, and these cannot be compared: a policy with `Principal` is that \
                 of a resource, without `Resource` beside it that of a role's trust; `--type` overrules this",
                in_words(other),
                tree.name,
                in_words(base)
            ),
            _ => found = Some((base, &tree.name)),
        }
    }
    Ok(found.map_or(BaseArg::Identity, |(base, _)| base))
}

fn has_statements(root: &Node) -> bool {
    root.get("Statement").is_some_and(|node| node.as_array().is_none_or(|statements| !statements.is_empty()))
}

const fn in_words(base: BaseArg) -> &'static str {
    match base {
        BaseArg::Identity => "an identity policy",
        BaseArg::Resource => "a resource policy",
        BaseArg::Trust => "a trust policy",
    }
}

/// The policies of a side, read.
pub(crate) struct Side {
    pub(crate) base: BaseArg,
    pub(crate) policies: Vec<Policy>,
    boundary: Option<Policy>,
    session_policies: Vec<Policy>,
    scp: Option<Vec<Vec<Policy>>>,
    rcp: Option<Vec<Vec<Policy>>>,
    /// What it is, for sentences.
    pub(crate) words: String,
}

impl Side {
    /// Reads the policies of a side and its limits.
    pub(crate) fn read(
        documents: &mut Documents,
        base: BaseArg,
        trees: &[Tree],
        limits: &LimitFiles,
    ) -> anyhow::Result<Self> {
        if base != BaseArg::Identity && trees.len() > 1 {
            bail!("{} are {} policies, and a resource has one: join their statements", list(trees), trees.len());
        }
        let policy_type = match base {
            BaseArg::Identity => PolicyType::Identity,
            BaseArg::Resource => PolicyType::Resource,
            BaseArg::Trust => PolicyType::Trust,
        };
        let policies = trees.iter().filter_map(|tree| documents.policy(tree, policy_type)).collect();
        let single = |documents: &mut Documents, path: &PathBuf| {
            let tree = documents.open(path);
            documents.policy(&tree, PolicyType::Identity)
        };
        let boundary = limits.boundary.as_ref().and_then(|path| single(documents, path));
        let session_policies = limits.session_policies.iter().filter_map(|path| single(documents, path)).collect();
        Ok(Self {
            base,
            policies,
            boundary,
            session_policies,
            scp: levels(documents, &limits.scp, PolicyType::ServiceControl)?,
            rcp: levels(documents, &limits.rcp, PolicyType::ResourceControl)?,
            words: words(trees, limits),
        })
    }

    /// As the prover takes it.
    pub(crate) fn as_side(&self) -> PolicySide<'_> {
        fn borrowed(levels: Option<&Vec<Vec<Policy>>>) -> Option<Vec<Vec<&Policy>>> {
            levels.map(|levels| levels.iter().map(|level| level.iter().collect()).collect())
        }
        let side = match (self.base, self.policies.first()) {
            (BaseArg::Resource, Some(policy)) => PolicySide::resource(policy),
            (BaseArg::Trust, Some(policy)) => PolicySide::trust(policy),
            _ => PolicySide::identity(&self.policies),
        };
        PolicySide {
            permissions_boundary: self.boundary.as_ref(),
            session: self.session_policies.iter().collect(),
            service_control: borrowed(self.scp.as_ref()),
            resource_control: borrowed(self.rcp.as_ref()),
            ..side
        }
    }

    /// A statement of it as an answer names it; nothing for a policy that only stands beside it.
    pub(crate) fn statement(&self, by: By) -> Option<&Statement> {
        let (level, index) = (by.level as usize, by.policy as usize);
        let identity = self.base == BaseArg::Identity;
        let policy = match by.kind {
            PolicyKind::Identity if identity => self.policies.get(index),
            PolicyKind::Resource if !identity => self.policies.first(),
            PolicyKind::PermissionsBoundary => self.boundary.as_ref(),
            PolicyKind::Session => self.session_policies.get(index),
            PolicyKind::ServiceControl => self.scp.as_ref()?.get(level)?.get(index),
            PolicyKind::ResourceControl => self.rcp.as_ref()?.get(level)?.get(index),
            _ => None,
        };
        policy?.statements.get(by.statement.0 as usize)
    }
}

/// The levels of control policies, root first. `None`: there are none, so that none apply.
fn levels(
    documents: &mut Documents,
    levels: &[String],
    policy_type: PolicyType,
) -> anyhow::Result<Option<Vec<Vec<Policy>>>> {
    let mut all = Vec::new();
    for (at, text) in levels.iter().enumerate() {
        let mut level = Vec::new();
        let mut damaged = false;
        for name in text.split(',').filter(|name| !name.is_empty()) {
            let tree = match OF_AWS.iter().find(|(own, own_type, _)| *own == name && *own_type == policy_type) {
                Some((_, _, document)) => documents.tree(name.to_owned(), (*document).to_owned()),
                None => documents.open(Path::new(name)),
            };
            match documents.policy(&tree, policy_type) {
                Some(policy) => level.push(policy),
                None => damaged = true,
            }
        }
        let allows = level.iter().flat_map(|policy| &policy.statements).any(|one| one.effect.value == Effect::Allow);
        if policy_type == PolicyType::ServiceControl && !allows && !damaged {
            bail!(
                "level {} of the SCPs (`{text}`) allows nothing, so that every claim would hold: a Deny takes away from \
                 what an SCP of the same level allows. Where AWS's FullAWSAccess stands beside it, write \
                 `--scp FullAWSAccess,{text}`",
                at + 1
            );
        }
        all.push(level);
    }
    Ok(if levels.is_empty() { None } else { Some(all) })
}

/// `` `a.json` and `b.json` within the boundary `c.json` and under 2 levels of SCPs ``
fn words(trees: &[Tree], limits: &LimitFiles) -> String {
    let mut text = list(trees);
    if let Some(path) = &limits.boundary {
        let _ = write!(text, " within the boundary `{}`", path.display());
    }
    if !limits.session_policies.is_empty() {
        let paths: Vec<String> = limits.session_policies.iter().map(|path| format!("`{}`", path.display())).collect();
        let _ = write!(text, " in a session of {}", paths.join(" and "));
    }
    for (kind, levels) in [("SCPs", &limits.scp), ("RCPs", &limits.rcp)] {
        if !levels.is_empty() {
            let levels: Vec<String> = levels.iter().map(|level| format!("`{level}`")).collect();
            let _ = write!(text, " under the {kind} {}", levels.join(" / "));
        }
    }
    text
}

fn list(trees: &[Tree]) -> String {
    let names: Vec<String> = trees.iter().map(|tree| format!("`{}`", tree.name)).collect();
    match names.as_slice() {
        [] => String::from("no policy"),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
