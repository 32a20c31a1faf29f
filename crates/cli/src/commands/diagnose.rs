//! `rolecall diagnose`: the cause, from a collected evidence bundle.

use super::documents::Documents;
use crate::args::GlobalArgs;
use crate::args::diagnose::{DiagnoseArgs, ViewpointArg};
use crate::args::review::PageFormat;
use crate::{files, output};
use anyhow::bail;
use rolecall_core::diagnosis::{Conclusion, Fact, Viewpoint, diagnose};
use rolecall_gate::evidence::{place_in, read};
use rolecall_report::audit::Format;
use rolecall_report::{Options, problems};

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
    let format = match arguments.format {
        PageFormat::Human => Format::Human,
        PageFormat::Markdown => Format::Markdown,
        PageFormat::Json => Format::Json,
    };
    let to_file = arguments.output.is_some();
    let options = Options {
        color: !to_file && output::color(global),
        width: if to_file { output::WIDTH_ELSEWHERE } else { output::width() },
        verbose: global.verbose,
        ..Options::default()
    };
    let text = rolecall_report::diagnosis::render(&evidence, &diagnosis, &locate, format, &options);
    match &arguments.output {
        Some(path) => files::write(path, &text)?,
        None if global.quiet => {}
        None => output::say(&text)?,
    }
    Ok(match diagnosis.conclusion() {
        Conclusion::NothingToDo => 0,
        Conclusion::Found => 1,
        Conclusion::NotJudged => 2,
    })
}
