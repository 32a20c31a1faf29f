//! What a rollout will do in one account, and what stands in its way.

use super::calls::{self, Call, Work};
use super::limits::{Levels, Limits, Verdict, by_resource_control, by_service_control};
use crate::access_check::AccountState;
use crate::facts::facts_of;
use crate::limits::counted_chars;
use crate::organization::{AccountKind, Organization};
use crate::profile::RoleProfile;
use crate::role::expected::{ExpectedRole, expected_role};
use jiff::civil::Date;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::Condition;
use rolecall_iam::document::print::to_json_compact;
use rolecall_iam::evaluate::{Context, Request, RequestPrincipal};

/// An account with what was read of it.
#[derive(Clone, Debug)]
pub struct SurveyedAccount {
    /// Which.
    pub account: AccountId,
    /// As Organizations lists it.
    pub state: AccountState,
    /// Why it is left out on purpose.
    pub excluded: Option<String>,
    /// The SCPs and RCPs above it.
    pub limits: Limits,
    /// What was found in it.
    pub inside: Inside,
}

/// What was found in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// Nobody looked: it is left out.
    NotLooked,
    /// The way in does not open.
    NoWayIn(String),
    /// A call inside was denied: the rollout's would be, too.
    Denied(String),
    /// It could not be read.
    Unknown(String),
    /// Read.
    Read(Reading),
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The role.
    pub found: Found,
    /// Roles in the account and how many there may be.
    pub roles: Option<(u32, u32)>,
    /// Characters that a trust policy may have.
    pub trust_chars_max: Option<u32>,
}

/// The role as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// There is none.
    Absent,
    /// It is the role of the profile.
    Equal,
    /// It is another one, and what differs.
    Different(String),
    /// One whose name differs in case takes the name.
    OtherCase(String),
}

/// What to do with another role of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnCollision {
    /// The account fails.
    Fail,
    /// It is overwritten.
    Overwrite,
    /// The account is left out.
    Skip,
}

/// What decisions are made by.
#[derive(Clone, Debug)]
pub struct Rules<'a> {
    /// The role.
    pub profile: &'a RoleProfile,
    /// The organization.
    pub organization: &'a Organization,
    /// The day by which migration windows are judged.
    pub day: Date,
    /// Path and name of the role that members are entered by, without the leading slash.
    pub way_in: &'a str,
    /// Other roles of the name.
    pub collision: OnCollision,
}

/// What a rollout means to do in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Make the role.
    Create,
    /// Leave the equal one that is there.
    Adopt,
    /// Make another one the role of the profile; what differs.
    Overwrite(String),
    /// Nothing: another one has the name, and that fails the account.
    Collision(String),
    /// Nothing: one whose name differs in case takes the name.
    NameTaken(String),
    /// Nothing, on purpose.
    LeftOut(LeftOut),
    /// It cannot be told.
    Unknown,
}

/// Why nothing is done in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It is not ACTIVE.
    NotActive(AccountState),
    /// The customer says so.
    Excluded(String),
    /// Another role has the name, and the choice is to leave it alone.
    OtherRole(String),
}

/// Something in the way, or something that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Obstacle {
    /// A stable word.
    pub code: &'static str,
    /// What was found.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// What was decided about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What the rollout means to do.
    pub intent: Intent,
    /// What would stop it.
    pub blocks: Vec<Obstacle>,
    /// What could not be judged.
    pub open: Vec<Obstacle>,
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The rollout will do what it means to.
    Ready,
    /// Nothing is done, on purpose.
    LeftOut,
    /// It will fail.
    Stopped,
    /// Not all could be judged.
    NotJudged,
}

impl Decision {
    /// Where the account stands.
    pub fn standing(&self) -> Standing {
        match &self.intent {
            Intent::LeftOut(_) => Standing::LeftOut,
            Intent::Collision(_) | Intent::NameTaken(_) => Standing::Stopped,
            _ if !self.blocks.is_empty() => Standing::Stopped,
            Intent::Unknown => Standing::NotJudged,
            _ if !self.open.is_empty() => Standing::NotJudged,
            Intent::Create | Intent::Adopt | Intent::Overwrite(_) => Standing::Ready,
        }
    }
}

/// Decides about one account.
pub fn decide(account: &SurveyedAccount, rules: &Rules<'_>) -> Decision {
    let done = |intent| Decision { intent, blocks: Vec::new(), open: Vec::new() };
    if let Some(reason) = &account.excluded {
        return done(Intent::LeftOut(LeftOut::Excluded(reason.clone())));
    }
    if account.state != AccountState::Active {
        return done(Intent::LeftOut(LeftOut::NotActive(account.state)));
    }
    let mut decision = done(Intent::Unknown);
    decision.look(&account.inside, rules.collision);
    let expected = expected_role(rules.profile, rules.organization, account.account, rules.day);
    if let Inside::Read(reading) = &account.inside {
        decision.hold_against_quotas(reading, &expected);
    }
    if !matches!(decision.intent, Intent::LeftOut(_) | Intent::Collision(_) | Intent::NameTaken(_)) {
        decision.hold_against_limits(&account.limits, rules, &expected);
    }
    decision
}

impl Decision {
    fn block(&mut self, code: &'static str, message: String, help: &'static str) {
        self.blocks.push(Obstacle { code, message, help });
    }

    fn leave_open(&mut self, code: &'static str, message: String, help: &'static str) {
        self.open.push(Obstacle { code, message, help });
    }

    fn look(&mut self, inside: &Inside, collision: OnCollision) {
        match inside {
            Inside::NotLooked => {
                self.leave_open("not-looked", "nobody looked into the account".to_owned(), "plan again");
            }
            Inside::NoWayIn(message) => {
                let help = "see that the role to go in by is there and admits the account of the operator's credentials; \
                            invited accounts do not have `OrganizationAccountAccessRole`";
                self.block("no-way-in", message.clone(), help);
            }
            Inside::Denied(message) => {
                self.block(
                    "denied",
                    message.clone(),
                    "give the role to go in by the policy that the plan prints for it",
                );
            }
            Inside::Unknown(message) => self.leave_open("not-read", message.clone(), "plan again"),
            Inside::Read(reading) => self.intent = intent(&reading.found, collision),
        }
    }

    fn hold_against_quotas(&mut self, reading: &Reading, expected: &ExpectedRole) {
        let makes = self.intent == Intent::Create;
        match reading.roles {
            Some((roles, quota)) if makes && roles >= quota => {
                let message = format!("the account has {roles} roles and may have {quota}");
                self.block("role-quota", message, "raise the quota, or remove roles that nobody needs");
            }
            None if makes => {
                let message = "how many roles the account may have was not told".to_owned();
                self.leave_open("role-quota-unknown", message, "plan again");
            }
            _ => {}
        }
        if !matches!(self.intent, Intent::Create | Intent::Overwrite(_)) {
            return;
        }
        let chars = counted_chars(&to_json_compact(&expected.trust));
        match reading.trust_chars_max {
            Some(most) if chars > most as usize => {
                let message = format!("the trust policy has {chars} characters, and the account allows {most}");
                self.block("trust-quota", message, "raise the quota of the trust policy's length (4,096 at most)");
            }
            Some(_) => {}
            None => {
                let message = "how long a trust policy may be was not told".to_owned();
                self.leave_open("trust-quota-unknown", message, "plan again");
            }
        }
    }

    fn hold_against_limits(&mut self, limits: &Limits, rules: &Rules<'_>, expected: &ExpectedRole) {
        let kind = rules.organization.kind_of(expected.account);
        match (limits, kind) {
            (Limits::None, _) | (_, AccountKind::Management) => {}
            (Limits::Unknown(why), AccountKind::Member) => {
                let help = "let the operator read the organization's policies, then plan again";
                self.leave_open("policies-not-read", format!("SCPs and RCPs were not read: {why}"), help);
            }
            (Limits::Known(levels), AccountKind::Member) => {
                self.hold_against_scps(levels, rules, expected);
                self.hold_against_rcps(levels, rules, expected);
            }
        }
    }

    /// SCPs bind the session of the way in.
    fn hold_against_scps(&mut self, levels: &Levels, rules: &Rules<'_>, expected: &ExpectedRole) {
        let works: &[Work] = match self.intent {
            Intent::Overwrite(_) => &[Work::Read, Work::Overwrite],
            Intent::Adopt => &[Work::Read],
            _ => &[Work::Read, Work::Create],
        };
        for call in works.iter().flat_map(|work| calls::inside(expected, *work)) {
            let Some(request) = of_way_in(&call, rules, expected) else {
                let message =
                    format!("{} in a session of `{}` is no request that can be judged", call.action, rules.way_in);
                return self.leave_open("scp-undecided", message, "correct the name of the way in");
            };
            let verdict = by_service_control(levels, &request, &is_known_inside);
            let told = |why: &str| format!("{} in a session of `{}`: {why}", call.action, rules.way_in);
            match verdict {
                Verdict::Allowed => continue,
                Verdict::Denied(why) => {
                    let help = "exempt the role to go in by from the service control policy";
                    self.block("scp-denies", told(&why), help);
                }
                Verdict::Open(why) => {
                    let help = "look at the condition; a try in one account, as a wave of its own, tells";
                    self.leave_open("scp-undecided", told(&why), help);
                }
            }
            // The first one tells who; what else it denies goes with it.
            return;
        }
    }

    /// RCPs bind whoever opens the role, the vendor too.
    fn hold_against_rcps(&mut self, levels: &Levels, rules: &Rules<'_>, expected: &ExpectedRole) {
        for principal in vendors(rules, expected.partition) {
            let Some(request) = of_vendor(&principal, rules, expected) else {
                let message = format!("sts:AssumeRole by {principal} is no request that can be judged");
                return self.leave_open("rcp-undecided", message, "correct the vendor's principal");
            };
            let verdict = by_resource_control(levels, &expected.trust, &request, &|condition| {
                is_known_of_vendor(condition, rules)
            });
            match verdict {
                Verdict::Allowed => continue,
                Verdict::Denied(why) => {
                    let message = format!("sts:AssumeRole by the vendor ({principal}): {why}");
                    let help = "exempt the vendor's account by `aws:PrincipalAccount` from the resource control policy";
                    self.block("rcp-denies-vendor", message, help);
                }
                Verdict::Open(why) => {
                    let message = format!("sts:AssumeRole by the vendor ({principal}): {why}");
                    self.leave_open("rcp-undecided", message, "ask the vendor what its calls bring along");
                }
            }
            return;
        }
    }
}

fn intent(found: &Found, collision: OnCollision) -> Intent {
    match (found, collision) {
        (Found::Absent, _) => Intent::Create,
        (Found::Equal, _) => Intent::Adopt,
        (Found::Different(what), OnCollision::Fail) => Intent::Collision(what.clone()),
        (Found::Different(what), OnCollision::Overwrite) => Intent::Overwrite(what.clone()),
        (Found::Different(what) | Found::OtherCase(what), OnCollision::Skip) => {
            Intent::LeftOut(LeftOut::OtherRole(what.clone()))
        }
        // A role cannot be renamed (IAM API reference, `UpdateRole`), so there is nothing to overwrite.
        (Found::OtherCase(name), OnCollision::Fail | OnCollision::Overwrite) => Intent::NameTaken(name.clone()),
    }
}

/// IAM is global: its calls are in this Region for `aws:RequestedRegion` (IAM user guide, `reference_policies_condition-keys`;
/// of the other partitions inferred from their endpoints).
const fn region_of_iam(partition: Partition) -> &'static str {
    match partition {
        Partition::Aws => "us-east-1",
        Partition::AwsUsGov => "us-gov-west-1",
        Partition::AwsCn => "cn-north-1",
    }
}

const WITH_BOUNDARY: [&str; 7] = [
    "iam:CreateRole",
    "iam:PutRolePermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:DeleteRolePolicy",
    "iam:AttachRolePolicy",
    "iam:DetachRolePolicy",
];

fn of_way_in(call: &Call, rules: &Rules<'_>, expected: &ExpectedRole) -> Option<Request> {
    let (partition, account) = (expected.partition, expected.account);
    let name = rules.way_in.rsplit('/').next().unwrap_or_default();
    let session = format!("arn:{}:sts::{account}:assumed-role/{name}/rolecall", partition.as_str());
    let mut context = Context::new();
    context.set("aws:PrincipalOrgID", rules.organization.id.as_str());
    context.set("aws:ResourceOrgID", rules.organization.id.as_str());
    context.set("aws:ResourceAccount", account.as_str());
    context.set("aws:RequestedRegion", region_of_iam(partition));
    context.set("aws:SecureTransport", "true");
    context.set("aws:ViaAWSService", "false");
    context.set("aws:PrincipalIsAWSService", "false");
    for (key, value) in &call.keys {
        context.set(key, value.as_str());
    }
    // What writes to a role brings the boundary along that the role has (IAM user guide, `reference_policies_iam-condition-keys`).
    if let Some(boundary) = &expected.permissions_boundary
        && WITH_BOUNDARY.contains(&call.action)
    {
        context.set("iam:PermissionsBoundary", boundary.as_str());
    }
    if matches!(call.action, "iam:CreateRole" | "iam:TagRole") && !expected.tags.is_empty() {
        context.set_multi("aws:TagKeys", expected.tags.iter().map(|tag| tag.key.clone()).collect());
        for tag in &expected.tags {
            context.set(&format!("aws:RequestTag/{}", tag.key), tag.value.as_str());
        }
    }
    let principal = RequestPrincipal::parse(&session).ok()?;
    let request = Request::new(principal, call.action, &call.resource, context).ok()?;
    let role = calls::way_in_arn(partition, account, rules.way_in);
    Some(request.with_principal_role(&role).ok()?.with_facts(facts_of(call.action)))
}

/// Keys that [`of_way_in`] sets, that follow from the caller, or that such a call surely does not have.
fn is_known_inside(condition: &Condition) -> bool {
    const KNOWN: [&str; 14] = [
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principaltype",
        "aws:principalorgid",
        "aws:resourceorgid",
        "aws:resourceaccount",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:viaawsservice",
        "aws:principalisawsservice",
        "aws:tagkeys",
        "aws:calledvia",
        "iam:permissionsboundary",
        "iam:policyarn",
    ];
    let key = condition.key.value.to_ascii_lowercase();
    KNOWN.contains(&key.as_str()) || key.starts_with("aws:requesttag/")
}

fn vendors(rules: &Rules<'_>, partition: Partition) -> Vec<String> {
    let vendor = &rules.profile.vendor;
    if vendor.principal_arns.is_empty() { vec![vendor.root_arn(partition)] } else { vendor.principal_arns.clone() }
}

/// An organization that is not the customer's: which one the vendor's is nobody needs to know.
const OTHER_ORGANIZATION: &str = "o-0000000000";

fn of_vendor(principal: &str, rules: &Rules<'_>, expected: &ExpectedRole) -> Option<Request> {
    let mut context = Context::new();
    let ids = rules.organization.accepted_ids(expected.account, rules.day);
    context.set("sts:ExternalId", ids.expected.as_str());
    context.set("aws:PrincipalOrgID", OTHER_ORGANIZATION);
    context.set("aws:ResourceOrgID", rules.organization.id.as_str());
    context.set("aws:ResourceAccount", expected.account.as_str());
    context.set("aws:SecureTransport", "true");
    context.set("aws:ViaAWSService", "false");
    context.set("aws:PrincipalIsAWSService", "false");
    // The root user cannot assume roles; of the account's other principals nothing but the account is known.
    let account = rules.profile.vendor.account;
    let unnamed = format!("arn:{}:iam::{account}:role/unknown", expected.partition.as_str());
    let principal = if principal.ends_with(":root") { unnamed.as_str() } else { principal };
    let principal = RequestPrincipal::parse(principal).ok()?;
    let request = Request::new(principal, "sts:AssumeRole", &expected.arn(), context).ok()?;
    Some(request.with_facts(facts_of("sts:AssumeRole")))
}

fn is_known_of_vendor(condition: &Condition, rules: &Rules<'_>) -> bool {
    let own = rules.organization.id.as_str();
    let values = || condition.values.iter().map(|value| value.value.as_str());
    match condition.key.value.to_ascii_lowercase().as_str() {
        "sts:externalid"
        | "aws:principalaccount"
        | "aws:resourceaccount"
        | "aws:resourceorgid"
        | "aws:securetransport"
        | "aws:viaawsservice"
        | "aws:principalisawsservice" => true,
        // The vendor is not of the customer's organization; whether it is of another one that is named is not known.
        "aws:principalorgid" => values().all(|value| value == own),
        "aws:principalarn" => !rules.profile.vendor.principal_arns.is_empty(),
        _ => false,
    }
}
