//! Seeded mutations of the fixtures, a bounded number of them, as inputs of the bodies of the fuzz targets in the tests.

/// Inputs for each target.
const INPUTS: usize = 2_000;

/// Texts that turn up in policies and request lines, where a change of bytes seldom makes one.
const WORDS: &[&str] = &[
    "\"Deny\"",
    "\"NotAction\"",
    "\"NotResource\"",
    "\"NotPrincipal\"",
    "\"Version\":\"2008-10-17\",",
    "\"ForAnyValue:StringLikeIfExists\"",
    "\"Null\"",
    "${aws:username}",
    "${aws:PrincipalTag/team, 'a'}",
    "${*}",
    "${",
    "[]",
    "{}",
    "null",
    "true",
    "1e400",
    "-0",
    "\\u0000",
    "\\ud83d",
    "\u{e9}",
    "\u{1f600}",
    "*",
    "?",
    "arn:aws:iam::123456789012:root",
    "::/0",
    ",",
    ":",
    "\"",
    "\n",
];

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `end`; 0 when that is 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from((u128::from(self.next()) * end as u128) >> 64).unwrap()
    }
}

/// Every request line of the evaluation cases.
pub(crate) fn lines() -> Vec<String> {
    let files = rolecall_fixtures::list("evaluation", "jsonl");
    files
        .iter()
        .flat_map(|file| rolecall_fixtures::text_of(file).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// Every policy of the evaluation cases, on its own.
pub(crate) fn policies(lines: &[String]) -> Vec<String> {
    fn collect(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            serde_json::Value::Object(members) if members.contains_key("Statement") => found.push(value.to_string()),
            serde_json::Value::Object(members) => members.values().for_each(|member| collect(member, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for line in lines {
        collect(&serde_json::from_str(line).unwrap(), &mut found);
    }
    found
}

/// One to four changes of an entry of the corpus; broken characters become the replacement character.
fn mutated(corpus: &[String], numbers: &mut Numbers) -> String {
    let mut bytes = corpus[numbers.below(corpus.len())].clone().into_bytes();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(24)).min(bytes.len());
        match numbers.below(6) {
            0 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, again));
            }
            3 => {
                let other = corpus[numbers.below(corpus.len())].as_bytes();
                let from = numbers.below(other.len());
                let to = (from + numbers.below(64)).min(other.len());
                drop(bytes.splice(at..end, other[from..to].iter().copied()));
            }
            4 => bytes.truncate(at),
            _ => drop(bytes.splice(at..at, WORDS[numbers.below(WORDS.len())].bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Runs a body on the corpus and on mutations of it; says which input made it fail.
pub(crate) fn run(seed: u64, corpus: &[String], body: impl Fn(&str)) {
    let mut numbers = Numbers(seed);
    let changed = std::iter::repeat_with(|| mutated(corpus, &mut numbers)).take(INPUTS);
    for input in corpus.iter().cloned().chain(changed) {
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&input)));
        assert!(ended.is_ok(), "failed on {input:?}");
    }
}
