//! `rolecall init`: writes a commented start of `rolecall.toml` with the policy that it names.

use super::gate::FILE_NAME;
use crate::args::{GlobalArgs, InitArgs};
use crate::{files, output};
use rolecall_gate::init;

/// Writes both files, or says that one is there already.
pub(super) fn run(arguments: &InitArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let config = arguments.folder.join(FILE_NAME);
    let policy = arguments.folder.join("policy.json");
    files::write_new(&config, init::TEXT)?;
    // A policy that is there already is the user's own: the start names it all the same.
    let wrote_policy = !policy.exists();
    if wrote_policy {
        files::write_new(&policy, init::POLICY)?;
    }
    if !global.quiet {
        let mut lines = vec![format!("wrote {}", config.display())];
        if wrote_policy {
            lines.push(format!("wrote {}", policy.display()));
        }
        lines.push(format!("put your IDs in, then: rolecall gate {}", arguments.folder.display()));
        output::say(&format!("{}\n", lines.join("\n")))?;
    }
    Ok(0)
}
