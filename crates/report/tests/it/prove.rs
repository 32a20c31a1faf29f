//! Proofs in each format: valid by the schema, positions counted by hand, no text of a user that breaks out of its place.

use rolecall_iam::evaluate::Decision;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::Span;
use rolecall_iam_prove::{ActionWorld, Stats, Witness, WitnessPrincipal, WitnessValue};
use rolecall_report::Options;
use rolecall_report::prove::{
    Against, Answer, Answered, ClaimVerdict, Format, Found, GrantedBy, Proof, Replay, render,
};
use serde_json::Value;

const SCHEMA: &str = include_str!("../../schema/proof.schema.json");
const TEXT: &str = "{\n  \"Action\": \"s3:*\",\n  \"Resource\": \"*\"\n}\n";
/// A bucket whose name turns the reading direction and rings the bell.
const STEERING: &str = "arn:aws:s3:::\u{202e}b\u{7}";

fn answer(result: Answered) -> Answer {
    Answer {
        name: "candidate-beyond-reference",
        looked_for: String::from("that `a|b.json` allows and `<b>` does not"),
        world: ActionWorld::Open,
        budget: 100,
        stats: Stats { steps: 7, ..Stats::default() },
        result,
    }
}

fn found(file: Option<&str>) -> Answered {
    let mut sources = SourceMap::new();
    let source = sources.add("a|b.json", TEXT);
    let at = |needle: &str| {
        let start = TEXT.find(needle).unwrap();
        Span::new(source, start, start + needle.len())
    };
    Answered::Found(Box::new(Found {
        witness: Witness {
            principal_role: None,
            principal: WitnessPrincipal::Arn(String::from("arn:aws:iam::123456789012:user/@team")),
            principal_id: None,
            action: String::from("s3:GetObject"),
            resource: String::from(STEERING),
            resource_account: Some(String::from("210987654321")),
            context: vec![
                (String::from("aws:TagKeys"), WitnessValue::Several(vec![String::from("a"), String::from("`b`")])),
                (String::from("aws:UserAgent"), WitnessValue::One(String::new())),
            ],
            takes_resource: None,
            rcp_applies: None,
        },
        granted_by: GrantedBy {
            kind: "identity policy",
            policy: 0,
            statement: 1,
            sid: Some(String::from("S\u{1b}[31m")),
            span: at("\"Action\": \"s3:*\",\n  \"Resource\": \"*\""),
            marks: vec![(at("\"s3:*\""), String::from("covers it")), (at("\"*\""), String::from("this, too"))],
        },
        against: Some(Against {
            side: String::from("`<b>`"),
            decision: Decision::ImplicitDeny,
            reason: String::from("nothing allows it"),
            place: None,
        }),
        because: None,
        replays: vec![Replay {
            side: "candidate",
            decision: Decision::Allowed,
            // As `replay_line` writes it: controls escaped, everything else as it is.
            line: format!("{{\"resource\":\"{}\",\"note\":\"it's\"}}", STEERING.replace('\u{7}', "\\u0007")),
        }],
        witness_file: file.map(str::to_owned),
    }))
}

fn unknown() -> Answered {
    Answered::Unknown { code: "budget", reason: String::from("too many steps"), help: String::from("raise it") }
}

fn written(answers: Vec<Answer>, format: Format) -> String {
    let mut sources = SourceMap::new();
    sources.add("a|b.json", TEXT);
    let words = String::from("`a|b.json` allows nothing that `<b>` does not");
    let proof =
        Proof { claim: "no-new-access", words, sources: &sources, answers, notes: vec![String::from("a _note_")] };
    render(&proof, format, &Options::default())
}

#[test]
fn json_is_valid_and_places_are_those_counted_by_hand() {
    let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    for result in [Answered::None, unknown(), found(None)] {
        let text = written(vec![answer(result)], Format::Json);
        let errors: Vec<String> =
            validator.iter_errors(&serde_json::from_str(&text).unwrap()).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{text}");
    }
    let proof: Value = serde_json::from_str(&written(vec![answer(found(None))], Format::Json)).unwrap();
    let mark = &proof["answers"][0]["grantedBy"]["marks"][0]["location"];
    // The first line has two bytes, `  "Action": ` twelve.
    assert_eq!(mark["start"], serde_json::json!({"line": 2, "column": 13, "byte": 14}));
    assert_eq!(mark["end"], serde_json::json!({"line": 2, "column": 19, "byte": 20}));
    assert_eq!(proof["answers"][0]["witness"]["context"]["aws:TagKeys"], serde_json::json!(["a", "`b`"]));
    assert_eq!(proof["answers"][0]["replays"][0]["request"]["resource"], STEERING, "it comes back as it was");
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let validator = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    for (pointer, value) in [
        ("/version", serde_json::json!(2)),
        ("/verdict", serde_json::json!("true")),
        ("/answers", serde_json::json!([])),
        ("/answers/0/verdict", serde_json::json!("none")),
        ("/answers/0/mode", serde_json::json!("closed")),
        ("/answers/0/replays/0/decision", serde_json::json!("cannotDecide")),
    ] {
        let mut proof: Value = serde_json::from_str(&written(vec![answer(found(None))], Format::Json)).unwrap();
        *proof.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&proof), "{pointer}");
    }
}

#[test]
fn one_witness_makes_a_claim_false_and_no_answer_proves_nothing() {
    let sources = SourceMap::new();
    for (results, verdict) in [
        (vec![], ClaimVerdict::Unknown),
        (vec![Answered::None, Answered::None], ClaimVerdict::Proved),
        (vec![Answered::None, unknown()], ClaimVerdict::Unknown),
        (vec![unknown(), found(None)], ClaimVerdict::False),
    ] {
        let answers = results.into_iter().map(answer).collect();
        let proof = Proof { claim: "equivalent", words: String::new(), sources: &sources, answers, notes: Vec::new() };
        assert_eq!(proof.verdict(), verdict);
    }
}

#[test]
fn text_for_people_puts_the_verdict_first_and_steers_no_terminal() {
    let text = written(vec![answer(found(None)), answer(unknown()), answer(Answered::None)], Format::Human);
    assert!(text.starts_with("false (exit code 1): `a|b.json` allows nothing"), "{text}");
    for expected in [
        " --> a|b.json:2:13\n",
        "2 |   \"Action\": \"s3:*\",\n  |             ^^^^^^ covers it",
        "  in account   210987654321\n",
        "  context      aws:TagKeys = a, `b`\n               aws:UserAgent = (the empty text)\n",
        "`<b>`: implicitDeny: nothing allows it\n",
        "unknown[budget]: is there a request that",
        "    do: raise it\n",
        "none: no request that",
        "note: a _note_\n",
        // The line stays JSON: what acts on a terminal is written as JSON writes it.
        "rolecall evaluate --requests - <<'EOF'\n{\"resource\":\"arn:aws:s3:::\\u202eb\\u0007\",\"note\":\"it's\"}\nEOF\n",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains(['\u{202e}', '\u{7}', '\u{1b}']), "{text:?}");
    let text = written(vec![answer(found(Some("it's here.jsonl")))], Format::Human);
    assert!(text.contains("rolecall evaluate --requests 'it'\\''s here.jsonl'\n"), "{text}");
}

#[test]
fn markdown_lets_no_text_out_of_its_place() {
    let text = written(vec![answer(found(None)), answer(unknown())], Format::Markdown);
    assert!(text.starts_with("### ❌ false: <code>a&#124;b.json</code> allows"), "{text}");
    assert!(
        text.contains("| principal | <code>arn&#58;aws&#58;iam&#58;&#58;123456789012&#58;user/&#64;team</code> |"),
        "{text}"
    );
    assert!(text.contains("> a &#95;note&#95;"), "{text}");
    let outside: String = text.split("```").step_by(2).collect();
    assert!(!outside.contains(['\u{202e}', '\u{7}', '\u{1b}']), "{outside:?}");
    let mut tables = 0;
    for event in pulldown_cmark::Parser::new_ext(&text, pulldown_cmark::Options::ENABLE_TABLES) {
        if matches!(event, pulldown_cmark::Event::Start(pulldown_cmark::Tag::Table(_))) {
            tables += 1;
        }
    }
    assert_eq!(tables, 1, "{text}");
}
