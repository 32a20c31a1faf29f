//! What an administrator sees, and the cause that comes first. The healthy account has none: every other case changes it.

use super::scene::*;
use crate::access_check::Probe;
use crate::access_check::{AccountState, TimeMs};
use crate::diagnosis::evidence::{
    DetailedStatus, DriftStatus, Email, FeatureSet, JoinedMethod, ListingEnd, Move, NamedPolicy, OperationStatus,
    OwnId, ProbeError, Step, StepEnd,
};
use crate::diagnosis::{Cause, Conclusion, Evidence, Seen, Weight, diagnose};
use crate::organization::{AccountKind, OrganizationId, ServiceMode};

type Change = fn(&mut Evidence);

fn set_trust(evidence: &mut Evidence, trust: &str) {
    let template = role(trust, POLICY);
    evidence.readings.role = Seen::Present(template.clone());
    // The stack set made it so: nobody edited anything.
    set_of(evidence).template = Seen::Present(template);
}

/// A member without a role whose stack instance failed.
fn failed_instance(evidence: &mut Evidence, detailed: DetailedStatus, reason: &str) {
    evidence.readings.role = Seen::Absent;
    let set = set_of(evidence);
    set.instances = Seen::Present(vec![instance(detailed, reason)]);
    let word = if detailed == DetailedStatus::Cancelled { "CANCELLED" } else { "FAILED" };
    let results = vec![result(ACCOUNT, word, reason)];
    set.operations = Seen::Present(vec![operation(OperationStatus::Failed, 1, results)]);
}

/// A member without a role whose script failed.
fn failed_step(evidence: &mut Evidence, step: Step) {
    evidence.readings.role = Seen::Absent;
    evidence.stack_sets = Seen::Absent;
    evidence.steps = Seen::Present(vec![step]);
}

fn moved(evidence: &mut Evidence) {
    let units = |unit: &str| vec![String::from("r-root"), unit.to_owned()];
    evidence.readings.units = Seen::Present(units("ou-b"));
    evidence.readings.moved = Seen::Present(Move { at: minute(70), from: units("ou-a"), to: units("ou-b") });
    set_of(evidence).instances = Seen::Absent;
}

fn set_state(evidence: &mut Evidence, state: AccountState) {
    let Seen::Present(entry) = &mut evidence.listing.entry else { panic!("listed") };
    entry.state = Seen::Present(state.as_str().to_owned());
    entry.read_as = Seen::Present(state);
}

/// The cases of an account that never worked.
const NEVER: &[(Cause, Change)] = &[
    (Cause::RoleMissing, |e| {
        e.readings.role = Seen::Absent;
        e.stack_sets = Seen::Absent;
    }),
    (Cause::DeploymentUnderWay, |e| {
        failed_step(e, Step { at: minute(1), what: "pipeline".into(), delegated: Seen::NotLooked, end: StepEnd::Open });
    }),
    (Cause::DeploymentStepFailed, |e| failed_step(e, failed("CreateRole", "ServiceFailure", "try again"))),
    (Cause::AccountNotReady, |e| failed_step(e, failed("CreateRole", "OptInRequired", "not subscribed"))),
    (Cause::OrganizationAccessRoleMissing, |e| {
        let text = "not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/OrganizationAccountAccessRole";
        failed_step(e, failed("AssumeRole", "AccessDenied", text));
        let Seen::Present(entry) = &mut e.listing.entry else { panic!("listed") };
        entry.joined_method = Seen::Present(JoinedMethod::Invited);
    }),
    (Cause::RoleQuotaReached, |e| {
        failed_instance(e, DetailedStatus::Failed, "LimitExceeded: Cannot exceed quota for RolesPerAccount: 1000");
    }),
    (Cause::TrustTooLong, |e| {
        failed_instance(e, DetailedStatus::Failed, "Cannot exceed quota for ACLSizePerRole: 2048");
    }),
    (Cause::PolicyTooLong, |e| {
        failed_instance(e, DetailedStatus::Failed, "Maximum policy size of 10240 bytes exceeded for role VendorRole");
    }),
    (Cause::ScpDeniesRoleCreation, |e| {
        let text = "is not authorized to perform: iam:CreateRole with an explicit deny in a service control policy";
        failed_instance(e, DetailedStatus::Failed, text);
    }),
    (Cause::OtherPartition, |e| {
        let text = "Invalid principal in policy: \"AWS\":\"arn:aws-us-gov:iam::999988887777:root\"";
        failed_step(e, failed("CreateRole", "MalformedPolicyDocument", text));
    }),
    (Cause::ExternalIdEmpty, |e| {
        let text = "Parameter ExternalId failed to satisfy constraint: minimum length 2";
        failed_instance(e, DetailedStatus::Failed, text);
    }),
    (Cause::CallAsMissing, |e| {
        let text = "You must be the management account or delegated admin account of an organization";
        failed_step(e, failed("CreateStackInstances", "ValidationError", text));
    }),
    (Cause::OperationInProgress, |e| {
        failed_step(e, failed("CreateStackInstances", "OperationInProgressException", "Another operation"));
    }),
    (Cause::ConsolidatedBillingOnly, |e| {
        let text = "You must enable organizations access to operate a service managed stack set";
        failed_step(e, failed("CreateStackSet", "ValidationError", text));
        e.listing.features = Seen::Present(FeatureSet::ConsolidatedBilling);
    }),
    (Cause::CancelledAfterFailure, |e| failed_instance(e, DetailedStatus::Cancelled, "Cancelled since failures")),
    (Cause::OperationHidesFailures, |e| {
        failed_instance(e, DetailedStatus::Failed, "ServiceFailure: try again");
        let results = vec![result(ACCOUNT, "FAILED", "ServiceFailure: try again")];
        set_of(e).operations = Seen::Present(vec![operation(OperationStatus::Succeeded, 3, results)]);
    }),
    (Cause::TargetGap, |e| {
        e.readings.role = Seen::Absent;
        e.readings.units = Seen::Present(vec![String::from("r-root"), String::from("ou-z")]);
        set_of(e).instances = Seen::Absent;
    }),
    (Cause::ManagementOutsideStackSet, |e| {
        e.subject.kind = AccountKind::Management;
        e.readings.role = Seen::Absent;
        set_of(e).instances = Seen::Absent;
    }),
    (Cause::RoleExistsAlready, |e| {
        failed_instance(e, DetailedStatus::Failed, "EntityAlreadyExists: VendorRole already exists");
        e.readings.role = Seen::Present(role(&with_id("something-else-entirely"), POLICY));
    }),
    (Cause::RoleNameCase, |e| {
        failed_instance(e, DetailedStatus::Failed, "EntityAlreadyExists: VendorRole already exists");
        let mut other = role(&with_id(ID), POLICY);
        other.name = String::from("vendorrole");
        e.readings.role = Seen::Present(other);
    }),
    (Cause::RoleUnderPath, |e| {
        let mut other = role(&with_id(ID), POLICY);
        other.path = String::from("/vendors/");
        e.readings.role = Seen::Present(other);
    }),
    (Cause::RcpDeniesAssumeRole, |e| {
        e.readings.resource_control = level(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-aaaaaaaaaa"}}}]}"#,
        );
    }),
    (Cause::OtherOrganizationId, |e| set_trust(e, &with_id(OTHER_ID))),
    (Cause::MovedBetweenOrganizations, |e| {
        set_trust(e, &with_id(OTHER_ID));
        e.listing.earlier_organization = Seen::Present(OrganizationId::parse("o-bbbbbbbbbb").unwrap());
    }),
    (Cause::ExternalIdTextDiffers, |e| set_trust(e, &with_id(&format!("{ID}\\n")))),
    (Cause::ExternalIdTextDiffers, |e| set_trust(e, &with_id(&ID.to_uppercase()))),
    (Cause::ExternalIdEmpty, |e| set_trust(e, &with_id(""))),
    (Cause::ExternalIdUnknown, |e| set_trust(e, &with_id("something-else-entirely"))),
    (Cause::LegacyIdAfterMigration, |e| {
        set_trust(e, &with_id(OWN_ID));
        e.bindings.own_id = Seen::Present(OwnId { id: id(OWN_ID), counts: false });
    }),
    (Cause::OtherVendorAccount, |e| {
        let condition = format!(r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{ID}"}}}}"#);
        set_trust(e, &trust("arn:aws:iam::123412341234:root", &condition));
    }),
    (Cause::TrustDeniesVendor, |e| {
        let condition = format!(
            r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{ID}","aws:PrincipalAccount":"123412341234"}}}}"#
        );
        set_trust(e, &trust("arn:aws:iam::999988887777:root", &condition));
    }),
];

/// The cases of an account that worked and does not any more.
const LOST: &[(Cause, Change)] = &[
    (Cause::RoleDeleted, |e| {
        e.readings.role = Seen::Absent;
        set_of(e).instances = Seen::Absent;
        e.stack_sets = Seen::Absent;
    }),
    (Cause::RoleRemovedByMove, |e| {
        e.readings.role = Seen::Absent;
        moved(e);
    }),
    (Cause::PrincipalRecreated, |e| {
        let condition = format!(r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{ID}"}}}}"#);
        set_trust(e, &trust("AROA0123456789ABCDEFG", &condition));
    }),
    (Cause::TrustEditedByHand, |e| {
        e.readings.role = Seen::Present(role(&with_id("something-else-entirely"), POLICY));
        let mut drifted = instance(DetailedStatus::Succeeded, "");
        drifted.drift = Seen::Present(DriftStatus::Drifted);
        set_of(e).instances = Seen::Present(vec![drifted]);
    }),
    (Cause::StackUpdatedDirectly, |e| {
        e.readings.role = Seen::Present(role(&with_id("something-else-entirely"), POLICY));
    }),
    (Cause::LegacyIdOverwritten, |e| {
        set_trust(e, &with_id(OTHER_ID));
        e.bindings.own_id = Seen::Present(OwnId { id: id(OWN_ID), counts: true });
        let Seen::Present(checks) = &mut e.checks else { panic!("checked") };
        checks[0] = check(minute(60), "-+----+");
    }),
];

fn opened(e: &mut Evidence, marks: &str) {
    e.checks = Seen::Present(vec![check(minute(60), marks)]);
    e.validated = Seen::Absent;
}

fn refused(e: &mut Evidence, first: &str, second: &str) {
    e.actions = Seen::Present(vec![tried("ce:GetCostAndUsage", first), tried("ec2:DescribeInstances", second)]);
}

fn set_policy(e: &mut Evidence, policy: &str) {
    let changed = role(&with_id(ID), policy);
    e.readings.role = Seen::Present(changed.clone());
    set_of(e).template = Seen::Present(changed);
}

const IDENTITY: &str = "because no identity-based policy allows the ec2:DescribeInstances action";

/// The cases of an account whose role opens, or that is not asked.
const OTHER: &[(Cause, Change)] = &[
    (Cause::NoExternalIdCondition, |e| {
        opened(e, ALL_OPEN);
        set_trust(e, &trust("arn:aws:iam::999988887777:root", ""));
    }),
    (Cause::SecondStatementWithoutId, |e| {
        opened(e, ALL_OPEN);
        let second = r#"{"Sid":"Open","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999988887777:root"},"Action":"sts:AssumeRole"}]}"#;
        set_trust(e, &with_id(ID).replace("]}", &format!(",{second}")));
    }),
    (Cause::LooseExternalIdOperator, |e| {
        opened(e, "+.-+++ +");
        set_trust(e, &with_id("*").replace("StringEquals", "StringLike"));
    }),
    (Cause::LooseExternalIdOperator, |e| {
        opened(e, "+.+---+");
        set_trust(e, &with_id(ID).replace("StringEquals", "StringEqualsIfExists"));
    }),
    (Cause::LegacyId, |e| {
        opened(e, "-+----+");
        e.bindings.own_id = Seen::Present(OwnId { id: id(OWN_ID), counts: true });
        set_trust(e, &with_id(OWN_ID));
    }),
    (Cause::PolicyOutdated, |e| {
        refused(e, "", IDENTITY);
        set_policy(e, OLDER_POLICY);
    }),
    (Cause::PolicyOfOtherKind, |e| {
        refused(e, "", IDENTITY);
        set_policy(e, MANAGEMENT_POLICY);
    }),
    (Cause::PolicyDiffers, |e| {
        refused(e, IDENTITY, "");
        set_policy(e, &POLICY.replace("ce:GetCostAndUsage", "s3:GetObject"));
    }),
    (Cause::RoleHalfMade, |e| {
        refused(e, IDENTITY, IDENTITY);
        let mut bare = role(&with_id(ID), POLICY);
        bare.inline = Seen::Absent;
        e.readings.role = Seen::Present(bare.clone());
        set_of(e).template = Seen::Present(bare);
    }),
    (Cause::ScpDeniesActions, |e| refused(e, "", "with an explicit deny in a service control policy")),
    (Cause::ScpDeniesActions, |e| {
        e.actions = Seen::NotLooked;
        e.readings.service_control =
            level(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}"#);
    }),
    (Cause::PermissionsBoundary, |e| {
        refused(e, "", "because no permissions boundary allows the ec2:DescribeInstances action");
    }),
    (Cause::PermissionsBoundary, |e| {
        e.actions = Seen::NotLooked;
        let mut limited = role(&with_id(ID), POLICY);
        limited.boundary =
            Seen::Present(NamedPolicy { name: "arn:aws:iam::111122223333:policy/B".into(), text: OLDER_POLICY.into() });
        e.readings.role = Seen::Present(limited);
    }),
    (Cause::PolicyTooLong, |e| {
        refused(e, "", IDENTITY);
        set_policy(e, OLDER_POLICY);
        let text = "LimitExceeded: Maximum policy size of 10240 bytes exceeded for role VendorRole";
        set_of(e).instances = Seen::Present(vec![instance(DetailedStatus::Failed, text)]);
    }),
    (Cause::StackRetainedAfterMove, |e| {
        moved(e);
        set_of(e).retain_stacks = Seen::Present(true);
    }),
    (Cause::TwoRegions, |e| {
        let set = set_of(e);
        set.regions = Seen::Present(vec!["us-east-1".into(), "eu-west-1".into()]);
        let failed = instance(DetailedStatus::Failed, "EntityAlreadyExists: VendorRole already exists");
        set.instances = Seen::Present(vec![instance(DetailedStatus::Succeeded, ""), failed]);
    }),
    (Cause::NoEchoImport, |e| {
        let text = "Stacks with NoEcho parameters cannot be imported.";
        e.steps = Seen::Present(vec![failed("ImportStacksToStackSet", "ValidationError", text)]);
    }),
    (Cause::AccountLeftOrganization, |e| e.listing.entry = Seen::Absent),
    (Cause::AccountNotActive, |e| set_state(e, AccountState::Suspended)),
    (Cause::AccountNotActive, |e| set_state(e, AccountState::Closed)),
    (Cause::AccountPendingActivation, |e| set_state(e, AccountState::PendingActivation)),
    (Cause::StatusRetired, |e| {
        let Seen::Present(entry) = &mut e.listing.entry else { panic!("listed") };
        (entry.status, entry.read_as) = (Seen::Absent, Seen::Absent);
    }),
    (Cause::ListingIncomplete, |e| e.listing.end = Seen::Present(ListingEnd::Partial { code: "Throttling".into() })),
    (Cause::NotAManagementAccount, |e| {
        e.subject.kind = AccountKind::Management;
        e.listing.end = Seen::Present(ListingEnd::Refused { code: "AWSOrganizationsNotInUseException".into() });
        e.listing.entry = Seen::NotLooked;
    }),
    (Cause::NotAManagementAccount, |e| {
        e.subject.kind = AccountKind::Management;
        e.listing.end = Seen::Present(ListingEnd::Refused { code: "AccessDeniedException".into() });
        e.actions = Seen::Present(vec![tried(
            "organizations:ListAccounts",
            "You don't have permissions to access this resource.",
        )]);
    }),
    (Cause::LaggingMode, |e| e.subject.mode = ServiceMode::Lagging),
    (Cause::AccountClaimedTwice, |e| {
        e.listing.also_listed_by = Seen::Present(OrganizationId::parse("o-cccccccccc").unwrap());
    }),
    (Cause::VendorThrottled, |e| e.checks = Seen::Present(vec![check(minute(60), GOOD), check(minute(120), "t")])),
    (Cause::ServiceFault, |e| e.checks = Seen::Present(vec![check(minute(60), GOOD), check(minute(120), "f")])),
    (Cause::RegionDisabled, |e| e.checks = Seen::Present(vec![check(minute(60), "r")])),
    (Cause::VendorCredentials, |e| {
        let mut failed = check(minute(60), "c");
        let error = ProbeError { probe: Probe::ALL[0], code: "ExpiredToken".into(), message: String::new() };
        failed.errors = Seen::Present(vec![error]);
        e.checks = Seen::Present(vec![failed]);
    }),
    (Cause::GlobalEndpointToken, |e| {
        let mut failed = check(minute(60), "+.----c");
        let error =
            ProbeError { probe: Probe::CallerIdentity, code: "InvalidClientTokenId".into(), message: String::new() };
        failed.errors = Seen::Present(vec![error]);
        e.checks = Seen::Present(vec![failed]);
    }),
    (Cause::SessionTooLong, |e| {
        let mut failed = check(minute(60), "b");
        let message =
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
        failed.errors = Seen::Present(vec![ProbeError {
            probe: Probe::ALL[0],
            code: "ValidationError".into(),
            message: message.into(),
        }]);
        e.checks = Seen::Present(vec![failed]);
    }),
    (Cause::DuplicateNotification, |e| e.emails = Seen::Present(vec![Email { at: minute(121), number: 1 }])),
    (Cause::BenignRace, |e| {
        e.checks = Seen::Present(vec![check(minute(60), DENIED), check(minute(120), GOOD)]);
        e.emails = Seen::Present(vec![Email { at: minute(60), number: 1 }]);
        let mut late = role(&with_id(ID), POLICY);
        late.changed = Seen::Present(minute(70));
        e.readings.role = Seen::Present(late);
    }),
    (Cause::RoleNotPropagated, |e| {
        let again = TimeMs(minute(60).0 + 30_000);
        e.checks = Seen::Present(vec![check(minute(60), DENIED), check(again, GOOD)]);
        let mut young = role(&with_id(ID), POLICY);
        young.changed = Seen::Present(TimeMs(minute(60).0 - 3_000));
        e.readings.role = Seen::Present(young);
    }),
];

/// Every case: the cause, and the evidence that shows it.
pub(super) fn all() -> impl Iterator<Item = (Cause, Evidence)> {
    let changed = |start: fn(Evidence) -> Evidence, cases: &'static [(Cause, Change)]| {
        cases.iter().map(move |(cause, change)| {
            let mut evidence = start(customer());
            change(&mut evidence);
            (*cause, evidence)
        })
    };
    changed(never, NEVER).chain(changed(lost, LOST)).chain(changed(|evidence| evidence, OTHER))
}

#[test]
fn a_healthy_account_has_no_cause() {
    for evidence in [customer(), vendor()] {
        let diagnosis = diagnose(&evidence);
        assert_eq!(diagnosis.symptoms, []);
        assert_eq!(diagnosis.causes, []);
        assert_eq!(diagnosis.next, None);
        assert_eq!(diagnosis.conclusion(), Conclusion::NothingToDo);
    }
}

#[test]
fn each_cause_is_certain_and_first_where_it_is_shown() {
    let mut wrong = Vec::new();
    for (index, (cause, evidence)) in all().enumerate() {
        let diagnosis = diagnose(&evidence);
        let first = diagnosis.first().map(|ranked| (ranked.cause, ranked.weight));
        if first != Some((cause, Weight::Certain)) {
            let certain: Vec<_> = diagnosis.causes.iter().map(|ranked| (ranked.cause, ranked.weight)).take(4).collect();
            let excluded = diagnosis.excluded.iter().find(|excluded| excluded.cause == cause);
            wrong.push(format!("{index}: {cause:?} against {certain:?}, excluded: {excluded:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_cause_is_shown_by_some_case() {
    let shown: std::collections::BTreeSet<_> = all().map(|(cause, _)| cause).collect();
    let missing: Vec<_> = Cause::ALL.iter().filter(|cause| !shown.contains(cause)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_role_that_is_not_there_was_deleted_only_where_it_is_known_to_have_been_there() {
    let mut evidence = customer();
    evidence.readings.role = Seen::Absent;
    evidence.stack_sets = Seen::Absent;
    evidence.checks = Seen::NotLooked;
    evidence.emails = Seen::NotLooked;
    let first = |evidence: &Evidence| {
        let diagnosis = diagnose(evidence);
        diagnosis.first().map(|ranked| (ranked.cause, ranked.weight)).unwrap()
    };
    evidence.validated = Seen::Present(minute(10));
    assert_eq!(first(&evidence), (Cause::RoleDeleted, Weight::Certain));
    evidence.validated = Seen::NotLooked;
    assert_eq!(first(&evidence).0, Cause::RoleMissing);
    let deleted = |ranked: &&crate::diagnosis::Ranked| ranked.cause == Cause::RoleDeleted;
    let diagnosis = diagnose(&evidence);
    assert_eq!(diagnosis.causes.iter().find(deleted).unwrap().weight, Weight::Possible);
}
