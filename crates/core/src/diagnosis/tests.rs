//! The enumeration of causes; each cause concluded from what shows it, from both viewpoints.

mod causes;
mod properties;
mod scene;
mod viewpoints;

use super::{About, Cause, Whose};
use std::collections::BTreeSet;

#[test]
fn names_are_unique_and_kebab_case() {
    let names: BTreeSet<_> = Cause::ALL.iter().map(|cause| cause.as_str()).collect();
    assert_eq!(names.len(), Cause::ALL.len());
    for cause in Cause::ALL {
        let name = cause.as_str();
        let sound = name.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()));
        assert!(sound, "{name}");
        assert_eq!(Cause::parse(name), Some(*cause));
    }
    assert_eq!(Cause::parse("no-such-cause"), None);
}

#[test]
fn every_cause_has_its_text() {
    let mut titles = BTreeSet::new();
    for cause in Cause::ALL {
        let about = cause.about();
        assert!(!about.title.is_empty() && !about.title.ends_with('.'), "{cause:?}: {}", about.title);
        assert!(about.means.ends_with('.') && about.remedy.ends_with('.'), "{cause:?}");
        assert!(titles.insert(about.title), "{cause:?} has the title of another");
        assert!(!about.references.is_empty(), "{cause:?}");
        for page in about.references {
            let sourced = ["https://docs.aws.amazon.com/", "inferred: ", "unverified: "];
            assert!(sourced.iter().any(|start| page.starts_with(start)), "{cause:?}: {page}");
        }
        // What passes by itself asks nobody to do anything.
        let nothing = ["Nothing", "Wait", "Check again", "Have the automation"];
        let idle = nothing.iter().any(|start| about.remedy.starts_with(start));
        assert_eq!(idle && about.whose != Whose::Vendor, about.whose == Whose::Nobody, "{cause:?}");
    }
}

#[test]
fn the_documentation_has_every_cause_as_its_text_is() {
    let page = include_str!("../../../../docs/diagnose.md");
    for cause in Cause::ALL {
        let About { title, means, remedy, whose, .. } = cause.about();
        let entry = format!("**`{}`** [{}]: {title}. {means} {remedy}\n", cause.as_str(), whose.as_str());
        assert!(page.contains(&entry), "docs/diagnose.md lacks: {entry}");
    }
}
