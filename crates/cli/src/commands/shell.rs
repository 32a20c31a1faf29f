//! `rolecall completions` and `rolecall man`: what shells and manual readers take, made from the command line's own texts.

use crate::args::{Cli, CompletionsArgs};
use crate::output;
use clap::CommandFactory;

/// Writes a completion script.
pub(super) fn completions(arguments: &CompletionsArgs) -> anyhow::Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "rolecall", &mut script);
    output::say(&String::from_utf8_lossy(&script))?;
    Ok(0)
}

/// Writes the manual page, with a section for each command.
pub(super) fn manual_page() -> anyhow::Result<u8> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    sections(&command, "rolecall", &mut page)?;
    output::say(&String::from_utf8_lossy(&page))?;
    Ok(0)
}

/// A section for each command below this one, and for those below them.
fn sections(command: &clap::Command, name: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        let name = format!("{name} {}", subcommand.get_name());
        let section = clap_mangen::Man::new(subcommand.clone().bin_name(name.clone()).display_name(name.clone()));
        section.render_name_section(page)?;
        section.render_synopsis_section(page)?;
        section.render_options_section(page)?;
        sections(subcommand, &name, page)?;
    }
    Ok(())
}
