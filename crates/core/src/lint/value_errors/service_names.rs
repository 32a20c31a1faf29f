//! The form of service principals' names: which values are none at a glance. Which services there are is not judged:
//! AWS publishes no complete list of service principals.
//! Source: IAM user guide, `reference_policies_elements_principal`, "AWS service principals".

use rolecall_iam::glob;

use super::regions;

/// What the names of service principals end with. `.amazon.com` is that of Alexa (`alexa-appkit.amazon.com`), the
/// `.aws.internal` names are those of services that AWS runs for itself; the rest are the partitions' domains.
const ENDINGS: &[&str] = &[
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".amazonaws.eu",
    ".aws.internal",
    ".amazon.com",
    ".c2s.ic.gov",
    ".sc2s.sgov.gov",
    ".cloud.adc-e.uk",
    ".csp.hci.ic.gov",
];

/// Whether the text can be the name of a service principal: `service.amazonaws.com` in lower case.
pub(super) fn is_name(text: &str) -> bool {
    is_domain(text) && ENDINGS.iter().any(|ending| text.strip_suffix(ending).is_some_and(|name| !name.is_empty()))
}

/// Whether the text can be a value of `kms:ViaService`: `service.region.amazonaws.com`.
pub(super) fn is_regional_name(text: &str) -> bool {
    is_name(text) && text.split('.').skip(1).any(looks_like_region)
}

/// A Region, or what has the form of one: two letters or more, words, a number.
fn looks_like_region(label: &str) -> bool {
    regions::partition_of_region(label).is_some()
        || (label.split('-').count() >= 3 && label.ends_with(|last: char| last.is_ascii_digit()))
}

/// Labels of lower-case letters, digits and `-`, at least two of them.
fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        })
}

/// Whether the value holds wildcards or variables, so that its form cannot be told.
pub(super) fn is_open(text: &str) -> bool {
    glob::has_wildcard(text) || text.contains("${")
}
