//! `rolecall check --fix`: writes the changes that findings carry, and shows them. All of a finding's changes or none;
//! where two findings want the same bytes, the first one has them and the other is found again in the next run.

use crate::args::GlobalArgs;
use crate::{files, output};
use rolecall_core::finding::Edit;
use rolecall_gate::outcome::{Outcome, Standing};
use rolecall_iam::json;
use rolecall_iam::source::SourceFile;
use rolecall_iam::span::FileId;
use similar::TextDiff;
use std::path::Path;

/// Writes the changes of every open finding; whether any file was changed.
pub(super) fn apply(outcome: &Outcome, global: &GlobalArgs) -> anyhow::Result<bool> {
    let mut changed = false;
    for (file, source) in outcome.sources.iter() {
        let mended = mended(file, source, outcome);
        if mended == source.text {
            continue;
        }
        // A change that spoils the document is a fault of ours: then nothing is written.
        if json::read(file, &mended).sound().is_none() {
            anyhow::bail!("`{}`: the changes together would not leave JSON; nothing was written", source.path);
        }
        if !global.quiet {
            output::say(&diff(source, &mended))?;
        }
        files::write(Path::new(&source.path), &mended)?;
        changed = true;
    }
    Ok(changed)
}

/// The text of a file with the changes of its open findings.
fn mended(file: FileId, source: &SourceFile, outcome: &Outcome) -> String {
    let open = outcome.findings.iter().filter(|judged| judged.standing == Standing::Open);
    let mut taken: Vec<&Edit> = Vec::new();
    for judged in open {
        let edits = &judged.finding.edits;
        let here = !edits.is_empty() && edits.iter().all(|edit| edit.span.file == file);
        let free = |edit: &Edit| taken.iter().all(|other| !overlaps(edit, other));
        if here && edits.iter().all(free) {
            taken.extend(edits);
        }
    }
    taken.sort_by_key(|edit| std::cmp::Reverse((edit.span.start, edit.span.end)));
    taken.into_iter().fold(source.text.clone(), |text, edit| {
        let before = text.get(..edit.span.start as usize);
        let behind = text.get(edit.span.end as usize..);
        match (before, behind) {
            (Some(before), Some(behind)) => format!("{before}{}{behind}", edit.replacement),
            _ => text,
        }
    })
}

/// Whether two changes touch the same bytes; two insertions at one place do.
fn overlaps(left: &Edit, right: &Edit) -> bool {
    left.span == right.span || (left.span.start < right.span.end && right.span.start < left.span.end)
}

fn diff(source: &SourceFile, mended: &str) -> String {
    let diff = TextDiff::from_lines(source.text.as_str(), mended);
    let mut shown = diff.unified_diff();
    shown.header(&source.path, &format!("{} (mended)", source.path)).to_string()
}
