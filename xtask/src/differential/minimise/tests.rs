//! Shrinking, with deciders that are functions.

use serde_json::json;

use super::*;

struct Function<F>(F);

impl<F: Fn(&Value) -> Said> Decider for Function<F> {
    fn decide(&mut self, lines: &[Value]) -> Result<Vec<Said>> {
        Ok(lines.iter().map(&self.0).collect())
    }
}

fn word(text: &str) -> Said {
    Said::Decision(text.to_owned())
}

#[test]
fn keeps_only_what_the_difference_needs() {
    let line = json!({
        "id": 1, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": {"a": "1", "b": ["2", "3"]},
        "identityPolicies": [{"Version": "2008-10-17", "Statement": [
            {"Effect": "Allow", "Action": ["s3:Get*", "x:Y"], "Resource": "*", "Condition": {"Bool": {"a": "true"}}},
            {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*"},
        ]}],
    });
    let allows = |line: &Value| line.to_string().contains("Allow") && line.to_string().contains("\"b\":[");
    let mut ours = Function(|line: &Value| word(if allows(line) { "allowed" } else { "implicitDeny" }));
    let mut oracle = Function(|_: &Value| word("implicitDeny"));
    let case = Differing { line, ours: "allowed".to_owned(), oracle: "implicitDeny".to_owned() };
    let small = minimise(vec![case], &mut ours, &mut oracle).unwrap();
    assert_eq!(
        small[0].line,
        json!({
            "id": 1, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": {"b": ["2"]},
            "identityPolicies": [{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}],
        })
    );
}

#[test]
fn a_line_that_is_refused_is_no_smaller_case() {
    let line = json!({"id": 1, "resourcePolicy": {"Statement": []}});
    let refuses = |line: &Value| {
        if line.get("resourcePolicy").is_some() { word("allowed") } else { Said::Nothing("no policy".to_owned()) }
    };
    let mut ours = Function(refuses);
    let mut oracle = Function(|_: &Value| word("explicitDeny"));
    let case = Differing { line, ours: "allowed".to_owned(), oracle: "explicitDeny".to_owned() };
    let small = minimise(vec![case], &mut ours, &mut oracle).unwrap();
    assert_eq!(small[0].line, json!({"id": 1, "resourcePolicy": {}}));
}
