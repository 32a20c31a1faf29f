//! `rolecall render`: writes the role of `rolecall.toml` as code for one organization.

use super::{project, today};
use crate::args::{GlobalArgs, RenderArgs, RenderTarget, TemplateFormat};
use crate::files::{self, NewFile};
use crate::output;
use anyhow::bail;
use rolecall_render::write::{Format, Options, Rendered, TemplateSyntax, render};
use std::fmt::Write as _;
use std::path::Path;

/// Writes the code to a folder or to standard output.
pub(super) fn run(arguments: &RenderArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let (project, _) = project::read(&arguments.path, today(), "nothing was rendered", global)?;
    let organization = project::organization(&project.organizations, arguments.organization.as_deref())?;
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
