//! `rolecall render`: writes the role of `rolecall.toml` as code for one organization.

use super::gate::load;
use super::today;
use crate::args::{GlobalArgs, RenderArgs, RenderTarget, TemplateFormat};
use crate::files::{self, NewFile};
use crate::output;
use anyhow::{Context, bail};
use rolecall_gate::project::{self, Project};
use rolecall_render::write::{Format, Options, Rendered, TemplateSyntax, render};
use std::fmt::Write as _;
use std::path::Path;

/// Writes the code to a folder or to standard output.
pub(super) fn run(arguments: &RenderArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let loaded = load(&arguments.path);
    let project = match project::read(loaded.read, &loaded.files) {
        Ok(project) => project,
        Err(broken) => {
            let outcome = broken.into_outcome(today());
            let report = crate::args::ReportArgs::human();
            output::report(&outcome, &loaded.folder, &report, global)?;
            bail!("nothing was rendered: the profile is not sound");
        }
    };
    let organization = organization(&project, arguments.organization.as_deref())?;
    let syntax = match arguments.template {
        TemplateFormat::Yaml => TemplateSyntax::Yaml,
        TemplateFormat::Json => TemplateSyntax::Json,
    };
    let options = Options { template_syntax: syntax, ..Options::default() };
    let rendered = render(format(arguments.target), &project.profile, organization, &options)?;
    if arguments.output_dir == Path::new("-") {
        return to_stdout(&rendered);
    }
    to_folder(&rendered, arguments, global)
}

const fn format(target: RenderTarget) -> Format {
    match target {
        RenderTarget::AwsCli => Format::AwsCli,
        RenderTarget::Terraform => Format::Terraform,
        RenderTarget::CloudFormation => Format::CloudFormation,
        RenderTarget::StackSet => Format::StackSet,
        RenderTarget::AccountFactory => Format::AccountFactory,
    }
}

fn organization<'p>(
    project: &'p Project,
    id: Option<&str>,
) -> anyhow::Result<&'p rolecall_core::organization::Organization> {
    let known: Vec<&str> = project.organizations.iter().map(|organization| organization.id.as_str()).collect();
    match (id, project.organizations.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => bail!("there are several organizations: add `--organization` with one of {}", known.join(", ")),
        (Some(id), all) => all
            .iter()
            .find(|organization| organization.id.as_str() == id)
            .with_context(|| format!("rolecall.toml has no organization `{id}`: it has {}", known.join(", "))),
    }
}

/// One file stands alone; several come with a heading each.
fn to_stdout(rendered: &Rendered) -> anyhow::Result<u8> {
    let text = match rendered.files.as_slice() {
        [only] => only.text.clone(),
        several => several.iter().fold(String::new(), |mut text, file| {
            let _ = writeln!(text, "# ---- {} ----", file.path);
            text.push_str(&file.text);
            text
        }),
    };
    output::say(&text)?;
    for note in &rendered.notes {
        output::complain(&format!("note: {note}\n"));
    }
    Ok(0)
}

fn to_folder(rendered: &Rendered, arguments: &RenderArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let files: Vec<NewFile> = rendered
        .files
        .iter()
        .map(|file| NewFile {
            path: arguments.output_dir.join(&file.path),
            text: file.text.clone(),
            executable: file.executable,
        })
        .collect();
    if !arguments.force {
        let others: Vec<String> =
            files.iter().filter(|file| files::differs(file)).map(|file| file.path.display().to_string()).collect();
        if !others.is_empty() {
            bail!("these files are there already and differ: {}; `--force` overwrites them", others.join(", "));
        }
    }
    files::write_all(&files)?;
    if !global.quiet {
        let mut text = files.iter().fold(String::new(), |mut text, file| {
            let _ = writeln!(text, "wrote {}", file.path.display());
            text
        });
        for note in &rendered.notes {
            let _ = writeln!(text, "note: {note}");
        }
        output::say(&text)?;
    }
    Ok(0)
}
