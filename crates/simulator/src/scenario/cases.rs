//! The fifty customer cases, embedded: `rolecall repro` needs no files. Their texts stand in `fixtures/scenarios`.

/// A case that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// `01-name`.
    pub file: &'static str,
    /// The scenario.
    pub text: &'static str,
}

macro_rules! case {
    ($name:literal) => {
        Case { file: $name, text: include_str!(concat!("../../../../fixtures/scenarios/", $name, ".toml")) }
    };
}

/// All of them, by number.
pub const CASES: [Case; 50] = [
    case!("01-management-outside-stack-set"),
    case!("02-benign-race"),
    case!("03-role-never-comes"),
    case!("04-target-gap"),
    case!("05-role-removed-by-move"),
    case!("06-stack-retained-after-move"),
    case!("07-account-left"),
    case!("08-account-not-active"),
    case!("09-status-retired"),
    case!("10-account-pending-activation"),
    case!("11-other-organization-id"),
    case!("12-legacy-id"),
    case!("13-role-exists-already"),
    case!("14-no-external-id-condition"),
    case!("15-loose-external-id-operator"),
    case!("16-second-statement-without-id"),
    case!("17-external-id-text-differs"),
    case!("18-external-id-empty"),
    case!("19-role-name-case"),
    case!("20-role-under-path"),
    case!("21-other-partition"),
    case!("22-principal-recreated"),
    case!("23-other-vendor-account"),
    case!("24-role-not-propagated"),
    case!("25-policy-outdated"),
    case!("26-policy-of-other-kind"),
    case!("27-scp-denies-actions"),
    case!("28-rcp-denies-assume-role"),
    case!("29-scp-denies-role-creation"),
    case!("30-permissions-boundary"),
    case!("31-policy-too-long"),
    case!("32-trust-too-long"),
    case!("33-role-quota-reached"),
    case!("34-two-regions"),
    case!("35-cancelled-after-failure"),
    case!("36-operation-hides-failures"),
    case!("37-operation-in-progress"),
    case!("38-call-as-missing"),
    case!("39-consolidated-billing-only"),
    case!("40-organization-access-role-missing"),
    case!("41-drift"),
    case!("42-no-echo-import"),
    case!("43-listing-incomplete"),
    case!("44-vendor-throttled"),
    case!("45-session-too-long"),
    case!("46-global-endpoint-token"),
    case!("47-not-a-management-account"),
    case!("48-moved-between-organizations"),
    case!("49-lagging-mode"),
    case!("50-duplicate-notification"),
];

impl Case {
    /// `01`.
    pub fn number(&self) -> &'static str {
        self.file.split_once('-').map_or(self.file, |(number, _)| number)
    }

    /// The name without the number.
    pub fn name(&self) -> &'static str {
        self.file.split_once('-').map_or(self.file, |(_, name)| name)
    }

    /// The case with this number (`4`, `04`), name, or both.
    pub fn find(text: &str) -> Option<&'static Self> {
        let number = text.parse::<u32>().ok();
        CASES.iter().find(|case| {
            case.file == text || case.name() == text || number.is_some() && case.number().parse::<u32>().ok() == number
        })
    }
}
