//! Redirections: heredocs and files as input, output kept as a file of the script.

use super::Unknown;
use super::expand::bounded;
use super::run::{Field, Flow, Runner};
use super::syntax::{Redirect, RedirectKind};
use std::rc::Rc;

impl<'t> Runner<'t> {
    /// Runs a command whose input or output is redirected.
    pub(super) fn redirected(&mut self, redirects: &'t [Redirect], run: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let mut written: Option<(Field, bool)> = None;
        let input = self.input.clone();
        for redirect in redirects {
            let target = self.single(&redirect.target);
            match redirect.kind {
                RedirectKind::Text => self.input = Some(target),
                RedirectKind::Read => {
                    let unknown =
                        || Unknown { reason: String::from("a file that was not read"), span: redirect.target.span };
                    self.input = Some(match &target {
                        Ok(path) => {
                            self.state.files.get(normal(path.as_str())).cloned().unwrap_or_else(|| Err(unknown()))
                        }
                        Err(unknown) => Err(unknown.clone()),
                    });
                }
                RedirectKind::Write | RedirectKind::Append if redirect.descriptor.unwrap_or(1) == 1 => {
                    written = Some((target, redirect.kind == RedirectKind::Append));
                }
                RedirectKind::Duplicate if redirect.descriptor.unwrap_or(1) == 1 => {
                    written = written.or(Some((
                        Err(Unknown { reason: String::from("a redirected output"), span: redirect.target.span }),
                        false,
                    )));
                }
                _ => {}
            }
        }
        let flow = match written {
            None => run(self),
            Some((path, append)) => {
                let (printed, flow) = self.captured(run);
                if let Ok(path) = path {
                    let path = normal(path.as_str()).to_owned();
                    let before = self.state.files.get(&path).cloned().filter(|_| append);
                    let content = match (before, printed) {
                        (Some(Ok(mut text)), Ok(more)) => {
                            text.push_text(&more);
                            bounded(text)
                        }
                        (Some(Err(unknown)), _) | (_, Err(unknown)) => Err(unknown),
                        (None, Ok(text)) => Ok(text),
                    };
                    Rc::make_mut(&mut self.state.files).insert(path, content);
                }
                flow
            }
        };
        self.input = input;
        flow
    }
}

/// A path as the files of a script are kept.
pub(super) fn normal(path: &str) -> &str {
    path.trim_start_matches("./")
}
