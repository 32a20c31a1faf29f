//! Membership of named actions in both directions, and that the selections themselves are sound.

use super::{ALL, Services, by_name, nearest};
use rolecall_iam_catalog::{Action, action_named, all_actions, service, services};
use std::collections::BTreeSet;

/// The classes that the vendor's claims are about.
const FORBIDDEN: [&str; 5] =
    ["compute-data-plane", "compute-control-plane", "customer-data", "iam-write", "privilege-escalation"];

fn classes_of(name: &str) -> Vec<&'static str> {
    let action = action_named(name).unwrap_or_else(|| panic!("the catalogue has no `{name}`"));
    ALL.iter().filter(|class| class.contains(action)).map(|class| class.name).collect()
}

#[test]
fn names_are_sorted_and_unique() {
    for pair in ALL.windows(2) {
        assert!(pair[0].name < pair[1].name, "{} before {}", pair[0].name, pair[1].name);
    }
    for name in FORBIDDEN {
        assert!(by_name(name).is_some(), "{name}");
    }
    assert!(by_name("compute").is_none());
    assert_eq!(nearest("compute-controlplane").map(|class| class.name), Some("compute-control-plane"));
    assert_eq!(nearest("zzz"), None);
}

#[test]
fn actions_are_in_the_right_classes() {
    let cases: &[(&str, &[&str])] = &[
        ("ec2:RunInstances", &["compute-control-plane", "privilege-escalation"]),
        ("ec2:StartInstances", &["compute-control-plane"]),
        ("ec2:StopInstances", &["compute-control-plane"]),
        ("ec2:TerminateInstances", &["compute-control-plane"]),
        ("ec2:RebootInstances", &["compute-control-plane"]),
        ("ec2:ModifyInstanceAttribute", &["compute-control-plane", "privilege-escalation"]),
        ("ec2:ModifyInstanceCapacityReservationAttributes", &["compute-control-plane"]),
        ("ec2:CreateTags", &["compute-control-plane"]),
        ("ec2:DeleteVolume", &["compute-control-plane"]),
        ("ec2:AuthorizeSecurityGroupIngress", &["compute-control-plane", "network-write"]),
        ("ec2:ModifySnapshotAttribute", &["compute-control-plane", "privilege-escalation"]),
        ("ec2:GetPasswordData", &["compute-data-plane"]),
        ("ec2:GetConsoleOutput", &["compute-data-plane"]),
        ("ec2:DescribeInstanceAttribute", &["compute-data-plane"]),
        (
            "ec2-instance-connect:SendSSHPublicKey",
            &["compute-data-plane", "compute-control-plane", "privilege-escalation"],
        ),
        ("autoscaling:UpdateAutoScalingGroup", &["compute-control-plane"]),
        ("autoscaling:TerminateInstanceInAutoScalingGroup", &["compute-control-plane"]),
        ("ecs:RunTask", &["compute-control-plane", "privilege-escalation"]),
        ("ecs:ExecuteCommand", &["compute-data-plane", "privilege-escalation"]),
        ("eks:DeleteCluster", &["compute-control-plane"]),
        ("eks:AccessKubernetesApi", &["compute-data-plane"]),
        ("lambda:InvokeFunction", &["compute-data-plane", "privilege-escalation"]),
        ("lambda:UpdateFunctionCode", &["compute-control-plane", "privilege-escalation"]),
        ("lambda:GetFunction", &["compute-data-plane"]),
        ("lightsail:StopInstance", &["compute-control-plane"]),
        ("batch:SubmitJob", &["compute-control-plane", "compute-data-plane", "privilege-escalation"]),
        ("apprunner:DeleteService", &["compute-control-plane"]),
        ("elasticbeanstalk:TerminateEnvironment", &["compute-control-plane"]),
        ("elasticmapreduce:TerminateJobFlows", &["compute-control-plane"]),
        ("emr-serverless:StopApplication", &["compute-control-plane"]),
        ("sagemaker:StopNotebookInstance", &["compute-control-plane"]),
        ("cloudformation:DeleteStack", &["compute-control-plane"]),
        ("fis:StartExperiment", &["compute-control-plane"]),
        ("ssm:SendCommand", &["compute-data-plane", "compute-control-plane", "privilege-escalation"]),
        ("ssm:StartSession", &["compute-data-plane", "privilege-escalation"]),
        ("ssm:GetParameter", &["customer-data"]),
        ("ssm:PutParameter", &["customer-data"]),
        ("s3:GetObject", &["customer-data"]),
        ("s3:PutObject", &["customer-data"]),
        ("s3:DeleteObjectVersion", &["customer-data"]),
        ("s3:PutObjectAcl", &["customer-data", "privilege-escalation"]),
        ("s3:PutBucketPolicy", &["privilege-escalation"]),
        ("s3express:CreateSession", &["customer-data"]),
        ("dynamodb:GetItem", &["customer-data"]),
        ("dynamodb:Scan", &["customer-data"]),
        ("dynamodb:PartiQLSelect", &["customer-data"]),
        ("dynamodb:ExportTableToPointInTime", &["customer-data"]),
        ("rds-data:ExecuteStatement", &["customer-data"]),
        ("rds-db:connect", &["customer-data", "privilege-escalation"]),
        ("redshift:GetClusterCredentials", &["customer-data"]),
        ("redshift-data:GetStatementResult", &["customer-data"]),
        ("dsql:DbConnect", &["customer-data"]),
        ("cassandra:Select", &["customer-data"]),
        ("timestream:Select", &["customer-data"]),
        ("athena:GetQueryResults", &["customer-data"]),
        ("athena:StartQueryExecution", &["customer-data"]),
        ("kinesis:GetRecords", &["customer-data"]),
        ("firehose:PutRecordBatch", &["customer-data"]),
        ("sqs:ReceiveMessage", &["customer-data"]),
        ("sns:Publish", &["customer-data"]),
        ("secretsmanager:GetSecretValue", &["customer-data"]),
        ("kms:Decrypt", &["customer-data"]),
        ("kms:CreateGrant", &["privilege-escalation"]),
        ("logs:GetLogEvents", &["customer-data"]),
        ("logs:FilterLogEvents", &["customer-data"]),
        ("codecommit:GitPull", &["customer-data"]),
        ("ecr:BatchGetImage", &["customer-data"]),
        ("ebs:GetSnapshotBlock", &["customer-data"]),
        ("es:ESHttpGet", &["customer-data"]),
        ("elasticfilesystem:ClientMount", &["customer-data"]),
        ("backup:StartRestoreJob", &["customer-data"]),
        ("iam:CreateAccessKey", &["iam-write", "privilege-escalation"]),
        ("iam:PassRole", &["iam-write", "privilege-escalation"]),
        ("iam:PutRolePolicy", &["iam-write", "privilege-escalation"]),
        ("iam:AttachRolePolicy", &["iam-write", "privilege-escalation"]),
        ("iam:DeleteRole", &["iam-write", "privilege-escalation"]),
        ("iam:CreateServiceLinkedRole", &["iam-write", "privilege-escalation"]),
        ("iam:TagRole", &["iam-write"]),
        ("iam:UpdateAssumeRolePolicy", &["iam-write", "privilege-escalation"]),
        ("sso:CreateAccountAssignment", &["iam-write", "privilege-escalation"]),
        ("sts:AssumeRole", &["privilege-escalation"]),
        ("sts:AssumeRoleWithWebIdentity", &["privilege-escalation"]),
        ("sts:AssumeRoot", &["privilege-escalation"]),
        ("sts:GetFederationToken", &["privilege-escalation"]),
        ("organizations:AttachPolicy", &["privilege-escalation"]),
        ("organizations:LeaveOrganization", &["privilege-escalation"]),
        ("events:PutPermission", &["privilege-escalation"]),
        ("cloudformation:CreateStack", &["privilege-escalation"]),
        ("codebuild:StartBuild", &["compute-data-plane", "privilege-escalation"]),
        ("glue:CreateDevEndpoint", &["privilege-escalation"]),
        ("rds:StopDBInstance", &["data-store-control-plane"]),
        ("s3:DeleteObject", &["customer-data", "destruction"]),
        ("s3:PutLifecycleConfiguration", &["destruction"]),
        ("ec2:TerminateInstances", &["destruction"]),
        ("kms:ScheduleKeyDeletion", &["destruction"]),
        ("sqs:PurgeQueue", &["destruction"]),
        ("ecr:BatchDeleteImage", &["destruction"]),
        ("cognito-idp:AdminDeleteUser", &["destruction"]),
        ("organizations:CloseAccount", &["destruction"]),
        ("secretsmanager:GetSecretValue", &["credentials"]),
        ("ssm:GetParametersByPath", &["credentials"]),
        ("sts:AssumeRole", &["credentials"]),
        ("iam:CreateAccessKey", &["credentials", "persistence"]),
        ("redshift:GetClusterCredentialsWithIAM", &["credentials"]),
        ("gamelift:GetComputeAuthToken", &["credentials"]),
        ("ecr:GetAuthorizationToken", &["credentials"]),
        ("iam:UpdateAssumeRolePolicy", &["persistence"]),
        ("rolesanywhere:CreateTrustAnchor", &["persistence"]),
        ("lambda:UpdateFunctionCode", &["persistence"]),
        ("events:PutTargets", &["persistence"]),
        ("s3:PutBucketPolicy", &["persistence"]),
        ("ec2:ImportKeyPair", &["persistence"]),
        ("s3:DeleteBucket", &["data-store-control-plane"]),
        ("cloudtrail:StopLogging", &["logging-tampering"]),
        ("elasticloadbalancing:DeleteLoadBalancer", &["network-write"]),
        ("savingsplans:CreateSavingsPlan", &["cost-commitments"]),
        ("ec2:PurchaseReservedInstancesOffering", &["cost-commitments"]),
        ("rds:PurchaseReservedDBInstancesOffering", &["cost-commitments"]),
        ("ec2:CreateCapacityReservation", &["cost-commitments"]),
    ];
    let mut wrong = Vec::new();
    for (action, expected) in cases {
        let found = classes_of(action);
        for class in expected.iter().filter(|class| !found.contains(class)) {
            wrong.push(format!("{action} is not in {class}, but in {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_only_reads_or_protects_destroys_nothing() {
    let cases: &[(&str, &str)] = &[
        ("s3:GetObject", "destruction"),
        ("kms:CancelKeyDeletion", "destruction"),
        ("redshift:DescribeAccountAttributes", "customer-data"),
        ("ec2:DeleteTags", "destruction"),
        ("rds:DescribeDBInstances", "destruction"),
        ("ec2:StopInstances", "destruction"),
        ("iam:GetAccessKeyLastUsed", "credentials"),
        ("iam:GetAccountPasswordPolicy", "credentials"),
        ("secretsmanager:DescribeSecret", "credentials"),
        ("secretsmanager:ListSecrets", "credentials"),
        ("iam:CreateServiceLinkedRole", "persistence"),
        ("iam:DeleteRole", "persistence"),
        ("ec2:DescribeInstances", "persistence"),
        ("lambda:InvokeFunction", "persistence"),
    ];
    let wrong: Vec<_> = cases.iter().filter(|(action, class)| classes_of(action).contains(class)).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn what_the_audit_list_of_credentials_holds_is_in_the_class() {
    // Those that hand out nothing by themselves: an existing key made active, a job of a pipeline.
    const OTHER: [&str; 2] = ["iam:UpdateAccessKey", "codepipeline:PollForJobs"];
    let credentials = by_name("credentials").unwrap();
    let marked = all_actions().filter(|action| action.has_mark(rolecall_iam_catalog::Mark::CredentialsExposure));
    let missing: Vec<_> = marked
        .filter(|action| !credentials.contains(*action) && !OTHER.contains(&action.to_string().as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_a_commitment_vendor_needs_is_in_no_forbidden_class() {
    let legitimate = [
        "cloudtrail:LookupEvents",
        "compute-optimizer:GetEC2InstanceRecommendations",
        "cost-optimization-hub:ListRecommendations",
        "cur:DescribeReportDefinitions",
        "cur:ModifyReportDefinition",
        "cur:PutReportDefinition",
        "bcm-data-exports:CreateExport",
        "cloudwatch:GetMetricData",
        "ec2:AcceptReservedInstancesExchangeQuote",
        "ec2:CancelCapacityReservation",
        "ec2:CancelReservedInstancesListing",
        "ec2:CreateCapacityReservation",
        "ec2:CreateCapacityReservationFleet",
        "ec2:CreateReservedInstancesListing",
        "ec2:DeleteQueuedReservedInstances",
        "ec2:DescribeAccountAttributes",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeCapacityReservations",
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeRegions",
        "ec2:DescribeReservedInstances",
        "ec2:DescribeReservedInstancesListings",
        "ec2:DescribeReservedInstancesModifications",
        "ec2:DescribeReservedInstancesOfferings",
        "ec2:GetReservedInstancesExchangeQuote",
        "ec2:ModifyCapacityReservation",
        "ec2:ModifyReservedInstances",
        "ec2:PurchaseCapacityBlock",
        "ec2:PurchaseHostReservation",
        "ec2:PurchaseReservedInstancesOffering",
        "events:DeleteRule",
        "events:DescribeRule",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "iam:SimulatePrincipalPolicy",
        "organizations:DescribeOrganization",
        "organizations:ListAccounts",
        "organizations:ListParents",
        "pricing:GetProducts",
        "rds:DescribeDBInstances",
        "rds:PurchaseReservedDBInstancesOffering",
        "s3:GetBucketPolicy",
        "s3:ListBucket",
        "servicequotas:GetServiceQuota",
        "servicequotas:ListServiceQuotas",
        "servicequotas:RequestServiceQuotaIncrease",
        "sts:GetCallerIdentity",
        "support:DescribeTrustedAdvisorChecks",
    ];
    let whole = ["ce", "savingsplans", "cur", "pricing"]
        .into_iter()
        .filter_map(service)
        .flat_map(rolecall_iam_catalog::Service::actions);
    let single =
        legitimate.iter().map(|name| action_named(name).unwrap_or_else(|| panic!("the catalogue has no `{name}`")));
    let mut wrong = Vec::new();
    for action in whole.chain(single) {
        for class in FORBIDDEN.iter().filter_map(|name| by_name(name)).filter(|class| class.contains(action)) {
            wrong.push(format!("{action} is in {}: {}", class.name, class.reason(action).unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_write_of_ec2_is_in_the_control_plane_or_is_a_commitment() {
    let control = by_name("compute-control-plane").unwrap();
    let commitments = by_name("cost-commitments").unwrap();
    let ec2 = service("ec2").unwrap();
    let changes = ec2.actions().filter(|action| super::CHANGES.contains(&action.access_level()));
    for action in changes {
        assert!(control.contains(action) || commitments.contains(action), "{action} is in neither");
    }
    for action in ec2.actions().filter(|action| action.name().starts_with("Describe")) {
        assert!(!control.contains(action), "{action} only reads");
    }
}

#[test]
fn every_change_of_permissions_is_an_escalation_and_every_change_of_iam_a_write() {
    use rolecall_iam_catalog::AccessLevel;
    let escalation = by_name("privilege-escalation").unwrap();
    let iam_write = by_name("iam-write").unwrap();
    for action in all_actions() {
        if action.access_level() == AccessLevel::PermissionsManagement {
            assert!(escalation.contains(action), "{action}");
        }
        if action.service().prefix() == "iam" {
            let reads = matches!(action.access_level(), AccessLevel::List | AccessLevel::Read);
            assert_eq!(iam_write.contains(action), !reads, "{action}");
        }
    }
}

#[test]
fn no_selector_is_dead() {
    let prefixes: BTreeSet<_> = services().map(rolecall_iam_catalog::Service::prefix).collect();
    let categories: BTreeSet<_> = services().map(rolecall_iam_catalog::Service::category).collect();
    let mut dead = Vec::new();
    for class in ALL {
        assert!(class.actions().count() > 10, "{}", class.name);
        for selector in class.include.iter().chain(class.exclude) {
            match selector.services {
                Services::Prefixes(list) => dead.extend(
                    list.iter()
                        .filter(|prefix| !prefixes.contains(**prefix))
                        .map(|prefix| format!("{}: service {prefix}", class.name)),
                ),
                Services::Categories(list) => dead.extend(
                    list.iter()
                        .filter(|name| !categories.contains(**name))
                        .map(|name| format!("{}: category {name}", class.name)),
                ),
                Services::All => {}
            }
            let candidates: Vec<_> = all_actions()
                .filter(|action| selector.services.hold(*action))
                .filter(|action| selector.levels.is_empty() || selector.levels.contains(&action.access_level()))
                .collect();
            for name in selector.names {
                assert_eq!(name.to_ascii_lowercase(), *name, "{}: names are written in lower case", class.name);
                let named = |action: &Action| rolecall_iam::glob::matches_ignore_ascii_case(name, action.name());
                if !candidates.iter().any(named) {
                    dead.push(format!("{}: name {name} ({})", class.name, selector.why));
                }
            }
            if !candidates.iter().any(|action| selector.selects(*action)) {
                dead.push(format!("{}: {}", class.name, selector.why));
            }
        }
    }
    for class in ALL {
        let included = |action: &Action| class.include.iter().any(|selector| selector.selects(*action));
        for selector in class.exclude {
            if !all_actions().filter(included).any(|action| selector.selects(action)) {
                dead.push(format!("{}: the exclusion takes nothing out: {}", class.name, selector.why));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}
