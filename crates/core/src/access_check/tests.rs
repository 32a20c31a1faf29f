//! The rules of a check as tables: what is asked next, and what the answers mean, in both directions.

use super::*;
use crate::external_id::ExternalId;
use proptest::prelude::*;

const ACCOUNT: u64 = 111_122_223_333;

fn number(value: u64) -> AccountNumber {
    AccountNumber::new(value).unwrap()
}

fn plan(fall_back: bool) -> CheckPlan {
    CheckPlan {
        account: number(ACCOUNT),
        fall_back,
        wrong_of_organization: WrongKinds::ALL,
        wrong_of_account: WrongKinds::ALL,
        window: DurationMs::from_seconds(60),
    }
}

/// Answers a check with one letter a probe: `+` allowed, `-` denied, `t` throttled, `f` fault, `c` own credentials,
/// `r` Region, `b` bad request, `u` unrecognised, `=` the right caller, `x` another caller.
fn answer(plan: CheckPlan, letters: &str, step_ms: u64) -> AccessCheck {
    let mut check = AccessCheck::new(plan);
    for (index, letter) in letters.chars().enumerate() {
        let probe = check.next_probe().unwrap_or_else(|| panic!("`{letters}`: the check was over at {index}"));
        let answer = match letter {
            '+' => Answer::Outcome(Outcome::Allowed),
            '-' => Answer::Outcome(Outcome::AccessDenied),
            't' => Answer::Outcome(Outcome::Throttled),
            'f' => Answer::Outcome(Outcome::Fault),
            'c' => Answer::Outcome(Outcome::OwnCredentials),
            'r' => Answer::Outcome(Outcome::RegionDisabled),
            'b' => Answer::Outcome(Outcome::BadRequest),
            'u' => Answer::Outcome(Outcome::Unrecognised),
            '=' => Answer::CallerIs(number(ACCOUNT)),
            'x' => Answer::CallerIs(number(ACCOUNT + 1)),
            other => panic!("no such letter: {other}"),
        };
        check.record(probe, answer, TimeMs(1_000 + index as u64 * step_ms)).unwrap();
    }
    check
}

#[test]
fn what_the_answers_mean() {
    use Judgement::{Denied, Insecure, Unknown, Validated};
    let table: &[(bool, &str, Judgement, bool)] = &[
        // fall-back allowed, answers, judgement, over
        (false, "+----=", Validated(IdOf::Organization), true),
        (true, "+----=", Validated(IdOf::Organization), true),
        (true, "-+----=", Validated(IdOf::Account), true),
        (false, "-", Denied(DeniedBecause::RightIdDenied), true),
        (true, "--", Denied(DeniedBecause::RightIdDenied), true),
        (true, "-", Unknown(UnknownBecause::NotFinished), false),
        (false, "+----x", Denied(DeniedBecause::OtherAccount), true),
        // What opens to a wrong caller is insecure, whatever else is missing or failed.
        (false, "++", Insecure(Probe::NoId), false),
        (false, "++++++", Insecure(Probe::NoId), true),
        (false, "+-+", Insecure(Probe::Wrong(WrongKind::Random)), false),
        (false, "+--+", Insecure(Probe::Wrong(WrongKind::Suffix)), false),
        (false, "+---+=", Insecure(Probe::Wrong(WrongKind::CaseFlipped)), true),
        (false, "++t", Insecure(Probe::NoId), true),
        (true, "-++", Insecure(Probe::NoId), false),
        // A positive alone proves nothing.
        (false, "", Unknown(UnknownBecause::NotFinished), false),
        (false, "+", Unknown(UnknownBecause::NotFinished), false),
        (false, "+---", Unknown(UnknownBecause::NotFinished), false),
        (false, "+----", Unknown(UnknownBecause::NotFinished), false),
        // Throttling and faults are unknown, on whichever probe, and never lead to the fall-back.
        (true, "t", Unknown(UnknownBecause::Throttled), true),
        (true, "f", Unknown(UnknownBecause::Fault), true),
        (true, "c", Unknown(UnknownBecause::OwnCredentials), true),
        (true, "r", Unknown(UnknownBecause::RegionDisabled), true),
        (true, "b", Unknown(UnknownBecause::BadRequest), true),
        (true, "u", Unknown(UnknownBecause::Unrecognised), true),
        (true, "-t", Unknown(UnknownBecause::Throttled), true),
        (false, "+t", Unknown(UnknownBecause::Throttled), true),
        (false, "+---f", Unknown(UnknownBecause::Fault), true),
        (false, "+----t", Unknown(UnknownBecause::Throttled), true),
        (false, "+-----", Unknown(UnknownBecause::IdentityNotTold), true),
    ];
    for (fall_back, letters, expected, over) in table {
        let check = answer(plan(*fall_back), letters, 10);
        assert_eq!(check.judge(Membership::Listed), *expected, "`{letters}`, fall-back {fall_back}");
        assert_eq!(check.next_probe().is_none(), *over, "`{letters}`, fall-back {fall_back}");
    }
}

#[test]
fn the_account_must_be_listed() {
    let passed = answer(plan(false), "+----=", 10);
    assert_eq!(passed.judge(Membership::NotListed), Judgement::Denied(DeniedBecause::NotListed));
    assert_eq!(passed.judge(Membership::NotYetKnown), Judgement::Unknown(UnknownBecause::MembershipNotKnown));
    let denied = answer(plan(false), "-", 10);
    assert_eq!(denied.judge(Membership::NotYetKnown), Judgement::Denied(DeniedBecause::RightIdDenied));
}

#[test]
fn a_denied_negative_counts_in_the_window_only() {
    // Sixty seconds: the last negative is the fourth answer after the success.
    let within = answer(plan(false), "+----=", 15_000);
    assert_eq!(within.judge(Membership::Listed), Judgement::Validated(IdOf::Organization));
    let beyond = answer(plan(false), "+----=", 15_001);
    assert_eq!(beyond.judge(Membership::Listed), Judgement::Unknown(UnknownBecause::WindowPassed));
    // The window opens with the success, not with the denial before it.
    let legacy = answer(plan(true), "-+----=", 15_000);
    assert_eq!(legacy.judge(Membership::Listed), Judgement::Validated(IdOf::Account));
    // What opened late has opened all the same.
    let opened = answer(plan(false), "+---+=", 30_000);
    assert_eq!(opened.judge(Membership::Listed).verdict(), Verdict::Insecure);
}

#[test]
fn every_outcome_is_kept() {
    use Outcome::{AccessDenied, Allowed};
    let check = answer(plan(true), "-+----=", 10);
    let kept: Vec<_> = check.outcomes().iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(kept, [AccessDenied, Allowed, AccessDenied, AccessDenied, AccessDenied, AccessDenied, Allowed]);
    assert_eq!(check.outcomes().opened_by(), Some(IdOf::Account));
}

#[test]
fn wrong_ids_that_do_not_exist_are_not_asked_for() {
    let digits_only = WrongKinds::NONE.with(WrongKind::Random).with(WrongKind::Suffix);
    let check = answer(CheckPlan { wrong_of_organization: digits_only, ..plan(false) }, "+---=", 10);
    assert_eq!(check.next_probe(), None);
    assert_eq!(check.outcomes().get(Probe::Wrong(WrongKind::CaseFlipped)), Outcome::NotMade);
    assert_eq!(check.judge(Membership::Listed), Judgement::Validated(IdOf::Organization));
    // Those of the ID that opened the role are the ones that matter.
    let check = answer(CheckPlan { wrong_of_organization: digits_only, ..plan(true) }, "-+---", 10);
    assert_eq!(check.next_probe(), Some(Probe::Wrong(WrongKind::CaseFlipped)));
}

#[test]
fn an_answer_that_was_not_asked_for_changes_nothing() {
    let mut check = answer(plan(false), "+", 10);
    let before = check;
    let error = check.record(Probe::CallerIdentity, Answer::CallerIs(number(ACCOUNT)), TimeMs(5)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "an answer to GetCallerIdentity came in, but AssumeRole without an external ID was asked"
    );
    assert_eq!(check, before);
    let mut over = answer(plan(false), "-", 10);
    let error = over.record(Probe::NoId, Answer::Outcome(Outcome::AccessDenied), TimeMs(5)).unwrap_err();
    assert_eq!(error.to_string(), "an answer to AssumeRole without an external ID came in, but nothing was asked");
}

#[test]
fn a_record_is_small() {
    assert!(size_of::<CheckRecord>() <= 16, "{}", size_of::<CheckRecord>());
}

#[test]
fn states_are_read_from_state_then_from_status() {
    let table = [
        (Some("ACTIVE"), Some("SUSPENDED"), Some(AccountState::Active)),
        (Some("CLOSED"), None, Some(AccountState::Closed)),
        (None, Some("SUSPENDED"), Some(AccountState::Suspended)),
        (None, None, None),
        (Some("active"), Some("ACTIVE"), None),
    ];
    for (state, status, expected) in table {
        assert_eq!(AccountState::read(state, status), expected, "{state:?} {status:?}");
    }
}

#[test]
fn account_numbers_keep_their_zeros() {
    let id = rolecall_iam::arn::AccountId::parse("000123456789").unwrap();
    assert_eq!(AccountNumber::from(id).get(), 123_456_789);
    assert_eq!(AccountNumber::from(id).to_string(), "000123456789");
    assert_eq!(rolecall_iam::arn::AccountId::from(number(123_456_789)), id);
    assert!(AccountNumber::new(999_999_999_999).is_ok());
    assert_eq!(AccountNumber::new(1_000_000_000_000), Err(AccountNumberError(1_000_000_000_000)));
}

#[test]
fn wrong_ids_belong_to_nobody() {
    let id = |text: &str| ExternalId::parse(text).unwrap();
    let right = id("Customer-7");
    let plain = WrongIds::of(&right, |_| false);
    assert_eq!(plain.kinds(), WrongKinds::ALL);
    assert_eq!(plain.get(WrongKind::Suffix), Some(&id("Customer-70")));
    assert_eq!(plain.get(WrongKind::CaseFlipped), Some(&id("cUSTOMER-7")));
    assert!(plain.contains("Customer-70") && !plain.contains("Customer-7"));
    // Another customer has the suffixed one: the next character is taken.
    let other = WrongIds::of(&right, |text| {
        text == "Customer-70" || Some(text) == plain.get(WrongKind::Random).map(ExternalId::as_str)
    });
    assert_eq!(other.get(WrongKind::Suffix), Some(&id("Customer-71")));
    assert_eq!(other.kinds(), WrongKinds::ALL);
    assert_ne!(other.get(WrongKind::Random), plain.get(WrongKind::Random));
    // No letters, no other case.
    assert!(!WrongIds::of(&id("0123-4567"), |_| false).kinds().contains(WrongKind::CaseFlipped));
    // The longest ID: something that shares all but its end.
    let longest = "a".repeat(1_224);
    let wrong = WrongIds::of(&id(&longest), |_| false);
    assert_eq!(wrong.get(WrongKind::Suffix).map(|id| id.as_str().len()), Some(1_224));
    assert_eq!(wrong.kinds(), WrongKinds::ALL);
}

/// A role as three answers, and the reference meaning of a check of it.
#[derive(Clone, Copy, Debug)]
struct World {
    opens_to: [Outcome; 6],
    caller: Answer,
}

fn worlds() -> impl Strategy<Value = World> {
    let outcome = prop_oneof![
        4 => Just(Outcome::Allowed),
        6 => Just(Outcome::AccessDenied),
        1 => Just(Outcome::Throttled),
        1 => Just(Outcome::Fault),
    ];
    let caller = prop_oneof![
        6 => Just(Answer::CallerIs(number(ACCOUNT))),
        1 => Just(Answer::CallerIs(number(1))),
        1 => Just(Answer::Outcome(Outcome::Throttled)),
    ];
    (prop::array::uniform6(outcome), caller).prop_map(|(opens_to, caller)| World { opens_to, caller })
}

proptest! {
    #[test]
    fn validated_means_the_right_id_and_nothing_else(world in worlds(), fall_back: bool) {
        let mut check = AccessCheck::new(plan(fall_back));
        let mut made = 0;
        while let Some(probe) = check.next_probe() {
            let place = Probe::ALL.iter().position(|known| *known == probe).unwrap();
            let answer = world.opens_to.get(place).map_or(world.caller, |outcome| Answer::Outcome(*outcome));
            check.record(probe, answer, TimeMs(made)).unwrap();
            made += 1;
            prop_assert!(made <= 7, "a check ends");
        }
        let [organization, account, negatives @ ..] = world.opens_to;
        let allowed = |outcome: Outcome| outcome == Outcome::Allowed;
        let denied = |outcome: Outcome| outcome == Outcome::AccessDenied;
        let positive = allowed(organization) || (denied(organization) && fall_back && allowed(account));
        let verdict = check.judge(Membership::Listed).verdict();
        let right_caller = world.caller == Answer::CallerIs(number(ACCOUNT));
        let sound = positive && negatives.into_iter().all(denied) && right_caller;
        prop_assert_eq!(verdict == Verdict::Validated, sound);
        let closed = denied(organization) && (!fall_back || denied(account));
        let other = positive && negatives.into_iter().all(denied) && world.caller == Answer::CallerIs(number(1));
        prop_assert_eq!(verdict == Verdict::Denied, closed || other);
        if !positive {
            prop_assert!(made <= 2, "no negative probe without a success before it");
        }
        if check.outcomes().get(Probe::Right(IdOf::Account)) != Outcome::NotMade {
            prop_assert!(denied(organization) && fall_back, "the fall-back follows AccessDenied only");
        }
    }
}
