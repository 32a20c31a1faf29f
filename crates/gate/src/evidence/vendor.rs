//! The parts of a bundle that the vendor has: bindings, listing, checks, e-mails, actions, neighbours.

use super::fields::{self, Fields, Problems};
use super::organization_id;
use rolecall_core::access_check::{AccountState, IdOf, Outcome, Outcomes, Probe, Verdict, WrongKind};
use rolecall_core::diagnosis::evidence::{
    Bindings, Check, CheckStart, Email, Entry, FeatureSet, JoinedMethod, KnownId, Listing, ListingEnd, Neighbours,
    OwnId, ProbeError, TriedAction,
};
use rolecall_core::external_id::ExternalId;
use rolecall_iam::value::{Node, Value};

/// The probes by their keys.
pub const PROBES: [(&str, Probe); 7] = [
    ("organizationId", Probe::Right(IdOf::Organization)),
    ("ownId", Probe::Right(IdOf::Account)),
    ("noId", Probe::NoId),
    ("randomId", Probe::Wrong(WrongKind::Random)),
    ("suffixedId", Probe::Wrong(WrongKind::Suffix)),
    ("caseFlippedId", Probe::Wrong(WrongKind::CaseFlipped)),
    ("callerIdentity", Probe::CallerIdentity),
];

/// The outcomes by their words. `NotMade` has none: the probe is left out.
pub const OUTCOMES: [(&str, Outcome); 9] = [
    ("allowed", Outcome::Allowed),
    ("denied", Outcome::AccessDenied),
    ("other-account", Outcome::OtherAccount),
    ("throttled", Outcome::Throttled),
    ("fault", Outcome::Fault),
    ("own-credentials", Outcome::OwnCredentials),
    ("region-disabled", Outcome::RegionDisabled),
    ("bad-request", Outcome::BadRequest),
    ("unrecognised", Outcome::Unrecognised),
];

const VERDICTS: [Verdict; 4] = [Verdict::Validated, Verdict::Denied, Verdict::Insecure, Verdict::Unknown];

fn external_id(node: &Node, problems: &mut Problems) -> Option<ExternalId> {
    let text = fields::text(node, problems)?;
    match ExternalId::parse(&text) {
        Ok(id) => Some(id),
        Err(error) => {
            problems.add(node.span, format!("`{}` is no external ID", text.escape_debug()), error.to_string());
            None
        }
    }
}

pub(super) fn bindings(node: &Node, problems: &mut Problems) -> Option<Bindings> {
    let known = ["organizationId", "ownId", "others", "policy", "otherKindPolicy", "olderPolicies", "actions"];
    let fields = Fields::new(node, "`bindings`", &known, problems)?;
    Some(Bindings {
        organization_id: fields.seen("organizationId", external_id, problems),
        own_id: fields.seen("ownId", own_id, problems),
        others: fields.seen("others", |node, problems| fields::list(node, problems, known_id), problems),
        policy: fields.seen("policy", fields::policy, problems),
        other_kind_policy: fields.seen("otherKindPolicy", fields::policy, problems),
        older_policies: fields.seen(
            "olderPolicies",
            |node, problems| fields::list(node, problems, fields::policy),
            problems,
        ),
        actions: fields.seen("actions", fields::texts, problems),
    })
}

fn own_id(node: &Node, problems: &mut Problems) -> Option<OwnId> {
    let fields = Fields::new(node, "`ownId`", &["id", "counts"], problems)?;
    let (id, counts) =
        (fields.required("id", external_id, problems), fields.required("counts", fields::truth, problems));
    Some(OwnId { id: id?, counts: counts? })
}

fn known_id(node: &Node, problems: &mut Problems) -> Option<KnownId> {
    let fields = Fields::new(node, "an entry of `others`", &["id", "of"], problems)?;
    let (id, of) = (fields.required("id", external_id, problems), fields.required("of", fields::text, problems));
    Some(KnownId { id: id?, of: of? })
}

pub(super) fn listing(node: &Node, problems: &mut Problems) -> Option<Listing> {
    let known = ["end", "entry", "firstListed", "stateSince", "earlierOrganization", "alsoListedBy", "features"];
    let fields = Fields::new(node, "`listing`", &known, problems)?;
    let features = |node: &Node, problems: &mut Problems| {
        fields::word(node, problems, FeatureSet::parse, &["ALL", "CONSOLIDATED_BILLING"])
    };
    Some(Listing {
        end: fields.seen("end", listing_end, problems),
        entry: fields.seen("entry", entry, problems),
        first_listed: fields.seen("firstListed", fields::time, problems),
        state_since: fields.seen("stateSince", fields::time, problems),
        earlier_organization: fields.seen("earlierOrganization", organization_id, problems),
        also_listed_by: fields.seen("alsoListedBy", organization_id, problems),
        features: fields.seen("features", features, problems),
    })
}

fn listing_end(node: &Node, problems: &mut Problems) -> Option<ListingEnd> {
    let fields = Fields::new(node, "`end`", &["result", "code"], problems)?;
    let words = ["complete", "partial", "refused"];
    let word = |node: &Node, problems: &mut Problems| {
        fields::word(node, problems, |text| words.contains(&text).then(|| text.to_owned()), &words)
    };
    let result = fields.required("result", word, problems)?;
    if result == "complete" {
        return Some(ListingEnd::Complete);
    }
    let code = fields.required("code", fields::text, problems)?;
    Some(if result == "partial" { ListingEnd::Partial { code } } else { ListingEnd::Refused { code } })
}

fn entry(node: &Node, problems: &mut Problems) -> Option<Entry> {
    let fields = Fields::new(node, "`entry`", &["state", "status", "readAs", "joinedMethod"], problems)?;
    let state = |node: &Node, problems: &mut Problems| {
        let words = AccountState::ALL.map(AccountState::as_str);
        fields::word(node, problems, |text| AccountState::read(Some(text), None), &words)
    };
    let joined = |node: &Node, problems: &mut Problems| {
        fields::word(node, problems, JoinedMethod::parse, &["CREATED", "INVITED"])
    };
    Some(Entry {
        state: fields.seen("state", fields::text, problems),
        status: fields.seen("status", fields::text, problems),
        read_as: fields.seen("readAs", state, problems),
        joined_method: fields.seen("joinedMethod", joined, problems),
    })
}

pub(super) fn check(node: &Node, problems: &mut Problems) -> Option<Check> {
    let fields =
        Fields::new(node, "an entry of `checks`", &["at", "start", "outcomes", "verdict", "errors"], problems)?;
    let verdict = |node: &Node, problems: &mut Problems| word_of_verdict(node, problems);
    let at = fields.required("at", fields::time, problems);
    let outcomes = fields.required("outcomes", outcomes, problems);
    let verdict = fields.required("verdict", verdict, problems);
    let start = fields.seen("start", check_start, problems);
    let errors = fields.seen("errors", |node, problems| fields::list(node, problems, probe_error), problems);
    Some(Check { at: at?, start, outcomes: outcomes?, verdict: verdict?, errors })
}

fn word_of_verdict(node: &Node, problems: &mut Problems) -> Option<Verdict> {
    let parse = |text: &str| VERDICTS.into_iter().find(|verdict| verdict.as_str() == text);
    fields::word(node, problems, parse, &VERDICTS.map(Verdict::as_str))
}

fn check_start(node: &Node, problems: &mut Problems) -> Option<CheckStart> {
    if let Value::Number(_) = node.value {
        return fields::small(node, problems).map(CheckStart::Tick);
    }
    let parse = |text: &str| (text == "requested").then_some(CheckStart::Requested);
    fields::word(node, problems, parse, &["requested"])
}

fn outcomes(node: &Node, problems: &mut Problems) -> Option<Outcomes> {
    let keys = PROBES.map(|(key, _)| key);
    let fields = Fields::new(node, "`outcomes`", &keys, problems)?;
    let words = OUTCOMES.map(|(word, _)| word);
    let read = |node: &Node, problems: &mut Problems| {
        let parse = |text: &str| OUTCOMES.into_iter().find(|(word, _)| *word == text).map(|(_, outcome)| outcome);
        fields::word(node, problems, parse, &words)
    };
    let mut outcomes = Outcomes::NONE;
    for (key, probe) in PROBES {
        if let Some(outcome) = fields.optional(key, read, problems) {
            outcomes = outcomes.with(probe, outcome);
        }
    }
    Some(outcomes)
}

fn probe_error(node: &Node, problems: &mut Problems) -> Option<ProbeError> {
    let fields = Fields::new(node, "an entry of `errors`", &["probe", "code", "message"], problems)?;
    let keys = PROBES.map(|(key, _)| key);
    let probe = |node: &Node, problems: &mut Problems| {
        let parse = |text: &str| PROBES.into_iter().find(|(key, _)| *key == text).map(|(_, probe)| probe);
        fields::word(node, problems, parse, &keys)
    };
    let probe = fields.required("probe", probe, problems);
    let code = fields.required("code", fields::text, problems);
    let message = fields.optional("message", fields::text, problems).unwrap_or_default();
    Some(ProbeError { probe: probe?, code: code?, message })
}

pub(super) fn email(node: &Node, problems: &mut Problems) -> Option<Email> {
    let fields = Fields::new(node, "an entry of `emails`", &["at", "number"], problems)?;
    let (at, number) =
        (fields.required("at", fields::time, problems), fields.required("number", fields::small, problems));
    Some(Email { at: at?, number: number? })
}

pub(super) fn action(node: &Node, problems: &mut Problems) -> Option<TriedAction> {
    let fields = Fields::new(node, "an entry of `actions`", &["action", "error"], problems)?;
    let action = fields.required("action", fields::text, problems);
    let error = fields.seen("error", code_and_message, problems);
    Some(TriedAction { action: action?, error })
}

fn code_and_message(node: &Node, problems: &mut Problems) -> Option<(String, String)> {
    let fields = Fields::new(node, "`error`", &["code", "message"], problems)?;
    let code = fields.required("code", fields::text, problems);
    let message = fields.optional("message", fields::text, problems).unwrap_or_default();
    Some((code?, message))
}

pub(super) fn neighbours(node: &Node, problems: &mut Problems) -> Option<Neighbours> {
    let fields = Fields::new(node, "`neighbours`", &["management", "membersValidated", "membersDenied"], problems)?;
    Some(Neighbours {
        management: fields.seen("management", word_of_verdict, problems),
        members_validated: fields.seen("membersValidated", fields::small, problems),
        members_denied: fields.seen("membersDenied", fields::small, problems),
    })
}
