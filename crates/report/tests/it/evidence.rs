//! Bundles written and read again: nothing is lost, nothing is added.

use rolecall_gate::evidence::read;
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use rolecall_report::evidence::render;

#[test]
fn a_bundle_that_was_written_reads_the_same() {
    let schema = include_str!("../../schema/evidence.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    for name in ["healthy", "external-id-line-break", "scp-denies-create-role", "denied-at-every-tick", "race"] {
        let text = rolecall_fixtures::text(&format!("evidence/{name}.json"));
        let evidence = read(json::read(FileId(0), &text).sound().unwrap()).unwrap();
        let written = render(&evidence);
        assert!(validator.is_valid(&serde_json::from_str(&written).unwrap()), "{written}");
        let again = read(json::read(FileId(0), &written).sound().unwrap()).unwrap();
        assert_eq!(again, evidence, "{name}");
        assert_eq!(render(&again), written, "{name}");
    }
}
