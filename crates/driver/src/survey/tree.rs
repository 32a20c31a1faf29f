//! The tree of units, and the policies that are attached to it: each unit and each policy is read once, whoever is below it.

use super::{SurveyRequest, Teller, again, next_page};
use crate::attachments::Attachments;
use crate::sessions::Sessions;
use rolecall_aws::{Account, Connection, Failure, LimitPolicyKind, Operation, PolicySummary, Root};
use rolecall_core::access_check::AccountState;
use rolecall_core::rollout::{Levels, LimitDocument, Limits, Parents};
use rolecall_iam::document::PolicyType;
use rolecall_iam::document::parse::parse;
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The tree.
pub(crate) struct Tree {
    pub(crate) parents: Parents,
    /// AWS knows one.
    pub(crate) roots: Vec<String>,
    /// The root and the units, each behind the one that it is in.
    pub(crate) nodes: Vec<String>,
    /// Types of policies that are enabled at the root.
    pub(crate) kinds: Vec<LimitPolicyKind>,
}

/// Walks the tree. `tell` is told how many units have been read.
pub(crate) async fn read(own: &Connection, mut tell: impl FnMut(usize)) -> Result<Tree, Failure> {
    let roots = again(|| own.list_roots().all()).await?;
    if roots.is_empty() {
        // Without a root no type of policies would seem to be switched on.
        return Err(Failure::malformed(Operation::ListRoots, "the organization has no root"));
    }
    let kinds = enabled(&roots);
    let roots: Vec<String> = roots.into_iter().map(|root| root.id).collect();
    let mut open: VecDeque<String> = roots.iter().cloned().collect();
    let mut tree = Tree { parents: Parents::new(), roots, nodes: Vec::new(), kinds };
    while let Some(node) = open.pop_front() {
        let mut units = own.list_organizational_units_for_parent(&node);
        while let Some(page) = next_page(&mut units).await? {
            for unit in page {
                // A unit that was moved meanwhile comes twice; it is walked once.
                if tree.parents.insert(unit.id.clone(), node.clone()).is_none() {
                    open.push_back(unit.id);
                }
            }
        }
        let mut accounts = own.list_accounts_for_parent(&node);
        while let Some(page) = next_page(&mut accounts).await? {
            tree.parents.extend(page.into_iter().map(|account| (account.id.to_string(), node.clone())));
        }
        tree.nodes.push(node);
        tell(tree.nodes.len());
    }
    Ok(tree)
}

/// The types of policies that limit and are switched on at the root.
pub(crate) fn enabled(roots: &[Root]) -> Vec<LimitPolicyKind> {
    let words = [
        ("SERVICE_CONTROL_POLICY", LimitPolicyKind::ServiceControlPolicy),
        ("RESOURCE_CONTROL_POLICY", LimitPolicyKind::ResourceControlPolicy),
    ];
    let is_enabled = |word: &str| roots.iter().flat_map(|root| &root.enabled_policy_types).any(|found| found == word);
    words.into_iter().filter(|(word, _)| is_enabled(word)).map(|(_, kind)| kind).collect()
}

/// What is attached to one target, root, unit or account, by type.
type Attached = BTreeMap<LimitPolicyKind, Result<Vec<Arc<LimitDocument>>, String>>;

/// The policies above each account, in the order of the accounts.
pub(super) async fn limits(
    sessions: &Sessions,
    tree: &Tree,
    accounts: &[Account],
    request: &SurveyRequest,
    progress: &Teller,
) -> Vec<Limits> {
    if tree.kinds.is_empty() {
        return vec![Limits::None; accounts.len()];
    }
    let is_asked =
        |account: &&Account| account.state == AccountState::Active && !request.excluded.contains_key(&account.id);
    let mut targets: Vec<&str> = tree.nodes.iter().map(String::as_str).collect();
    targets.extend(accounts.iter().filter(is_asked).map(|account| account.id.as_str()));
    let of_all = (tree.nodes.len() + accounts.len()) * tree.kinds.len();
    let attached = attached(sessions, &tree.kinds, &targets, of_all, progress).await;
    // Accounts below the same unit with the same policies of their own share one.
    let mut shared: BTreeMap<Vec<String>, Limits> = BTreeMap::new();
    let mut limits = Vec::with_capacity(accounts.len());
    for account in accounts {
        let key = key_of(account.id.as_str(), tree, &attached);
        let made = || levels_of(account.id.as_str(), tree, &attached);
        limits.push(shared.entry(key).or_insert_with(made).clone());
    }
    limits
}

/// Names what is above an account: its unit, and what is attached to itself.
fn key_of(account: &str, tree: &Tree, attached: &BTreeMap<String, Attached>) -> Vec<String> {
    let mut key = vec![tree.parents.get(account).cloned().unwrap_or_default()];
    for (kind, policies) in attached.get(account).into_iter().flatten() {
        key.push(format!("{kind:?}"));
        match policies {
            Ok(policies) => key.extend(policies.iter().map(|policy| policy.id.clone())),
            Err(why) => key.push(format!("{account}: {why}")),
        }
    }
    key
}

fn levels_of(account: &str, tree: &Tree, attached: &BTreeMap<String, Attached>) -> Limits {
    let mut path = vec![account.to_owned()];
    while let Some(parent) = path.last().and_then(|node| tree.parents.get(node)) {
        if path.contains(parent) {
            break;
        }
        path.push(parent.clone());
    }
    if path.len() < 2 {
        return Limits::Unknown(format!("account {account} was found in no unit: it was moved meanwhile"));
    }
    path.reverse();
    let of_kind = |kind: LimitPolicyKind| -> Result<Option<Vec<Vec<Arc<LimitDocument>>>>, String> {
        if !tree.kinds.contains(&kind) {
            return Ok(None);
        }
        let at = |node: &String| match attached.get(node).and_then(|attached| attached.get(&kind)) {
            Some(policies) => policies.clone(),
            None => Err(format!("what is attached to {node} was not read")),
        };
        path.iter().map(at).collect::<Result<_, _>>().map(Some)
    };
    let read = of_kind(LimitPolicyKind::ServiceControlPolicy)
        .and_then(|service| Ok((service, of_kind(LimitPolicyKind::ResourceControlPolicy)?)));
    match read {
        Ok((service, resource)) => Limits::Known(Arc::new(Levels { service, resource })),
        Err(why) => Limits::Unknown(why),
    }
}

/// What is attached to each target, and the documents of all that is. `of_all`: how many roots, units and accounts there are, for
/// each type.
async fn attached(
    sessions: &Sessions,
    kinds: &[LimitPolicyKind],
    targets: &[&str],
    of_all: usize,
    progress: &Teller,
) -> BTreeMap<String, Attached> {
    progress.send_modify(|progress| progress.policies.0 = of_all);
    let tell = |known: usize| progress.send_modify(|progress| progress.policies.1 = known.min(of_all));
    let read = Attachments::read(sessions.own(), kinds, tell).await.map_err(|failure| failure.to_string());
    let mut documents: BTreeMap<String, Result<Arc<LimitDocument>, String>> = BTreeMap::new();
    let mut attached: BTreeMap<String, Attached> = BTreeMap::new();
    for target in targets {
        for kind in kinds {
            let policies = match read.as_ref().map(|read| read.of(*kind, target)) {
                Ok(Some(summaries)) => described(sessions, *kind, summaries, &mut documents).await,
                Ok(None) => Err(format!("no policy was found at {target}, which came or was changed meanwhile")),
                Err(why) => Err(why.clone()),
            };
            attached.entry((*target).to_owned()).or_default().insert(*kind, policies);
        }
    }
    attached
}

async fn described(
    sessions: &Sessions,
    kind: LimitPolicyKind,
    summaries: &[PolicySummary],
    documents: &mut BTreeMap<String, Result<Arc<LimitDocument>, String>>,
) -> Result<Vec<Arc<LimitDocument>>, String> {
    let mut found = Vec::with_capacity(summaries.len());
    for summary in summaries {
        if !documents.contains_key(&summary.id) {
            documents.insert(summary.id.clone(), document(sessions, kind, summary).await);
        }
        match documents.get(&summary.id) {
            Some(Ok(document)) => found.push(Arc::clone(document)),
            Some(Err(why)) => return Err(why.clone()),
            None => return Err(format!("the policy `{}` was not read", summary.name)),
        }
    }
    Ok(found)
}

async fn document(
    sessions: &Sessions,
    kind: LimitPolicyKind,
    summary: &PolicySummary,
) -> Result<Arc<LimitDocument>, String> {
    let described = again(|| sessions.own().describe_policy(&summary.id)).await;
    let content = described.map_err(|failure| failure.to_string())?.content;
    let kind = match kind {
        LimitPolicyKind::ServiceControlPolicy => PolicyType::ServiceControl,
        LimitPolicyKind::ResourceControlPolicy => PolicyType::ResourceControl,
    };
    let unreadable =
        |message: &str| format!("the policy `{}` ({}) cannot be read: {message}", summary.name, summary.id);
    let read = json::read(FileId(0), &content);
    let Some(tree) = read.sound() else {
        return Err(unreadable(read.problems.first().map_or("it is no JSON", |problem| problem.message.as_str())));
    };
    let policy = parse(tree, kind).into_evaluable().map_err(|problems| {
        unreadable(problems.first().map_or("it is no policy", |problem| problem.message.as_str()))
    })?;
    Ok(Arc::new(LimitDocument { id: summary.id.clone(), name: summary.name.clone(), policy }))
}
