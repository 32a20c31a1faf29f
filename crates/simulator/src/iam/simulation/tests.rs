//! What the simulator answers, by hand from IAM's pages.

use super::*;
use crate::organizations::Attachment;
use crate::tests::scene::{Scene, administrator};
use rolecall_iam::document::PolicyType;

fn identity(scene: &mut Scene, texts: &[&str]) -> Vec<PolicyId> {
    texts.iter().map(|text| scene.world.policy(text, PolicyType::Identity)).collect()
}

fn asked(policies: Vec<PolicyId>, actions: &[&str]) -> Simulation {
    let actions = actions.iter().map(|action| (*action).to_owned()).collect();
    Simulation { policies, actions, ..Simulation::default() }
}

const READ: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:Describe*","Resource":"*"}]}"#;
const NO_S3: &str = r#"{"Version":"2012-10-17","Statement":[
  {"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;

#[test]
fn each_decision_names_the_statements_that_it_rests_on() {
    let mut scene = Scene::new();
    let caller = administrator(scene.members[0]);
    let policies = identity(&mut scene, &[READ, NO_S3]);
    let asked = asked(policies, &["ec2:DescribeImages", "ec2:RunInstances", "s3:GetObject"]);
    let results = scene.world.simulate_custom_policy(&caller, &asked).unwrap();
    let seen: Vec<_> = results.iter().map(|result| (result.decision, result.matched.len())).collect();
    assert_eq!(seen, [("allowed", 1), ("implicitDeny", 0), ("explicitDeny", 1)]);
    assert_eq!((results[0].matched[0].source.as_str(), results[0].matched[0].start), ("PolicyInputList.1", (1, 38)));
    assert_eq!((results[2].matched[0].source.as_str(), results[2].matched[0].start), ("PolicyInputList.2", (2, 3)));
    assert!(results.iter().all(|result| result.allowed_by_organizations.is_none() && result.missing.is_empty()));
}

#[test]
fn a_boundary_limits_and_control_policies_are_told_apart() {
    let mut scene = Scene::new();
    let (member, management) = (scene.members[0], administrator(scene.management));
    let caller = administrator(member);
    let role = scene.role();
    scene.world.place_role(member, &role).unwrap();
    let boundary = scene.world.policy(NO_S3, PolicyType::Identity);
    let bounded = Simulation { boundary: Some(boundary), ..asked(Vec::new(), &["ec2:DescribeImages"]) };
    let result = scene.world.simulate_principal_policy(&caller, role.name, &bounded).unwrap().remove(0);
    assert_eq!((result.decision, result.allowed_by_boundary), ("implicitDeny", Some(false)));
    assert_eq!(result.allowed_by_organizations, Some(true));
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}"#;
    let deny = scene.world.policy(deny, PolicyType::ServiceControl);
    scene.world.attach_policy(&management, deny, Attachment::Account(member)).unwrap();
    let plain = asked(Vec::new(), &["ec2:DescribeImages", "ce:GetCostAndUsage"]);
    let results = scene.world.simulate_principal_policy(&caller, role.name, &plain).unwrap();
    let seen: Vec<_> = results.iter().map(|result| (result.decision, result.allowed_by_organizations)).collect();
    assert_eq!(seen, [("explicitDeny", Some(false)), ("allowed", Some(true))]);
}

#[test]
fn keys_that_nobody_told_are_named_and_the_rest_is_not() {
    let mut scene = Scene::new();
    let caller = administrator(scene.members[0]);
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:PrincipalTag/team}/${aws:username}","Condition":{"StringLike":{"s3:prefix":"${saml:sub, 'x'}*"}}}]}"#;
    let policies = identity(&mut scene, &[text]);
    let mut asked = asked(policies, &["s3:GetObject"]);
    let missing = |scene: &mut Scene, asked: &Simulation| {
        scene.world.simulate_custom_policy(&caller, asked).unwrap().remove(0).missing
    };
    assert_eq!(missing(&mut scene, &asked), ["aws:PrincipalTag/team", "s3:prefix"]);
    asked.context.push(("S3:Prefix".to_owned(), vec!["x".to_owned()]));
    assert_eq!(missing(&mut scene, &asked), ["aws:PrincipalTag/team"]);
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let mut scene = Scene::new();
    let caller = administrator(scene.members[0]);
    let malformed = identity(&mut scene, &["{}"]);
    let sound = identity(&mut scene, &[READ]);
    let resource = Simulation { resources: vec!["no-arn".to_owned()], ..asked(sound.clone(), &["ec2:RunInstances"]) };
    let cases =
        [asked(malformed, &["ec2:RunInstances"]), asked(sound.clone(), &["ec2:*"]), asked(sound, &["ec2"]), resource];
    for case in cases {
        assert_eq!(
            scene.world.simulate_custom_policy(&caller, &case).unwrap_err().code,
            Code::InvalidInput,
            "{case:?}"
        );
    }
    let nobody = scene.world.text("Nobody");
    let error = scene.world.simulate_principal_policy(&caller, nobody, &Simulation::default()).unwrap_err();
    assert_eq!(error.code, Code::NoSuchEntity);
}
