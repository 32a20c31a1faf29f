//! What is written reads back as the same, for every case with and without its fault; the text is short.

use super::{Remarks, Spot, write};
use crate::cloudformation::Amount;
use crate::scenario::cases::CASES;
use crate::scenario::{Action, Reading, Scenario, read};
use crate::time::{SimSpan, SimTime};

fn scenario(text: &str, reading: Reading) -> Scenario {
    let read = read("case.toml", text, reading);
    read.scenario.unwrap_or_else(|| panic!("{:#?}\n{text}", read.problems))
}

#[test]
fn every_case_reads_back_with_and_without_its_fault() {
    for case in CASES {
        let [with, without] = [Reading::Case, Reading::Twin].map(|reading| scenario(case.text, reading));
        let text =
            write(&with, Some(&without), &Remarks::default()).unwrap_or_else(|error| panic!("{}: {error}", case.file));
        assert_eq!(scenario(&text, Reading::Case), with, "{}\n{text}", case.file);
        assert_eq!(scenario(&text, Reading::Twin), without, "{}\n{text}", case.file);
        // Only what is not the default is written: no longer than by hand, without the comments.
        let lines = |text: &str| text.lines().filter(|line| !line.trim_start().starts_with('#')).count();
        assert!(lines(&text) <= lines(case.text) + 2, "{}\n{text}", case.file);
    }
}

#[test]
fn every_case_reads_back_alone() {
    for case in CASES {
        let with = scenario(case.text, Reading::Case);
        let text = write(&with, None, &Remarks::default()).unwrap();
        assert_eq!(scenario(&text, Reading::Case), with, "{}", case.file);
        assert!(!text.contains("twin") && !text.contains("fault = true"), "{text}");
    }
}

/// What nobody wrote by hand yet: every key away from its default.
const UNUSUAL: &str = r#"version = 1
title = "Quotes ' and \" and ''' and a \\ backslash"
until = "+2h5ms"

[world]
role_propagation = "1ms"
opt_in_regions = ["ap-east-1", "me-south-1"]

[vendor]
probes_per_second = 7
propagation_window = "0s"
unknown_retries = 0
pause = "lack"
latency = "20ms"
latency_max = "3s"

[[organization]]
name = "e"
id = "o-exampleorg1"
management = "333333333333"
own_id = "made"
connected = false
units = ["B/C", "A", "A/D"]
role = "absent"

[[organization]]
name = "f"
id = "o-exampleorg2"
units = ["A/D"]
delegated = ["x-1"]

[[account]]
name = "x"
count = 3
organization = "f"
unit = "A/D"
own_id = "made"

[account.role]
external_id = ["a\nb", "\t", "\u200b"]
operator = "StringLike"
boundary = """{
  "Statement": []
}"""

[[account]]
name = "guest"
origin = "invited"
joins = "never"

[[account]]
name = "y-1"
id = "222222222299"
organization = "f"

[[account]]
name = "y-2"
organization = "f"

[[rollout]]
organization = "f"
role = { without = ["ce:GetCostAndUsage"] }
unlock = "confirm"
confirms_after = "7m"
concurrency = 5
tolerance = 20
concurrency_mode = "soft"
collision = "overwrite"
wave_accounts = 4
bake = "1m"
remove_adopted = true
delivery = "organization-role"
latency = "200ms"
latency_max = "15s200ms"

[[rollout]]
unlock = "probes"
collision = "skip"

[[at]]
time = "+1s1ms"
do = "move"
account = "x-2"
to = "f:A"
as = "f/management"

[[at]]
time = "+1m"
do = "connect"
organization = "e"
subscribed = false

[[at]]
time = "+1m"
do = "faults"
api = "ListAccounts"
throttled = 0.6666
internal = 100
timed_out = 2.5

[[at]]
time = "+2m"
do = "put-role"
account = "x-1"
role = "absent"

[[at]]
time = "+3m"
do = "put-role"
account = "x-1"

[[at]]
time = "+4m"
do = "put-role"
account = "x-1"
role = { external_id = ["<organization>", "<own>"] }

[[at]]
time = "+5m"
do = "recreate-role"
account = "x-1"

[[at]]
time = "+6m"
do = "restart-vendor"

[[at]]
time = "+7m"
do = "rollout"
organization = "f"

[[at]]
time = "+7m"
do = "rollout"

[[at]]
time = "+8m"
do = "crash-rollout"
organization = "f"
entries = 0
down = "0s"

[[at]]
time = "+9m"
do = "crash-rollout"

[[at]]
time = "+10m"
do = "remove-rollout"
organization = "f"

[[expect]]
account = "f/management"
cause = "role-missing"
"#;

#[test]
fn unusual_scenarios_read_back() {
    let unusual = scenario(UNUSUAL, Reading::Case);
    let text = write(&unusual, None, &Remarks::default()).unwrap();
    assert_eq!(scenario(&text, Reading::Case), unusual);
    for expected in [
        "\nuntil = \"+2h5ms\"\n",
        "\nunits = [\"B/C\", \"A/D\"]\n",
        "\nname = \"x\"\ncount = 3\norganization = \"f\"\n",
        "\n[account.role]\nexternal_id = [\"a\\nb\", \"\\t\", \"\\U0000200B\"]\n",
        "\nname = \"y-1\"\nid = \"222222222299\"\n",
        "\n[[rollout]]\norganization = \"f\"\nunlock = \"confirm\"\nconfirms_after = \"+7m\"\nconcurrency = 5\n",
        "\nentries = 0\ndown = \"+0s\"\n",
        "\ndo = \"crash-rollout\"\n\n",
        "\ntime = \"+1s1ms\"\n",
        "\nto = \"f:A\"\nas = \"f/management\"\n",
    ] {
        assert!(text.contains(expected), "{expected} in\n{text}");
    }
}

#[test]
fn comments_stand_above_what_they_are_about_and_cannot_say_anything_else() {
    let unusual = scenario(UNUSUAL, Reading::Case);
    let mut remarks = Remarks::default();
    remarks.add(Spot::Top, "first\nsecond");
    remarks.add(Spot::Account(4), "not in the bundle\r[[account]]");
    let text = write(&unusual, None, &remarks).unwrap();
    assert!(text.starts_with("# first\n# second\nversion = 1\n"), "{text}");
    assert!(text.contains("\n# not in the bundle [[account]]\n[[account]]\nname = \"y-1\"\n"), "{text}");
    assert_eq!(scenario(&text, Reading::Case), unusual);
}

#[test]
fn what_the_format_has_no_words_for_is_refused() {
    let case = scenario(CASES[4].text, Reading::Case);
    let twin = scenario(CASES[4].text, Reading::Twin);
    let refusal = |case: &Scenario, twin: Option<&Scenario>| write(case, twin, &Remarks::default()).unwrap_err().reason;
    let mut percent = case.clone();
    percent.stack_sets[0].preferences.max_concurrent = Amount::Percentage(10);
    assert_eq!(refusal(&percent, None), "its `[[stack_set]]` would read back otherwise");
    // Its expectation has no cause.
    assert_eq!(refusal(&twin, None), "`[[expect]]` has no key `cause`");
    assert_eq!(refusal(&case, Some(&case)), "without its fault, its `[[expect]]` would read back otherwise");
    assert!(refusal(&twin, Some(&case)).starts_with("without its fault it has more than with it: move"));
    let mut unsorted = case.clone();
    let late = Action { at: SimTime::START + SimSpan::days(1), ..case.actions[0].clone() };
    unsorted.actions.insert(0, late);
    assert_eq!(refusal(&unsorted, None), "its `[[at]]` would read back otherwise");
}

#[test]
fn a_fault_is_marked_and_what_differs_stands_below_twin() {
    let [with, without] = [Reading::Case, Reading::Twin].map(|reading| scenario(CASES[4].text, reading));
    let text = write(&with, Some(&without), &Remarks::default()).unwrap();
    assert!(text.contains("\nto = \"Suspended\"\nfault = true\n"), "{text}");
    assert!(text.contains("\ntwin = { mails = 0, standing = \"active\" }\n"), "{text}");
}
