//! A healthy account as the customer sees it, and the pieces that tests change in it.

use crate::access_check::{AccountState, DurationMs, IdOf, Outcome, Outcomes, Probe, TimeMs, Verdict};
use crate::diagnosis::evidence::{
    Bindings, Check, CheckStart, ControlPolicies, DetailedStatus, DriftStatus, Email, Entry, FeatureSet,
    InstanceStatus, JoinedMethod, KnownId, Listing, ListingEnd, NamedPolicy, Neighbours, OperationStatus,
    PermissionModel, ReadRole, Readings, SeenInstance, SeenOperation, SeenResult, SeenSet, Step, StepEnd, TriedAction,
};
use crate::diagnosis::{Evidence, Seen, Subject, Viewpoint};
use crate::external_id::ExternalId;
use crate::organization::{AccountKind, OrganizationId, ServiceMode};
use crate::profile::VendorPrincipal;
use rolecall_iam::arn::{AccountId, Partition};

pub(super) const ID: &str = "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43";
pub(super) const OTHER_ID: &str = "1b7d0c52-6a3e-4f18-9d24-c5b8e7f60a91";
pub(super) const OWN_ID: &str = "acct-4f2a9c81d6e35b70";
pub(super) const ACCOUNT: &str = "111122223333";
pub(super) const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ce:GetCostAndUsage","ec2:DescribeInstances"],"Resource":"*"}]}"#;
pub(super) const OLDER_POLICY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ce:GetCostAndUsage"],"Resource":"*"}]}"#;
pub(super) const MANAGEMENT_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ce:GetCostAndUsage","organizations:ListAccounts"],"Resource":"*"}]}"#;

pub(super) const fn minute(minutes: u64) -> TimeMs {
    TimeMs(DurationMs::from_minutes(minutes).0)
}

pub(super) fn id(text: &str) -> ExternalId {
    ExternalId::parse(text).unwrap()
}

/// A trust with this principal and condition.
pub(super) fn trust(principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"AllowVendor","Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"{condition}}}]}}"#
    )
}

pub(super) fn with_id(text: &str) -> String {
    trust(
        "arn:aws:iam::999988887777:root",
        &format!(r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{text}"}}}}"#),
    )
}

pub(super) fn role(trust: &str, policy: &str) -> ReadRole {
    ReadRole {
        name: String::from("VendorRole"),
        path: String::from("/"),
        changed: Seen::Present(minute(2)),
        trust: Seen::Present(trust.to_owned()),
        inline: Seen::Present(vec![NamedPolicy { name: String::from("VendorRole"), text: policy.to_owned() }]),
        managed: Seen::Absent,
        boundary: Seen::Absent,
    }
}

/// Marks: `+` allowed, `-` denied, `t` throttled, `f` fault, `c` credentials, `b` bad request, `.` not made; in the order
/// of `Probe::ALL`.
pub(super) fn outcomes(marks: &str) -> Outcomes {
    let read = |mark| match mark {
        '+' => Outcome::Allowed,
        '-' => Outcome::AccessDenied,
        't' => Outcome::Throttled,
        'f' => Outcome::Fault,
        'c' => Outcome::OwnCredentials,
        'b' => Outcome::BadRequest,
        'r' => Outcome::RegionDisabled,
        _ => Outcome::NotMade,
    };
    Probe::ALL.iter().zip(marks.chars()).fold(Outcomes::NONE, |all, (probe, mark)| all.with(*probe, read(mark)))
}

pub(super) fn check(at: TimeMs, marks: &str) -> Check {
    let outcomes = outcomes(marks);
    let opened = outcomes.opened_by();
    let undecided = outcomes.iter().any(|(_, outcome)| !outcome.is_decided());
    let negative = outcomes.iter().any(|(probe, outcome)| probe.is_negative() && outcome == Outcome::Allowed);
    let verdict = match (negative, undecided, opened) {
        (true, _, _) => Verdict::Insecure,
        (false, true, _) => Verdict::Unknown,
        (false, false, Some(IdOf::Organization | IdOf::Account)) => Verdict::Validated,
        (false, false, None) => Verdict::Denied,
    };
    let tick = u32::try_from(at.0 / DurationMs::from_minutes(60).0).unwrap();
    Check { at, start: Seen::Present(CheckStart::Tick(tick)), outcomes, verdict, errors: Seen::Absent }
}

pub(super) const GOOD: &str = "+.----+";
pub(super) const DENIED: &str = "-......";
pub(super) const ALL_OPEN: &str = "+.+++++";

pub(super) fn tried(action: &str, message: &str) -> TriedAction {
    let error = if message.is_empty() {
        Seen::Absent
    } else {
        Seen::Present((String::from("AccessDenied"), message.to_owned()))
    };
    TriedAction { action: action.to_owned(), error }
}

pub(super) fn failed(what: &str, code: &str, message: &str) -> Step {
    let end = StepEnd::Failed { code: code.to_owned(), message: message.to_owned() };
    Step { at: minute(1), what: what.to_owned(), delegated: Seen::NotLooked, end }
}

pub(super) fn instance(detailed: DetailedStatus, reason: &str) -> SeenInstance {
    let status = if detailed == DetailedStatus::Succeeded { InstanceStatus::Current } else { InstanceStatus::Outdated };
    SeenInstance {
        region: String::from("us-east-1"),
        status,
        detailed: Seen::Present(detailed),
        reason: Seen::looked((!reason.is_empty()).then(|| reason.to_owned())),
        drift: Seen::Present(DriftStatus::InSync),
    }
}

pub(super) fn operation(status: OperationStatus, failed: u32, results: Vec<SeenResult>) -> SeenOperation {
    SeenOperation {
        id: String::from("op-1"),
        action: String::from("CREATE"),
        status,
        failed_instances: Seen::Present(failed),
        results: Seen::Present(results),
    }
}

pub(super) fn result(account: &str, status: &str, reason: &str) -> SeenResult {
    SeenResult {
        account: account.to_owned(),
        region: String::from("us-east-1"),
        status: status.to_owned(),
        reason: Seen::looked((!reason.is_empty()).then(|| reason.to_owned())),
    }
}

pub(super) fn level(text: &str) -> Seen<Vec<ControlPolicies>> {
    let principal = if text.contains("Principal") { r#""Principal":"*","# } else { "" };
    let full = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{principal}"Action":"*","Resource":"*"}}]}}"#
    );
    let policy = |name: &str, text: &str| NamedPolicy { name: name.to_owned(), text: text.to_owned() };
    let policies = vec![policy("Full", &full), policy("Guard", text)];
    Seen::Present(vec![ControlPolicies { target: String::from("r-root"), policies }])
}

/// What the vendor has of a healthy account.
pub(super) fn vendor() -> Evidence {
    let subject = Subject {
        account: AccountId::parse(ACCOUNT).unwrap(),
        kind: AccountKind::Member,
        organization: OrganizationId::parse("o-aaaaaaaaaa").unwrap(),
        partition: Partition::Aws,
        mode: ServiceMode::RealTime,
        role_name: String::from("VendorRole"),
        role_path: String::from("/"),
        vendor: VendorPrincipal { account: AccountId::parse("999988887777").unwrap(), principal_arns: Vec::new() },
    };
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    Evidence {
        bindings: Bindings {
            organization_id: Seen::Present(id(ID)),
            own_id: Seen::Absent,
            others: Seen::Present(vec![KnownId { id: id(OTHER_ID), of: String::from("organization o-bbbbbbbbbb") }]),
            policy: Seen::Present(POLICY.to_owned()),
            other_kind_policy: Seen::Present(MANAGEMENT_POLICY.to_owned()),
            older_policies: Seen::Present(texts(&[OLDER_POLICY])),
            actions: Seen::Present(texts(&["ce:GetCostAndUsage", "ec2:DescribeInstances"])),
        },
        listing: Listing {
            end: Seen::Present(ListingEnd::Complete),
            entry: Seen::Present(Entry {
                state: Seen::Present(String::from("ACTIVE")),
                status: Seen::Present(String::from("ACTIVE")),
                read_as: Seen::Present(AccountState::Active),
                joined_method: Seen::Present(JoinedMethod::Created),
            }),
            first_listed: Seen::Present(minute(0)),
            state_since: Seen::Absent,
            earlier_organization: Seen::Absent,
            also_listed_by: Seen::Absent,
            features: Seen::NotLooked,
        },
        checks: Seen::Present(vec![check(minute(60), GOOD), check(minute(120), GOOD)]),
        validated: Seen::Present(minute(120)),
        emails: Seen::Absent,
        actions: Seen::Present(vec![tried("ce:GetCostAndUsage", ""), tried("ec2:DescribeInstances", "")]),
        neighbours: Neighbours {
            management: Seen::Present(Verdict::Validated),
            members_validated: Seen::Present(4),
            members_denied: Seen::Present(0),
        },
        ..Evidence::new(Viewpoint::Vendor, minute(130), subject)
    }
}

/// The same with what an administrator of the organization reads.
pub(super) fn customer() -> Evidence {
    let set = SeenSet {
        name: String::from("vendor-role"),
        model: Seen::Present(PermissionModel::ServiceManaged),
        retain_stacks: Seen::Present(false),
        units: Seen::Present(vec![String::from("ou-a")]),
        regions: Seen::Present(vec![String::from("us-east-1")]),
        template: Seen::Present(role(&with_id(ID), POLICY)),
        instances: Seen::Present(vec![instance(DetailedStatus::Succeeded, "")]),
        operations: Seen::Present(vec![operation(
            OperationStatus::Succeeded,
            0,
            vec![result(ACCOUNT, "SUCCEEDED", "")],
        )]),
    };
    let base = vendor();
    Evidence {
        viewpoint: Viewpoint::Customer,
        listing: Listing { features: Seen::Present(FeatureSet::All), ..base.listing.clone() },
        readings: Readings {
            roles: Seen::Absent,
            role: Seen::Present(role(&with_id(ID), POLICY)),
            service_control: Seen::Absent,
            resource_control: Seen::Absent,
            units: Seen::Present(vec![String::from("r-root"), String::from("ou-a")]),
            moved: Seen::Absent,
            ..Readings::default()
        },
        stack_sets: Seen::Present(vec![set]),
        steps: Seen::Absent,
        ..base
    }
}

/// The account is denied at two ticks and was never validated.
pub(super) fn never(mut evidence: Evidence) -> Evidence {
    evidence.checks = Seen::Present(vec![check(minute(60), DENIED), check(minute(120), DENIED)]);
    evidence.validated = Seen::Absent;
    let email = |number: u16| Email { at: minute(60 * u64::from(number)), number };
    evidence.emails = Seen::Present(vec![email(1), email(2)]);
    evidence
}

/// The account was validated and is denied at two ticks.
pub(super) fn lost(mut evidence: Evidence) -> Evidence {
    let at = [minute(60), minute(120), minute(180)];
    let [first, second, third] = at;
    evidence.checks = Seen::Present(vec![check(first, GOOD), check(second, DENIED), check(third, DENIED)]);
    evidence.validated = Seen::Present(first);
    let emails = vec![Email { at: second, number: 1 }, Email { at: third, number: 2 }];
    evidence.emails = Seen::Present(emails);
    evidence
}

pub(super) fn set_of(evidence: &mut Evidence) -> &mut SeenSet {
    match &mut evidence.stack_sets {
        Seen::Present(sets) => &mut sets[0],
        Seen::NotLooked | Seen::Absent => panic!("the scene has a stack set"),
    }
}
