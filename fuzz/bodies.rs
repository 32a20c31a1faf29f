//! What the fuzz targets do with an input: functions that fail by panicking. The fuzzer's targets and the bounded run of
//! `crates/iam/tests` share this file; where inputs come from is their business.

use rolecall_iam::document::{PolicyType, parse, print};
use rolecall_iam::evaluate::{ActionFacts, Decision, decide, explain_answer};
use rolecall_iam::json;
use rolecall_iam::request_line::{self, BulkReader, LineError, RequestLine};
use rolecall_iam::span::FileId;

const POLICY_TYPES: [PolicyType; 5] = [
    PolicyType::Identity,
    PolicyType::Resource,
    PolicyType::Trust,
    PolicyType::ServiceControl,
    PolicyType::ResourceControl,
];

/// Reads a policy document as every type: problems lie inside the text, and a sound document survives printing.
pub(crate) fn parser(text: &str) {
    let read = json::read(FileId(0), text);
    let inside = |start: u32, end: u32| start <= end && end as usize <= text.len();
    for problem in &read.problems {
        assert!(inside(problem.span.start, problem.span.end), "{problem:?}");
    }
    let Some(root) = read.node else { return };
    let readable = !read.problems.iter().any(rolecall_iam::problem::Problem::is_error);
    for policy_type in POLICY_TYPES {
        let parsed = parse::parse(&root, policy_type);
        for problem in &parsed.problems {
            assert!(inside(problem.span.start, problem.span.end), "{problem:?}");
        }
        let Some(policy) = parsed.sound().filter(|_| readable) else { continue };
        let printed = print::to_json_compact(policy);
        let again = json::read(FileId(0), &printed);
        assert!(again.problems.is_empty(), "printed as `{printed}`: {:?}", again.problems);
        let Some(root) = again.node else { panic!("printed as nothing: `{printed}`") };
        let again = parse::parse(&root, policy_type);
        let Some(policy) = again.sound() else { panic!("not sound once printed: `{printed}`: {:?}", again.problems) };
        assert_eq!(print::to_json_compact(policy), printed);
    }
}

/// Decides a request line: the same twice, and as explained.
pub(crate) fn evaluator(text: &str) {
    let Ok(line) = plain(text) else { return };
    let answer = decide(&line.policies, &line.request);
    assert_eq!(answer, decide(&line.policies, &line.request));
    let explanation = explain_answer(&line.policies, &line.request);
    assert_eq!(explanation.answer, answer);
    let hopeless = matches!(answer.decision, Decision::Allowed | Decision::CannotDecide);
    assert_eq!(explanation.to_allow.is_none(), hopeless, "{explanation:?}");
    if answer.by.is_some() {
        assert!(explanation.deciding().is_some(), "{explanation:?}");
    }
}

/// Reads lines in bulk, twice each: what comes is what the plain reader gives, whatever was read before.
pub(crate) fn bulk(text: &str) {
    let mut reader = BulkReader::new();
    for line in text.lines().take(64) {
        for _ in 0..2 {
            match (reader.read(line, |_| ActionFacts::default()), plain(line)) {
                (Ok(bulk), Ok(plain)) => {
                    assert_eq!(bulk.id, plain.id);
                    assert_eq!(format!("{:?}", bulk.request), format!("{:?}", plain.request));
                    let decided = decide(&bulk.policies, &bulk.request);
                    assert_eq!(decided, decide(&plain.policies, &plain.request));
                }
                (Err(bulk), Err(plain)) => assert_eq!(bulk, plain),
                (bulk, plain) => panic!("in bulk {bulk:?}, alone {plain:?}"),
            }
        }
    }
}

fn plain(text: &str) -> Result<RequestLine, LineError> {
    request_line::read(text, |_| ActionFacts::default())
}
