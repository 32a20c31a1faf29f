//! Questions to the person at the terminal.

use anyhow::{Context, bail};
use std::io::{IsTerminal, Write};

/// Whether somebody can be asked.
pub(super) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks on standard error; anything but `y` or `yes` is no.
pub(super) fn ask(question: &str) -> anyhow::Result<bool> {
    let mut stderr = std::io::stderr().lock();
    write!(stderr, "{question} [y/N] ").and_then(|()| stderr.flush()).context("cannot ask")?;
    drop(stderr);
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("cannot read the answer")?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// Goes on when `--yes` was given or somebody says so; without a terminal it never guesses.
pub(super) fn consent(yes: bool, question: &str) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    if !can_ask() {
        bail!(
            "nothing was begun: nobody can be asked without a terminal; add `--yes` (`--dry-run` shows what would be done)"
        );
    }
    if ask(question)? { Ok(()) } else { bail!("nothing was begun: it was not agreed to") }
}
