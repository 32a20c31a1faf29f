//! External-ID bindings: reads the legacy IDs of every organization and has the bindings judged as a whole.
//! What an account accepts on a day is decided in `core::organization`.

use crate::config::{Config, OrganizationEntry};
use crate::inputs::{Purpose, Wanted};
use crate::legacy_ids::{self, LegacyIds};
use crate::run::{Run, counted};
use rolecall_core::organization::Organization;
use rolecall_core::organization::bindings::{PlacedOrganization, check_bindings};
use std::collections::BTreeMap;

/// Reads the legacy IDs of every organization; `None` when a file of them is not sound.
pub(crate) fn read(config: &Config, run: &mut Run<'_>) -> Option<Vec<Organization>> {
    // Every file is read before the first unsound one ends it: one run tells all.
    let legacy: Vec<Option<LegacyIds>> =
        config.organizations.iter().map(|organization| legacy(organization, run)).collect();
    let legacy: Vec<LegacyIds> = legacy.into_iter().collect::<Option<_>>()?;
    let organization = |(entry, ids): (&OrganizationEntry, LegacyIds)| {
        entry.with_legacy_ids(ids.into_iter().map(|(account, (_, id))| (account, id.value)).collect())
    };
    Some(config.organizations.iter().zip(legacy).map(organization).collect())
}

/// Judges the bindings of all organizations together.
pub(super) fn check(config: &Config, organizations: &[Organization], run: &mut Run<'_>) {
    let placed: Vec<PlacedOrganization<'_>> = config
        .organizations
        .iter()
        .zip(organizations)
        .map(|(entry, organization)| PlacedOrganization { organization, span: entry.id.span })
        .collect();
    let ids: Vec<&str> = organizations.iter().map(|organization| organization.id.as_str()).collect();
    let _: Option<()> = run.check("bindings", ids.join(", "), |run| {
        run.findings.extend(check_bindings(&placed));
        let legacy: usize = organizations.iter().map(|organization| organization.legacy_ids.len()).sum();
        Ok(((), format!("{}, each bound to one tenant", counted(ids.len() + legacy, "external ID"))))
    });
}

fn legacy(entry: &OrganizationEntry, run: &mut Run<'_>) -> Option<LegacyIds> {
    let Some(path) = &entry.legacy_ids else { return Some(BTreeMap::new()) };
    run.check("legacy-ids", path.value.clone(), |run| {
        let wanted = Wanted { path: &path.value, mention: path.span, purpose: Purpose::LegacyIds };
        let file = run.text(&wanted).ok_or("the file could not be read")?;
        let text = run.source(file);
        let ids = legacy_ids::read(file, &text, &mut run.problems).ok_or("the file is not sound")?;
        let judged = format!("{} with an ID of its own each", counted(ids.len(), "account"));
        Ok((ids, judged))
    })
}
