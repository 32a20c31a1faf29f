//! Bulk evaluation: order, one answer for each line, errors that stop nothing, any number of jobs.

use super::{Options, Tally, answerers};
use crate::commands::lines::{MAX_LINE_BYTES, run};
use std::fmt::Write as _;
use std::num::NonZeroUsize;

const POLICY: &str = r#""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Sid":"S","Effect":"Allow","Action":"s3:*","Resource":"*"}]}]"#;

fn line(id: usize, action: &str) -> String {
    format!(
        r#"{{"id":{id},"principal":"arn:aws:iam::123456789012:user/u","action":"{action}","resource":"arn:aws:s3:::b/k",{POLICY}}}"#
    )
}

fn answers(input: impl AsRef<[u8]>, jobs: usize, explain: bool) -> (Vec<serde_json::Value>, Tally) {
    let options = Options { jobs: NonZeroUsize::new(jobs).unwrap(), strict: true, explain };
    let mut output = Vec::new();
    let tally = run(input.as_ref(), &mut output, &mut answerers(options)).unwrap();
    let text = String::from_utf8(output).unwrap();
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), tally)
}

#[test]
fn one_answer_a_line_in_order_whatever_the_jobs() {
    let mut input = String::new();
    for id in 0..500 {
        let text = match id % 5 {
            0 => line(id, "s3:GetObject"),
            1 => line(id, "ec2:RunInstances"),
            2 => "{not json".to_owned(),
            3 => format!(r#"{{"id":{id},"principal":"nobody","action":"s3:GetObject"}}"#),
            _ => line(id, "s3:PutObject")
                .replace("\"Resource\":\"*\"", "\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"a:b\":\"maybe\"}}"),
        };
        let _ = writeln!(input, "{text}");
        if id % 7 == 0 {
            input.push_str("\r\n");
        }
    }
    let (one, tally) = answers(&input, 1, false);
    assert_eq!(one.len(), 500);
    assert_eq!(tally, Tally { decided: 300, undecided: 0, errors: 200 });
    assert_eq!(tally.exit_code(), 2);
    assert_eq!(one[0]["decision"], "allowed");
    assert_eq!(one[0]["by"]["sid"], "S");
    assert_eq!(one[1]["decision"], "implicitDeny");
    assert_eq!(one[2]["id"], serde_json::Value::Null);
    assert_eq!(one[3]["id"], 3);
    assert!(one[3]["error"].as_str().unwrap().contains("nobody"));
    for jobs in [2, 3, 8] {
        assert_eq!(answers(&input, jobs, false).0, one, "{jobs} jobs");
    }
}

#[test]
fn text_that_is_not_utf8_and_damaged_policies_stop_nothing() {
    let mut input = line(1, "s3:GetObject").into_bytes();
    input.extend(b"\n{\"id\":2,\"action\":\"\xFF\"}\n\0\n[]\n");
    input.extend(line(5, "s3:GetObject").replace("\"Allow\"", "\"allow\"").bytes());
    input.extend(b"\n");
    input.extend(line(6, "s3:GetObject").replace("\"id\":6", "\"id\":\"six\"").bytes());
    let (answers, tally) = answers(&input, 2, false);
    let errors: Vec<_> = answers.iter().map(|answer| answer["error"].as_str().unwrap_or("")).collect();
    assert_eq!(answers.len(), 6);
    assert!(errors[1].contains("not UTF-8") && errors[4].contains("`allow` is no effect"), "{errors:?}");
    assert!(errors[2].contains("U+0000") && errors[3].contains("expected an object"), "{errors:?}");
    assert_eq!((&answers[0]["decision"], &answers[5]["decision"]), (&"allowed".into(), &"allowed".into()));
    assert_eq!((&answers[4]["id"], &answers[5]["id"]), (&5.into(), &"six".into()));
    assert_eq!((tally.decided, tally.errors), (2, 4));
}

/// Every kind of policy is named as the member of the line that it stands in.
#[test]
fn an_answer_names_the_policy_by_its_place_in_the_line() {
    let deny = r#"{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
    let to_all = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}"#;
    for (member, value, policy) in [
        ("resourcePolicy", to_all.to_owned(), "resourcePolicy"),
        ("permissionsBoundary", deny.to_owned(), "permissionsBoundary"),
        ("sessionPolicies", format!("[{deny}]"), "sessionPolicies[0]"),
        ("serviceControlPolicies", format!("[[],[{deny}]]"), "serviceControlPolicies[1][0]"),
        ("resourceControlPolicies", format!("[[{to_all}]]"), "resourceControlPolicies[0][0]"),
        ("vpcEndpointPolicies", format!("[{to_all}]"), "vpcEndpointPolicies[0]"),
    ] {
        let line = line(1, "s3:GetObject").replace("user/u\"", &format!("role/r\",\"{member}\":{value}"));
        let answer = &answers(line, 1, false).0[0];
        assert_eq!(
            (&answer["decision"], &answer["by"]["policy"]),
            (&"explicitDeny".into(), &policy.into()),
            "{answer}"
        );
        assert_eq!(answer["by"]["statement"], 1);
    }
}

#[test]
fn an_explanation_says_what_every_statement_did() {
    let (answers, tally) = answers(line(1, "ec2:DescribeInstances"), 1, true);
    assert_eq!(tally.exit_code(), 0);
    assert_eq!(answers[0]["explanation"][0]["applies"], "no");
    assert!(answers[0]["toAllow"].as_str().unwrap().contains("ec2:DescribeInstances"));
    assert!(answers[0]["remarks"][0].as_str().unwrap().contains("takes no resource"));
}

#[test]
fn a_line_that_is_too_long_is_answered_and_passed_over() {
    let long = format!("{{\"id\":1,\"x\":\"{}\"}}\n{}\n", "a".repeat(MAX_LINE_BYTES), line(2, "s3:GetObject"));
    let (answers, tally) = answers(&long, 2, false);
    assert!(answers[0]["error"].as_str().unwrap().contains("more than"));
    assert_eq!(answers[1]["id"], 2);
    assert_eq!((tally.decided, tally.errors), (1, 1));
}

#[test]
fn nothing_to_decide_is_no_success() {
    assert_eq!(answers("\n\n", 1, false).1.exit_code(), 2);
}
