//! `rolecall diagnose`: the cause, from a collected evidence bundle; the scenario that reproduces it.

use super::documents::Documents;
use super::page::format_of;
use crate::args::GlobalArgs;
use crate::args::diagnose::{DiagnoseArgs, ViewpointArg};
use crate::files::{self, NewFile};
use crate::output;
use anyhow::{Context, bail};
use rolecall_core::diagnosis::{Conclusion, Fact, Viewpoint, diagnose};
use rolecall_gate::evidence::{place_in, read};
use rolecall_report::{Options, problems};
use rolecall_simulator::random::Seed;
use rolecall_simulator::recast::recast;
use std::path::Path;

/// The seed that `rolecall repro` takes by itself.
const SEED: u64 = 1;

/// Diagnoses a bundle. 0 nothing to do, 1 something is wrong, 2 not judged.
pub(super) fn run(arguments: &DiagnoseArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let mut documents = Documents::default();
    let tree = documents.open(&arguments.bundle);
    documents.refuse_damaged(output::color(global))?;
    let Some(root) = &tree.root else { bail!("`{}` holds no JSON", tree.name) };
    let mut evidence = match read(root) {
        Ok(evidence) => evidence,
        Err(found) => {
            let options = Options { color: output::color(global), ..Options::default() };
            output::complain(&problems::render(&documents.sources, &found, &options));
            bail!("`{}` is no evidence bundle: {} to mend", tree.name, found.len());
        }
    };
    match arguments.viewpoint {
        Some(ViewpointArg::Vendor) => evidence = evidence.of_vendor(),
        Some(ViewpointArg::Customer) if evidence.viewpoint == Viewpoint::Vendor => {
            bail!("`{}` is the vendor's: what a customer reads is not in it", tree.name);
        }
        None | Some(ViewpointArg::Customer) => {}
    }
    let diagnosis = diagnose(&evidence);
    let locate = |fact: &Fact| documents.sources.locate(place_in(root, &fact.place));
    let options = output::options(arguments.page.output.is_some(), global);
    let text = rolecall_report::diagnosis::render(&evidence, &diagnosis, &locate, format_of(&arguments.page), &options);
    let scenario = match &arguments.scenario {
        Some(_) => Some(
            recast(&evidence, Seed(SEED)).with_context(|| format!("no scenario can be made of `{}`", tree.name))?.text,
        ),
        None => None,
    };
    write(arguments, global, text, scenario)?;
    Ok(match diagnosis.conclusion() {
        Conclusion::NothingToDo => 0,
        Conclusion::Found => 1,
        Conclusion::NotJudged => 2,
    })
}

/// Files first, all of them or none, so that one that cannot be written is not taken for done.
fn write(
    arguments: &DiagnoseArgs,
    global: &GlobalArgs,
    diagnosis: String,
    scenario: Option<String>,
) -> anyhow::Result<()> {
    let mut files = Vec::new();
    let mut spoken = String::new();
    let new = |path: &Path, text: String| NewFile { path: path.to_owned(), text, executable: false };
    if let (Some(path), Some(text)) = (&arguments.scenario, scenario) {
        if arguments.page.output.as_ref() == Some(path) {
            bail!("the diagnosis and the scenario go to `{}`: give each a file of its own", path.display());
        }
        if path == Path::new("-") {
            spoken = text;
        } else {
            let file = new(path, text);
            if !arguments.force && files::differs(&file) {
                bail!("`{}` is there already and differs; `--force` overwrites it", path.display());
            }
            files.push(file);
        }
    }
    let written = files.first().map(|file| file.path.display().to_string());
    match &arguments.page.output {
        Some(path) => files.push(new(path, diagnosis)),
        None if spoken.is_empty() => spoken = diagnosis,
        None => {}
    }
    files::write_all(&files)?;
    if global.quiet {
        return Ok(());
    }
    output::say(&spoken)?;
    if let Some(path) = written {
        // Standard output may be read by a program.
        output::complain(&format!("wrote {path}: `rolecall repro {path}` reproduces the case\n"));
    }
    Ok(())
}
