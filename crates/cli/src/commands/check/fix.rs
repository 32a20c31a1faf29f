//! `rolecall check --fix`: mends what is mechanical, in memory until nothing is left to mend; then shows what differs and
//! writes all files or none. Which changes go together, `rolecall_core::lint::mending` says.

use crate::files::{self, NewFile};
use crate::output;
use anyhow::{Context, bail};
use rolecall_core::finding::Finding;
use rolecall_core::lint::mending;
use rolecall_gate::check::{Options, check_policies};
use rolecall_gate::inputs::{Loaded, normal_path};
use rolecall_gate::outcome::{Outcome, Standing};
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::fs;

/// Mending again finds what the last time made readable or left for later; a document settles after a few times.
const PASSES_MAX: usize = 100;

/// Where the difference is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// Nowhere.
    Nothing,
    /// On standard output.
    OnOutput,
    /// On standard error.
    OnError,
}

/// Mends the policies, of which `outcome` is what was found: the outcome afterwards.
pub(super) fn apply(
    mut policies: Vec<(String, Loaded)>,
    mut outcome: Outcome,
    options: Options,
    shows: Shows,
) -> anyhow::Result<Outcome> {
    let before: BTreeMap<String, String> =
        outcome.sources.iter().map(|(_, source)| (normal_path(&source.path), source.text.clone())).collect();
    let mut after: BTreeMap<String, String> = BTreeMap::new();
    for _ in 0..PASSES_MAX {
        let mended = pass(&outcome)?;
        if mended.is_empty() {
            break;
        }
        for (path, loaded) in &mut policies {
            if let Some(text) = mended.get(&normal_path(path)) {
                *loaded = Loaded::Text(text.clone());
            }
        }
        after.extend(mended);
        outcome = check_policies(policies.clone(), &options);
    }
    let mut changes = Vec::new();
    for (path, text) in after {
        let old = before.get(&path).with_context(|| format!("`{path}` was mended and never read"))?;
        if *old != text {
            changes.push((new_file(&path, &text)?, diff(&path, old, &text)));
        }
    }
    let (changed, shown): (Vec<NewFile>, Vec<String>) = changes.into_iter().unzip();
    files::write_all(&changed)?;
    match shows {
        Shows::Nothing => {}
        Shows::OnOutput => output::say(&shown.concat())?,
        Shows::OnError => output::complain(&shown.concat()),
    }
    Ok(outcome)
}

/// The texts that one round of mending changes, by their paths.
fn pass(outcome: &Outcome) -> anyhow::Result<BTreeMap<String, String>> {
    let mut mended = BTreeMap::new();
    for (file, source) in outcome.sources.iter() {
        let text = mending::changed(&source.text, mending::together(open_in(outcome, file)));
        if text == source.text {
            continue;
        }
        // A change that spoils the document is a fault of ours: then nothing is written.
        if json::read(file, &text).sound().is_none() {
            bail!("`{}`: the changes together would not leave JSON; nothing was written", source.path);
        }
        mended.insert(normal_path(&source.path), text);
    }
    Ok(mended)
}

/// The open findings whose changes are all of this file.
fn open_in(outcome: &Outcome, file: FileId) -> impl Iterator<Item = &Finding> + Clone {
    let open = outcome.findings.iter().filter(|judged| judged.standing == Standing::Open);
    open.map(|judged| &judged.finding).filter(move |finding| finding.edits.iter().all(|edit| edit.span.file == file))
}

/// The file to write in place of the one at the path: behind links, and not where somebody guards it from writing.
fn new_file(path: &str, text: &str) -> anyhow::Result<NewFile> {
    let place = fs::canonicalize(path).with_context(|| format!("cannot write `{path}`; nothing was written"))?;
    let metadata = fs::metadata(&place).with_context(|| format!("cannot write `{path}`; nothing was written"))?;
    if metadata.permissions().readonly() {
        bail!("`{path}` is read-only, so nothing was written: make it writable, or run `check` without `--fix`");
    }
    Ok(NewFile { path: place, text: text.to_owned(), executable: false })
}

fn diff(path: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new).unified_diff().header(path, &format!("{path} (mended)")).to_string()
}
