//! A role in one account through IAM's API: read with all its policies and held against the profile by meaning, made, made
//! what it should be, taken away. Calls may fail in the middle: whatever is there is read before anything is changed again.

mod live;

use crate::trouble::Trouble;
use live::Live;
use rolecall_aws::{Connection, Failure, NewRole, Operation, Role, RoleUpdate};
use rolecall_core::access_check::Outcome;
use rolecall_core::role::expected::ExpectedRole;
use rolecall_iam::document::print::to_json_compact;
use rolecall_lifecycle::rollout::{ErrorClass, Existing};
use std::collections::BTreeMap;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What is there.
    pub existing: Existing,
    /// What differs first, in words, and how much more does.
    pub trouble: Option<Trouble>,
    /// Everything that differs or could not be judged.
    pub differences: Vec<Difference>,
}

/// One thing in which a role is not the profile's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The rule's code, or that of what was not judged.
    pub code: String,
    /// In words.
    pub message: String,
    /// Whether it was judged at all.
    pub judged: bool,
}

/// A role as it was read, in whatever case its name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveRole {
    /// The role.
    pub role: Role,
    /// Its inline policies, by name.
    pub inline: BTreeMap<String, String>,
    /// ARNs of its managed policies.
    pub managed: Vec<String>,
}

/// Reads the role. `suspects_other_case`: the name is said to be taken, so that roles are listed where none is found.
///
/// # Errors
/// Of any call.
pub async fn read(
    connection: &Connection,
    wanted: &ExpectedRole,
    suspects_other_case: bool,
) -> Result<Reading, Failure> {
    let found = match connection.get_role(&wanted.name).await? {
        Some(role) if role.name == wanted.name => Some(role),
        Some(role) => return Ok(other_case(&role.name, wanted)),
        None => None,
    };
    if let Some(role) = found {
        let live = Live::read(connection, role).await?;
        return Ok(live.compare(wanted.clone()).await);
    }
    if suspects_other_case && let Some(role) = named_in_other_case(connection, &wanted.name).await? {
        return Ok(other_case(&role.name, wanted));
    }
    Ok(absent())
}

/// The same with the role itself, also where its name is in another case: for those who tell why it does not work.
///
/// # Errors
/// Of any call.
pub async fn examine(connection: &Connection, wanted: &ExpectedRole) -> Result<(Reading, Option<LiveRole>), Failure> {
    let found = match connection.get_role(&wanted.name).await? {
        Some(role) => Some(role),
        None => named_in_other_case(connection, &wanted.name).await?,
    };
    let Some(role) = found else { return Ok((absent(), None)) };
    let live = Live::read(connection, role).await?;
    let Live { role, inline, managed } = live.clone();
    let kept = LiveRole { role, inline, managed };
    if kept.role.name != wanted.name {
        return Ok((other_case(&kept.role.name, wanted), Some(kept)));
    }
    Ok((live.compare(wanted.clone()).await, Some(kept)))
}

/// A role with its policies; nothing where there is none of that name.
///
/// # Errors
/// Of any call.
pub async fn live_role(connection: &Connection, name: &str) -> Result<Option<LiveRole>, Failure> {
    let Some(role) = connection.get_role(name).await? else { return Ok(None) };
    let Live { role, inline, managed } = Live::read(connection, role).await?;
    Ok(Some(LiveRole { role, inline, managed }))
}

const fn absent() -> Reading {
    Reading { existing: Existing::Absent, trouble: None, differences: Vec::new() }
}

fn other_case(found: &str, wanted: &ExpectedRole) -> Reading {
    let message = format!("the account has a role `{found}`, which takes the name `{}`", wanted.name);
    let trouble = Some(Trouble::new("iam:ListRoles", "other-case", &message));
    let difference = Difference { code: String::from("role-name-case"), message, judged: true };
    Reading { existing: Existing::OtherCase, trouble, differences: vec![difference] }
}

async fn named_in_other_case(connection: &Connection, wanted: &str) -> Result<Option<Role>, Failure> {
    let mut pages = connection.list_roles(None);
    while let Some(page) = pages.next().await? {
        let same = |name: &str| name != wanted && name.eq_ignore_ascii_case(wanted);
        if let Some(role) = page.into_iter().find(|role| same(&role.name)) {
            return Ok(Some(role));
        }
    }
    Ok(None)
}

/// Makes the role with its policies.
///
/// # Errors
/// Of any call; the class of those behind CreateRole is that of a fault where the new role is not seen yet.
pub async fn create(connection: &Connection, wanted: &ExpectedRole) -> Result<(), Failure> {
    let role = NewRole {
        name: wanted.name.clone(),
        path: Some(wanted.path.clone()),
        assume_role_policy: to_json_compact(&wanted.trust),
        description: wanted.description.clone().filter(|text| !text.is_empty()),
        max_session_duration_s: i32::try_from(wanted.max_session_duration_s).ok(),
        permissions_boundary: wanted.permissions_boundary.clone(),
        tags: tags(wanted),
    };
    let made = connection.create_role(&role).await?;
    put_policies(connection, &Live::without_policies(made), wanted).await.map_err(unseen)
}

/// Makes an existing role the wanted one, text by text. A path cannot be changed (IAM API reference, `UpdateRole`): such a
/// role is deleted and made anew.
///
/// # Errors
/// Of any call.
pub async fn overwrite(connection: &Connection, wanted: &ExpectedRole) -> Result<(), Failure> {
    let role = match connection.get_role(&wanted.name).await? {
        Some(role) if role.name == wanted.name => role,
        _ => return create(connection, wanted).await,
    };
    if role.path != wanted.path {
        require_no_instance_profile(connection, &role.name).await?;
        take_away(connection, &Live::read(connection, role).await?).await?;
        return create(connection, wanted).await;
    }
    let live = Live::read(connection, role).await?;
    change(connection, &live, wanted).await.map_err(unseen)
}

/// A role that EC2 instances act as is not deleted under them: a new one of the name would be in no instance profile.
async fn require_no_instance_profile(connection: &Connection, role: &str) -> Result<(), Failure> {
    let profiles = connection.list_instance_profiles_for_role(role).all().await?;
    let Some(first) = profiles.first() else { return Ok(()) };
    let message = format!(
        "the role has another path, so that it would have to be deleted and made anew, and the instance profile `{first}` \
         uses it: take the role out of the instance profile, or leave the account out"
    );
    Err(Failure {
        operation: Operation::ListInstanceProfilesForRole,
        code: "RoleInInstanceProfile".to_owned(),
        message,
        http_status: 200,
        request_id: None,
        class: ErrorClass::Invalid,
        outcome: Outcome::BadRequest,
    })
}

async fn change(connection: &Connection, live: &Live, wanted: &ExpectedRole) -> Result<(), Failure> {
    let (name, role) = (wanted.name.as_str(), &live.role);
    let trust = to_json_compact(&wanted.trust);
    if role.assume_role_policy.as_deref() != Some(&trust) {
        connection.update_assume_role_policy(name, &trust).await?;
    }
    let description = wanted.description.clone().unwrap_or_default();
    let duration = i32::try_from(wanted.max_session_duration_s).ok();
    if role.description.clone().unwrap_or_default() != description || role.max_session_duration_s != duration {
        // An empty description takes away the one that is there.
        let update =
            RoleUpdate { name: name.to_owned(), description: Some(description), max_session_duration_s: duration };
        connection.update_role(&update).await?;
    }
    put_policies(connection, live, wanted).await?;
    match (&wanted.permissions_boundary, &role.permissions_boundary) {
        (same, found) if same == found => {}
        (Some(boundary), _) => connection.put_role_permissions_boundary(name, boundary).await?,
        (None, _) => connection.delete_role_permissions_boundary(name).await?,
    }
    put_tags(connection, live, wanted).await
}

/// Adds the policies that are missing, then takes away those that are too many: never less than both have. Only where a
/// quota leaves no room for both, those that are too many go first.
async fn put_policies(connection: &Connection, live: &Live, wanted: &ExpectedRole) -> Result<(), Failure> {
    match add_policies(connection, live, wanted).await {
        Err(failure) if failure.class == ErrorClass::LimitExceeded && live.has_more_than(wanted) => {
            take_surplus(connection, live, wanted).await?;
            add_policies(connection, live, wanted).await
        }
        added => {
            added?;
            take_surplus(connection, live, wanted).await
        }
    }
}

async fn add_policies(connection: &Connection, live: &Live, wanted: &ExpectedRole) -> Result<(), Failure> {
    let (policy, document) = (&wanted.policy.name, to_json_compact(&wanted.policy.document));
    if live.inline.get(policy) != Some(&document) {
        connection.put_role_policy(&wanted.name, policy, &document).await?;
    }
    for arn in wanted.managed_policy_arns.iter().filter(|arn| !live.managed.contains(*arn)) {
        connection.attach_role_policy(&wanted.name, arn).await?;
    }
    Ok(())
}

async fn take_surplus(connection: &Connection, live: &Live, wanted: &ExpectedRole) -> Result<(), Failure> {
    for policy in live.inline.keys().filter(|policy| **policy != wanted.policy.name) {
        gone(connection.delete_role_policy(&wanted.name, policy).await)?;
    }
    for arn in live.managed.iter().filter(|arn| !wanted.managed_policy_arns.contains(arn)) {
        gone(connection.detach_role_policy(&wanted.name, arn).await)?;
    }
    Ok(())
}

async fn put_tags(connection: &Connection, live: &Live, wanted: &ExpectedRole) -> Result<(), Failure> {
    let (found, tags) = (live.tags(), tags(wanted));
    let surplus = found.iter().filter(|(key, _)| !tags.iter().any(|(kept, _)| kept == key));
    let surplus: Vec<String> = surplus.map(|(key, _)| key.clone()).collect();
    if !surplus.is_empty() {
        connection.untag_role(&wanted.name, &surplus).await?;
    }
    let missing: Vec<_> = tags.into_iter().filter(|tag| !found.contains(tag)).collect();
    if missing.is_empty() { Ok(()) } else { connection.tag_role(&wanted.name, &missing).await }
}

fn tags(wanted: &ExpectedRole) -> Vec<(String, String)> {
    wanted.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// Takes the policies away, then the role. `NotFound` when it is not there, which includes one of another case: that one is
/// not ours.
///
/// # Errors
/// Of any call.
pub async fn remove(connection: &Connection, wanted: &ExpectedRole) -> Result<Removed, Failure> {
    match connection.get_role(&wanted.name).await? {
        Some(role) if role.name == wanted.name => {
            take_away(connection, &Live::read(connection, role).await?).await?;
            Ok(Removed::Now)
        }
        _ => Ok(Removed::Before),
    }
}

/// Whether there was anything to remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It was there.
    Now,
    /// It was gone already.
    Before,
}

async fn take_away(connection: &Connection, live: &Live) -> Result<(), Failure> {
    let name = live.role.name.as_str();
    for policy in live.inline.keys() {
        gone(connection.delete_role_policy(name, policy).await)?;
    }
    for arn in &live.managed {
        gone(connection.detach_role_policy(name, arn).await)?;
    }
    gone(connection.delete_role(name).await)
}

/// What is not there need not be taken away: an earlier try whose answer was lost did it.
fn gone(done: Result<(), Failure>) -> Result<(), Failure> {
    match done {
        Err(failure) if failure.is_not_found() => Ok(()),
        done => done,
    }
}

/// A role that was just made or read and is not found by the next call: IAM is eventually consistent (IAM user guide,
/// `troubleshoot_general`), so it is read again. A managed policy that does not exist stays missing.
fn unseen(mut failure: Failure) -> Failure {
    // Which of the two is missing AWS says in the message alone (unverified wording).
    let names_a_policy =
        matches!(failure.operation, Operation::AttachRolePolicy | Operation::PutRolePermissionsBoundary)
            && failure.message.to_ascii_lowercase().contains("policy");
    if matches!(failure.class, ErrorClass::NotFound | ErrorClass::AlreadyExists) && !names_a_policy {
        failure.class = ErrorClass::Fault;
    }
    failure
}
