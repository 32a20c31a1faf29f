//! Narrowed policies decide as whole ones.

use super::Replay;
use crate::side::PolicySide;
use crate::witness::{Witness, WitnessPrincipal};
use proptest::prelude::*;
use rolecall_iam::document::{Policy, PolicyType, parse};
use rolecall_iam::evaluate::CompiledPolicy;
use rolecall_iam::json;
use rolecall_iam::span::FileId;

const ACTIONS: [&str; 8] = ["*", "s3:*", "s3:Get*", "S3:getobject", "s3:*Object", "s3:G?tObject", "s3:*Obj*t", "ec2:*"];
const ASKED: [&str; 4] = ["s3:GetObject", "S3:PUTOBJECT", "ec2:getobject", "s3:objects"];

fn policy(statements: &[(bool, bool, Vec<usize>)]) -> Policy {
    let one = |(deny, negated, actions): &(bool, bool, Vec<usize>)| {
        let effect = if *deny { "Deny" } else { "Allow" };
        let not = if *negated { "Not" } else { "" };
        let actions: Vec<&str> = actions.iter().map(|at| ACTIONS[*at]).collect();
        format!(r#"{{"Effect":"{effect}","{not}Action":{actions:?},"Resource":"*"}}"#)
    };
    let statements: Vec<String> = statements.iter().map(one).collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    parse::parse(&json::read(FileId(0), &text).node.unwrap(), PolicyType::Identity).policy.unwrap()
}

proptest! {
    #[test]
    fn narrowing_changes_no_decision(
        statements in proptest::collection::vec(
            (proptest::bool::weighted(0.3), any::<bool>(), proptest::collection::vec(0..ACTIONS.len(), 1..3)), 1..5),
        asked in 0..ASKED.len(),
    ) {
        let policy = policy(&statements);
        let side = PolicySide::identity([&policy]);
        let witness = Witness {
            principal_role: None,
            principal: WitnessPrincipal::Arn(String::from("arn:aws:iam::123456789012:role/r")),
            principal_id: None,
            action: ASKED[asked].to_owned(),
            resource: String::from("*"),
            resource_account: None,
            context: Vec::new(),
            takes_resource: None,
            rcp_applies: None,
        };
        let replay = Replay::of(&witness).unwrap();
        let whole = replay.with(&side, &|policy, policy_type| CompiledPolicy::compile(policy, policy_type));
        prop_assert_eq!(replay.under(&side), whole);
    }
}
