//! Own labelled pairs, `fixtures/prove/*.jsonl`: the verdict, and every witness replayed.

use super::sampling::counterexample;
use super::support::replayed;
use rolecall_iam_prove::{Options, Verdict, pairs};

#[test]
fn labelled_pairs() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in rolecall_fixtures::list("prove", "jsonl") {
        for line in rolecall_fixtures::text_of(&file).lines() {
            count += 1;
            let label: serde_json::Value = serde_json::from_str(line).unwrap();
            let pair = pairs::read_line(line).unwrap_or_else(|error| panic!("{}: {error}", label["id"]));
            let verdict = pair.judge(Options::default());
            if label["expect"] != verdict.as_str() {
                wrong.push(format!("{} ({}): {}", pair.id, label["why"], pairs::answer(&pair, &verdict)));
                continue;
            }
            match &verdict {
                Verdict::NewAccess(_) => {
                    replayed(&verdict, Some(&pair.reference_side()), &pair.candidate_side());
                }
                Verdict::None { .. } => {
                    let sides = [&pair.reference, &pair.candidate].map(|policies| policies.iter().collect::<Vec<_>>());
                    // The catalogue's facts and limiting policies are not told to the sampled requests.
                    if label["mode"] != "catalogue"
                        && pair.reference_limits.is_empty()
                        && pair.candidate_limits.is_empty()
                    {
                        let (found, _) = counterexample(&sides[0], &sides[1], pair.resource, 300, count);
                        assert_eq!(found, None, "{}", pair.id);
                    }
                }
                Verdict::Unknown { .. } => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 70, "{count}");
}

#[test]
fn answers_are_lines() {
    let options = Options::default();
    let pair = r#"{"id":7,"reference":[],"candidate":{"Version":"2012-10-17","Statement":{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}}"#;
    let answer: serde_json::Value = serde_json::from_str(&pairs::answer_line(pair, options)).unwrap();
    assert_eq!((answer["id"].as_i64(), answer["verdict"].as_str()), (Some(7), Some("new-access")));
    assert_eq!((answer["statement"]["statement"].as_i64(), answer["statement"]["sid"].as_str()), (Some(0), Some("A")));
    assert_eq!(answer["witness"]["action"], "s3:GetObject");
    for (line, word) in [
        ("{", "error"),
        (r#"{"id":"x","reference":[]}"#, "`candidate` is missing"),
        (r#"{"id":"x","reference":[],"candidate":[],"tpye":"identity"}"#, "unknown member `tpye`"),
        (r#"{"id":"x","reference":[],"candidate":[],"type":"trust"}"#, "`type` is `trust`"),
        (r#"{"id":"x","reference":[],"candidate":{"Statement":[{"Effect":"Allow"}]}}"#, "Action"),
        (
            r#"{"id":"x","reference":[],"candidate":{"identityPolicies":[],"scps":[]}}"#,
            "unknown member `scps` of `candidate`",
        ),
        (
            r#"{"id":"x","reference":[],"candidate":{"serviceControlPolicies":[{}]}}"#,
            "an array of policies for each level",
        ),
        (r#"{"id":"x","reference":[],"candidate":{"sessionPolicies":{}}}"#, "`sessionPolicies` is `{}`"),
        (
            r#"{"id":"x","reference":[],"candidate":{"permissionsBoundary":{"Statement":[{"Effect":"Allow"}]}}}"#,
            "Action",
        ),
        (
            r#"{"id":"x","reference":{"resourcePolicy":{"Statement":[]}},"candidate":{"identityPolicies":[]}}"#,
            "`candidate` has `identityPolicies` in a pair about resource policies",
        ),
    ] {
        let answer = pairs::answer_line(line, options);
        assert!(answer.contains("\"error\"") && answer.contains(word), "{answer}");
    }
}
