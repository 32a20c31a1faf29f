//! `rolecall external-id`: new IDs, bindings, the plan of a migration.

use crate::program::{project, replace, rolecall};
use std::collections::BTreeSet;

#[test]
fn new_ids_have_128_bits_and_are_never_the_same() {
    let folder = project(&[]);
    let mut seen = BTreeSet::new();
    let mut digits = [BTreeSet::new(), BTreeSet::new()];
    for _ in 0..24 {
        let ran = rolecall(folder.path(), &["external-id", "new"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let id = ran.stdout.trim_end().to_owned();
        let groups: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12], "{id}");
        assert!(id.chars().all(|character| character == '-' || character.is_ascii_hexdigit()), "{id}");
        // The digits that are fixed in a UUID of version 4.
        digits[0].insert(id.as_bytes()[14]);
        digits[1].insert(id.as_bytes()[19]);
        assert!(seen.insert(id));
    }
    assert!(digits.iter().all(|found| found.len() > 4), "{digits:?}");
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(rolecall(empty.path(), &["external-id", "new"]).code, 0);
    std::fs::write(empty.path().join("rolecall.toml"), "version = 1\n").unwrap();
    assert_eq!(rolecall(empty.path(), &["external-id", "new"]).code, 2);
}

#[test]
fn bindings_and_a_migration_are_shown_for_a_day() {
    let folder = project(&[]);
    let legacy = std::fs::read_to_string(folder.path().join("legacy-ids.csv")).unwrap();
    let rows: Vec<(&str, &str)> = legacy.lines().skip(1).filter_map(|line| line.split_once(',')).collect();
    assert!(!rows.is_empty(), "{legacy}");
    replace(
        folder.path(),
        "rolecall.toml",
        "legacy_ids = \"legacy-ids.csv\"\n",
        "legacy_ids = \"legacy-ids.csv\"\nmigration = { from = 2026-12-01, until = 2026-12-31 }\n",
    );
    let schema = include_str!("../../../report/schema/external-ids.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    for (day, accepted, open) in [("2026-11-30", 1, false), ("2026-12-31", 2, true), ("2027-01-01", 1, false)] {
        let ran = rolecall(folder.path(), &["external-id", "list", "--as-of", day, "--format", "json"]);
        assert_eq!(ran.code, 0, "{ran:?}");
        let document = ran.json();
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        let organization = &document["organizations"][0];
        assert_eq!(organization["migration"]["open"], open, "{day}");
        assert_eq!(organization["accounts"].as_array().unwrap().len(), rows.len());
        for account in organization["accounts"].as_array().unwrap() {
            assert_eq!(account["accepted"].as_array().unwrap().len(), accepted, "{day}");
            let own = rows.iter().find(|(id, _)| account["account"] == *id).unwrap().1;
            assert_eq!(account["accepted"][0], own);
        }
    }
    let plan = rolecall(folder.path(), &["external-id", "migration", "--as-of", "2026-12-02"]).stdout;
    // Lines are broken where they are full.
    let plan = plan.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["open on 2026-12-02", "from 2026-12-01 to 2026-12-31", rows[0].0, rows[0].1, "\"sts:ExternalId\": ["] {
        assert!(plan.contains(part), "{part}\n{plan}");
    }
    assert!(plan.contains("no account holds an ID of its own"), "{plan}");
    let steps = rolecall(folder.path(), &["external-id", "migration", "--format", "json"]).json();
    assert_eq!(steps["organizations"][0]["steps"].as_array().unwrap().len(), 4);
    assert_eq!(steps["organizations"][1]["steps"].as_array().unwrap().len(), 0);
}
