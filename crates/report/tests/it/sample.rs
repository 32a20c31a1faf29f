//! Outcomes built by hand: one with everything in it, and small ones for single properties.

use jiff::civil::date;
use rolecall_core::finding::{CheckOutcome, CheckRun, Finding, NotJudged, Related};
use rolecall_core::rule::{Rule, Severity};
use rolecall_gate::outcome::{Judged, Outcome, Standing};
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use rolecall_report::{Format, Options, render};
use std::fmt::Write as _;

pub(crate) static EXTERNAL_ID_MISSING: Rule = Rule {
    code: "external-id-missing",
    severity: Severity::Error,
    title: "an Allow statement for the vendor has no external ID",
    what: "Fires on each Allow statement of the trust policy that admits the vendor without `sts:ExternalId`.",
    why: "Whoever makes the vendor act on this role's ARN gets in: the confused deputy problem.",
    remedy: "add `\"StringEquals\": {\"sts:ExternalId\": \"…\"}` to the statement's Condition",
    bad: "{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\"}",
    good: "{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Condition\": {\"StringEquals\": {}}}",
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"],
};

pub(crate) static PERMISSION_NOT_NEEDED: Rule = Rule {
    code: "permission-not-needed",
    severity: Severity::Warning,
    title: "a permission is granted that the contract does not need",
    what: "Fires on each action of the policy that no `[[contract.allow]]` entry covers.",
    why: "A permission that nobody needs is used by whoever takes over the role.",
    remedy: "take the action out of the policy, or write down in the contract why it is needed",
    bad: "\"Action\": [\"ce:*\", \"ec2:TerminateInstances\"]",
    good: "\"Action\": [\"ce:*\"]",
    references: &["inferred: least privilege"],
};

pub(crate) static BASELINE_STALE: Rule = Rule {
    code: "baseline-stale",
    severity: Severity::Note,
    title: "the baseline lists a finding that is gone",
    what: "Fires on each entry of the baseline that no finding has any more.",
    why: "A stale entry would silently accept the same finding when it comes back.",
    remedy: "run the gate with --write-baseline",
    bad: "",
    good: "",
    references: &[],
};

/// `é` is two bytes, `💾` four; a tab stands before `"Action"`.
pub(crate) const TRUST: &str = "{\n  \"Statement\": [\n    {\n      \"Sid\": \"Überlassung💾\",\n      \"Effect\": \"Allow\",\n\t\"Action\": \"sts:AssumeRole\"\n    }\n  ]\n}\n";
/// Line breaks as Windows writes them.
pub(crate) const POLICY_CRLF: &str =
    "{\r\n  \"Statement\": {\r\n    \"Action\": [\"ce:*\", \"ec2:TerminateInstances\"]\r\n  }\r\n}\r\n";

/// The span of the first `needle` in the file.
pub(crate) fn find(sources: &SourceMap, file: FileId, needle: &str) -> Span {
    let text = &sources.get(file).unwrap().text;
    let start = text.find(needle).unwrap_or_else(|| panic!("`{needle}` stands in {}", sources.path(file)));
    Span::new(file, start, start + needle.len())
}

pub(crate) fn open(finding: Finding) -> Judged {
    judged(finding, Standing::Open)
}

pub(crate) fn judged(finding: Finding, standing: Standing) -> Judged {
    let mut fingerprint = String::new();
    for byte in finding.rule.code.bytes().chain(finding.subject.bytes()) {
        let _ = write!(fingerprint, "{byte:02x}");
    }
    fingerprint.truncate(64);
    let fingerprint = format!("{fingerprint:0<64}");
    Judged { finding, standing, fingerprint }
}

pub(crate) fn passed(check: &'static str, subject: &str, judged: &str) -> CheckRun {
    CheckRun { check, subject: subject.to_owned(), outcome: CheckOutcome::Passed { judged: judged.to_owned() } }
}

pub(crate) fn empty(sources: SourceMap) -> Outcome {
    Outcome {
        sources,
        findings: Vec::new(),
        not_judged: Vec::new(),
        checks: Vec::new(),
        fail_on: Severity::Warning,
        as_of: date(2026, 11, 23),
    }
}

/// Everything judged, nothing found.
pub(crate) fn clean() -> Outcome {
    let mut sources = SourceMap::new();
    sources.add("trust.json", TRUST);
    Outcome { checks: vec![passed("trust", "trust.json", "1 statement, 3 probes")], ..empty(sources) }
}

/// Findings in every standing and severity, things not judged, several files.
pub(crate) fn full() -> Outcome {
    let mut outcome = found();
    let (sources, main) = (&outcome.sources, FileId(3));
    let first = find(sources, main, "assume_role_policy = var.trust");
    outcome.not_judged = vec![
        NotJudged {
            code: "unresolved-value".to_owned(),
            span: find(sources, main, "var.trust"),
            message: "`var.trust` has no default and no value".to_owned(),
            help: "give it under `[role_code.parameters]` of rolecall.toml".to_owned(),
            related: vec![Related { span: first, label: "needed here".to_owned() }],
        },
        NotJudged {
            code: "empty-file".to_owned(),
            span: Span::file(FileId(2)),
            message: "the file is empty".to_owned(),
            help: "expected a policy document; write it or take the path out of rolecall.toml".to_owned(),
            related: Vec::new(),
        },
    ];
    outcome.checks.push(CheckRun {
        check: "role-code",
        subject: "role code/main,100%.tf".to_owned(),
        outcome: CheckOutcome::NotJudged("1 value could not be resolved".to_owned()),
    });
    outcome
}

/// As [`full`], with everything judged.
pub(crate) fn found() -> Outcome {
    let mut sources = SourceMap::new();
    let trust = sources.add("trust.json", TRUST);
    let policy = sources.add("policies/policy.json", POLICY_CRLF);
    let nothing = sources.add("leer.json", "");
    let main = sources.add(
        "role code/main,100%.tf",
        "resource \"aws_iam_role\" \"vendor\" {\n  assume_role_policy = var.trust\n}\nvariable \"trust\" {}\n",
    );
    let missing = Finding::new(
        &EXTERNAL_ID_MISSING,
        find(&sources, trust, "\"Überlassung💾\""),
        "trust/statement:Überlassung💾",
        "statement `Überlassung💾` lets the vendor in without an external ID",
    )
    .with_label("no `sts:ExternalId` condition")
    .with_related(find(&sources, trust, "\"sts:AssumeRole\""), "allows this")
    .with_related(find(&sources, main, "var.trust"), "the role is made from it here");
    let terminate = Finding::new(
        &PERMISSION_NOT_NEEDED,
        find(&sources, policy, "\"ec2:TerminateInstances\""),
        "ec2:TerminateInstances",
        "`ec2:TerminateInstances` is granted, and no capability of the contract needs it",
    )
    .with_label("granted here")
    .with_reason("It ends virtual machines with everything on their instance stores; no capability of a cost optimizer comes near it, and nothing brings the data back.")
    .with_remedy("take it out");
    let cost = Finding::new(
        &PERMISSION_NOT_NEEDED,
        find(&sources, policy, "\"ce:*\""),
        "ce:*",
        "`ce:*` grants more than the contract needs",
    );
    let stale = Finding::new(&BASELINE_STALE, Span::file(nothing), "gone", "the baseline lists 1 finding that is gone");
    let suppressed =
        Standing::Suppressed { reason: "agreed | with the *vendor*".to_owned(), until: Some(date(2027, 1, 1)) };
    Outcome {
        findings: vec![
            open(stale),
            judged(cost.clone(), suppressed),
            open(terminate),
            judged(Finding { subject: "ce:*/2".to_owned(), ..cost }, Standing::Baselined),
            open(missing),
        ],
        checks: vec![
            CheckRun { check: "trust", subject: "trust.json".to_owned(), outcome: CheckOutcome::Found(1) },
            CheckRun { check: "contract", subject: "policies/policy.json".to_owned(), outcome: CheckOutcome::Found(3) },
            passed("role", "ProsperOps", "name, path, description, session duration, 2 tags"),
            passed("external-id", "o-exampleorgid", "1 ID of the organization, 2 legacy IDs"),
        ],
        ..empty(sources)
    }
}

/// Texts and names that try to break out of every format.
pub(crate) fn hostile() -> Outcome {
    let nasty = "x`|</code></td>\u{1b}[31m\u{202e}<script>alert(1)</script>\n\n# [a](https://evil.example) @octocat ]]> ::error::no %0A `y|`";
    let mut sources = SourceMap::new();
    let file = sources.add("a `b`|c:<i>,%\n::error::d.json", format!("\u{feff}{{\"Sid\": \"{nasty}\"}}\n"));
    let span = find(&sources, file, "\"Sid\"");
    let end = find(&sources, file, "}\n");
    let finding = Finding::new(&EXTERNAL_ID_MISSING, span.to(end), nasty, nasty)
        .with_label(nasty)
        .with_reason(nasty)
        .with_remedy(nasty)
        .with_related(span, nasty);
    let accepted = Standing::Suppressed { reason: nasty.to_owned(), until: None };
    let not_judged = NotJudged {
        code: nasty.to_owned(),
        span,
        message: nasty.to_owned(),
        help: nasty.to_owned(),
        related: vec![Related { span: Span::file(file), label: nasty.to_owned() }],
    };
    Outcome {
        findings: vec![open(finding.clone()), judged(finding, accepted)],
        not_judged: vec![not_judged],
        checks: vec![
            passed("trust", nasty, nasty),
            CheckRun { check: "trust", subject: nasty.to_owned(), outcome: CheckOutcome::NotJudged(nasty.to_owned()) },
        ],
        ..empty(sources)
    }
}

/// All samples with their names.
pub(crate) fn all() -> Vec<(&'static str, Outcome)> {
    vec![
        ("clean", clean()),
        ("found", found()),
        ("full", full()),
        ("hostile", hostile()),
        ("nothing", empty(SourceMap::new())),
    ]
}

/// Options with a fixed version.
pub(crate) fn options() -> Options {
    Options { tool_version: "1.2.3".to_owned(), ..Options::default() }
}

pub(crate) fn write(outcome: &Outcome, format: Format) -> String {
    render(outcome, format, &options())
}
