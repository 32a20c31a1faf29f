//! Reads roles out of bash scripts that call `aws iam …`, by running a subset of bash on paper, for one account.
//! Nothing is executed. The script is followed twice: as if the role did not exist yet, and as if it did.
//!
//! The subset: assignments, arrays, functions, `if`, `case`, `for`, `while`, `[ … ]`, `[[ … ]]`, pipes, heredocs, files
//! that the script writes, `cat`, `echo`, `printf`, `read`, `shift`. A condition that is not known has both branches
//! followed; a branch that ends the script is left out. Values from anything else are unresolved.
//!
//! No shell parser crate is used: those that were looked at give no byte spans inside words and heredocs (brush-parser
//! 0.4), or have a licence that does not fit; and a policy has to point at its line in the heredoc.

mod call;
mod expand;
mod option;
mod parse;
mod redirect;
mod run;
mod syntax;
mod test;
mod word;
mod world;

use super::{Environment, ReadRoles, extension, not_judged};
use parse::Parser;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use run::Runner;

/// Reads the roles of each script among the files; the others are there for `file://…`.
pub fn read(sources: &SourceMap, files: &[FileId], environment: &Environment) -> ReadRoles {
    let mut result = ReadRoles::default();
    for file in files {
        let Some(source) = sources.get(*file) else { continue };
        if files.len() > 1 && !is_script(&source.path, &source.text) {
            continue;
        }
        let mut parser = Parser::new(*file, &source.text);
        let list = parser.script();
        result.problems.append(&mut parser.problems);
        let Ok(list) = list else { continue };
        let mut fresh = Runner::new(sources, files, *file, environment, false);
        fresh.script(&list);
        if fresh.state.roles.is_empty()
            && let Some(span) = fresh.ended
        {
            let help = "give the variables that the script needs under `parameters`";
            fresh.problems.push(not_judged(span, "the script ends here before it creates a role", help));
        }
        if fresh.asked {
            let mut again = Runner::new(sources, files, *file, environment, true);
            again.script(&list);
            fresh.problems.append(&mut again.problems);
            world::compare(&fresh.state.roles, &again.state.roles, &mut fresh.problems);
        }
        result.roles.append(&mut fresh.state.roles);
        result.problems.append(&mut fresh.problems);
    }
    result
}

fn is_script(path: &str, text: &str) -> bool {
    matches!(extension(path), "sh" | "bash") || text.starts_with("#!")
}

/// Why a value is not known, and where.
#[derive(Clone, Debug, PartialEq)]
struct Unknown {
    reason: String,
    span: Span,
}
