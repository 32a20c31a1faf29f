//! Which of the changes that findings carry can be made together, so that no reason for one of them goes with another.

use crate::finding::{Edit, Finding};
use rolecall_iam::span::Span;

/// The changes to make at once, all of a finding's or none; the rest is found again afterwards.
///
/// What is written anew goes first: as long as there is any of that, nothing is removed. Of two findings of which one
/// changes what the other rests on (its related places), the earlier one is taken: two statements that cover parts of
/// each other must not both lose them.
pub fn together<'f>(findings: impl Iterator<Item = &'f Finding> + Clone) -> Vec<&'f Edit> {
    let with_edits = findings.filter(|finding| !finding.edits.is_empty());
    let removes = |finding: &&Finding| finding.edits.iter().all(|edit| edit.replacement.is_empty());
    let written = choose(with_edits.clone().filter(|finding| !removes(finding)));
    if written.is_empty() { choose(with_edits.filter(removes)) } else { written }
}

fn choose<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<&'f Edit> {
    let mut taken: Vec<&Finding> = Vec::new();
    for finding in findings {
        if taken.iter().all(|other| are_apart(finding, other)) {
            taken.push(finding);
        }
    }
    taken.into_iter().flat_map(|finding| &finding.edits).collect()
}

fn are_apart(left: &Finding, right: &Finding) -> bool {
    let edits = |finding: &'_ Finding| finding.edits.iter().map(|edit| edit.span).collect::<Vec<_>>();
    let (own, other) = (edits(left), edits(right));
    let clash = |spans: &[Span], others: &[Span]| spans.iter().any(|one| others.iter().any(|two| overlap(*one, *two)));
    let rests_on = |finding: &Finding| finding.related.iter().map(|related| related.span).collect::<Vec<_>>();
    !clash(&own, &other) && !clash(&own, &rests_on(right)) && !clash(&other, &rests_on(left))
}

/// Whether two places share bytes; two insertions at one place do.
fn overlap(left: Span, right: Span) -> bool {
    left.file == right.file && (left == right || (left.start < right.end && right.start < left.end))
}

/// The text with these changes, which do not touch one another.
pub fn changed(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if let Some(before) = text.get(at..start) {
            out.push_str(before);
            out.push_str(&edit.replacement);
            at = end;
        }
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::{changed, together};
    use crate::lint::table::findings;
    use crate::lint::{Lint, all};
    use rolecall_iam::document::parse::parse;
    use rolecall_iam::document::{Policy, PolicyType};
    use rolecall_iam::json;
    use rolecall_iam::span::FileId;
    use rolecall_iam_prove::{Options, PolicySide, Verdict, no_new_access};
    use serde_json::{Value, json};

    /// Mends until nothing is left to mend.
    fn mended(text: &str) -> String {
        mended_as(PolicyType::Identity, text)
    }

    fn mended_as(policy_type: PolicyType, text: &str) -> String {
        let lints: Vec<&Lint> = all().collect();
        let mut text = text.to_owned();
        for _ in 0..20 {
            let found = findings(&lints, policy_type, &text);
            let edits = together(found.iter());
            if edits.is_empty() {
                return text;
            }
            text = changed(&text, edits);
        }
        panic!("never settled: {text}");
    }

    fn document(statements: &str) -> String {
        format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
    }

    #[test]
    fn what_covers_stays_when_the_covered_goes() {
        let (get, put) = (r#""s3:Get*""#, r#""s3:PutObject""#);
        let deny = |actions: &str| format!(r#"{{"Effect":"Deny","Action":[{actions}],"Resource":"*"}}"#);
        for (name, left, right) in [
            ("one covers the other, which covers a part of it", get.to_owned(), format!("{get},{put}")),
            ("the same the other way round", format!("{get},{put}"), get.to_owned()),
            ("parts of each other", format!(r#"{get},"s3:List*""#), format!(r#"{put},"s3:Get**""#)),
            ("three ways", format!(r#""s3:GetObject",{get}"#), format!(r#"{get},"s3:GetObject",{put}"#)),
            ("written in two ways", r#""s3:*""#.to_owned(), r#""s3:**""#.to_owned()),
        ] {
            let text = mended(&document(&format!("{},{}", deny(&left), deny(&right))));
            assert!(text.contains("s3:Get") || text.contains("s3:*"), "{name}: {text}");
            assert!(!(left.contains(put) || right.contains(put)) || text.contains("s3:PutObject"), "{name}: {text}");
        }
    }

    #[test]
    fn line_ends_and_other_bytes_stay() {
        let text = "{\r\n  \"Version\": \"2012-10-17\",\r\n  \"Statement\": [\r\n    {\r\n      \"Sid\": \"\",\r\n      \
            \"Effect\": \"allow\",\r\n      \"Action\": \"s3:ListAllMyBuckets\",\r\n      \"Resource\": \"*\"\r\n    }\r\n  ]\r\n}\r\n";
        let text = mended(text);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
        assert!(text.contains("\"Allow\"") && !text.contains("Sid") && text.ends_with("}\r\n"), "{text:?}");
    }

    /// The document with each `Allow` of it a `Deny`, beside a statement that allows everything.
    fn denying(text: &str, policy_type: PolicyType) -> Option<String> {
        let mut document: Value = serde_json::from_str(text).ok()?;
        let mut statements = match document.get("Statement")? {
            Value::Array(statements) => statements.clone(),
            one => vec![one.clone()],
        };
        statements.iter_mut().filter(|one| one.get("Effect").is_some()).for_each(|one| one["Effect"] = json!("Deny"));
        let mut everything = json!({"Sid": "Everything", "Effect": "Allow", "Action": "*"});
        if policy_type != PolicyType::Identity {
            everything["Principal"] = json!("*");
        }
        if policy_type != PolicyType::Trust {
            everything["Resource"] = json!("*");
        }
        statements.push(everything);
        document["Statement"] = Value::Array(statements);
        Some(document.to_string())
    }

    fn evaluable(text: &str, policy_type: PolicyType) -> Option<Policy> {
        let root = json::read(FileId(0), text).node?;
        parse(&root, policy_type).evaluable().cloned()
    }

    fn grants_more(before: &Policy, after: &Policy, policy_type: PolicyType) -> Option<bool> {
        let side = |policy| match policy_type {
            PolicyType::Identity => PolicySide::identity([policy]),
            PolicyType::Trust => PolicySide::trust(policy),
            _ => PolicySide::resource(policy),
        };
        match no_new_access(&side(before), &side(after), Options::default()) {
            Verdict::None { .. } => Some(false),
            Verdict::NewAccess(_) => Some(true),
            Verdict::Unknown { .. } => None,
        }
    }

    /// Mended is what names something that no request has: denying that goes, and something real is denied instead.
    const OF_NOTHING: [&str; 5] = [
        "arn-account-not-allowed",
        "arn-region-not-allowed",
        "invalid-arn-service-case",
        "deprecated-global-key",
        "unsupported-global-condition-key",
    ];

    /// Every example of every lint, as it stands and with `Deny`: proved for all requests, not compared as text. What could
    /// not be evaluated before granted nothing that one could compare.
    #[test]
    fn mending_never_grants_more() {
        let (mut proved, mut more, mut open) = (0, Vec::new(), Vec::new());
        for lint in all() {
            for policy_type in [PolicyType::Identity, PolicyType::Resource, PolicyType::Trust] {
                if !lint.policy_types.contains(&policy_type) {
                    continue;
                }
                let denying = denying(lint.rule.bad, policy_type).filter(|_| !OF_NOTHING.contains(&lint.rule.code));
                for text in [Some(lint.rule.bad.to_owned()), denying].into_iter().flatten() {
                    let Some(before) = evaluable(&text, policy_type) else { continue };
                    let mended = mended_as(policy_type, &text);
                    if mended == text {
                        continue;
                    }
                    let after = evaluable(&mended, policy_type).unwrap_or_else(|| panic!("{mended}"));
                    match grants_more(&before, &after, policy_type) {
                        Some(false) => proved += 1,
                        Some(true) => more.push(format!("{}: {text}\nbecomes {mended}", lint.rule.code)),
                        None => open.push(lint.rule.code),
                    }
                }
            }
        }
        assert!(more.is_empty(), "{}", more.join("\n\n"));
        assert!(proved >= 22 && open.len() <= 2, "{proved} proved, open: {open:?}");
    }
}
