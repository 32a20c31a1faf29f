//! The blocks of one module by name: variables, locals, resources, data sources, and the values of variable files.

use crate::read::Environment;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, BlockLabel, Body};
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use std::collections::BTreeMap;

/// A syntax element and its file.
#[derive(Debug)]
pub(super) struct In<'a, T> {
    pub(super) file: FileId,
    pub(super) node: &'a T,
}

impl<T> Clone for In<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for In<'_, T> {}

/// One module folder.
#[derive(Debug)]
pub(super) struct Module<'a> {
    pub(super) sources: &'a SourceMap,
    pub(super) files: &'a [FileId],
    pub(super) environment: &'a Environment,
    pub(super) variables: BTreeMap<String, In<'a, Block>>,
    /// From variable files, the later file counts.
    pub(super) assigned: BTreeMap<String, In<'a, Expression>>,
    pub(super) locals: BTreeMap<String, In<'a, Expression>>,
    /// By type and name.
    pub(super) data: BTreeMap<(String, String), In<'a, Block>>,
    /// By type and name.
    pub(super) resources: BTreeMap<(String, String), In<'a, Block>>,
    /// In source order.
    pub(super) ordered: Vec<In<'a, Block>>,
    /// `provider "aws"` blocks.
    pub(super) providers: Vec<In<'a, Block>>,
}

impl<'a> Module<'a> {
    pub(super) fn new(
        sources: &'a SourceMap,
        files: &'a [FileId],
        environment: &'a Environment,
        bodies: &'a [(FileId, Body)],
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut module = Self {
            sources,
            files,
            environment,
            variables: BTreeMap::new(),
            assigned: BTreeMap::new(),
            locals: BTreeMap::new(),
            data: BTreeMap::new(),
            resources: BTreeMap::new(),
            ordered: Vec::new(),
            providers: Vec::new(),
        };
        for (file, body) in bodies {
            let name = sources.path(*file).rsplit('/').next().unwrap_or("");
            if is_variable_file(name) {
                continue;
            }
            for block in body.blocks() {
                module.block(In { file: *file, node: block }, problems);
            }
        }
        module.variable_files(bodies);
        module
    }

    fn block(&mut self, block: In<'a, Block>, problems: &mut Vec<Problem>) {
        let labels: Vec<&str> = block.node.labels.iter().map(BlockLabel::as_str).collect();
        let taken = match (block.node.ident.as_str(), labels.as_slice()) {
            ("variable", [name]) => self.variables.insert((*name).to_owned(), block),
            ("data", [kind, name]) => self.data.insert(((*kind).to_owned(), (*name).to_owned()), block),
            ("resource", [kind, name]) => {
                self.ordered.push(block);
                self.resources.insert(((*kind).to_owned(), (*name).to_owned()), block)
            }
            ("locals", []) => {
                for attribute in block.node.body.attributes() {
                    let local = In { file: block.file, node: &attribute.value };
                    if self.locals.insert(attribute.key.as_str().to_owned(), local).is_some() {
                        problems.push(twice(span(attribute, block.file), attribute.key.as_str()));
                    }
                }
                None
            }
            ("provider", ["aws"]) => {
                self.providers.push(block);
                None
            }
            ("module", [name]) => {
                let message = format!("the module `{name}` is not read");
                let help =
                    "roles and policies in it are not seen: name its folder under `[[role_code]]`, or judge a plan";
                problems.push(Problem::warning("module-not-read", heading(block), message, help));
                None
            }
            _ => None,
        };
        if taken.is_some() {
            problems.push(twice(heading(block), &labels.join("` `")));
        }
    }

    fn variable_files(&mut self, bodies: &'a [(FileId, Body)]) {
        let mut found: Vec<(bool, &str, FileId, &Body)> = Vec::new();
        for (file, body) in bodies {
            let name = self.sources.path(*file).rsplit('/').next().unwrap_or("");
            if is_variable_file(name) {
                found.push((name != "terraform.tfvars", name, *file, body));
            }
        }
        found.sort_by_key(|(auto, name, ..)| (*auto, *name));
        for (_, _, file, body) in found {
            for attribute in body.attributes() {
                self.assigned.insert(attribute.key.as_str().to_owned(), In { file, node: &attribute.value });
            }
        }
    }
}

/// The variable files that Terraform loads by itself (language reference, "Variable Definitions Files").
pub(super) fn is_variable_file(name: &str) -> bool {
    name == "terraform.tfvars" || name.ends_with(".auto.tfvars")
}

fn twice(span: Span, name: &str) -> Problem {
    Problem::error("duplicate-key", span, format!("`{name}` is defined twice"), "keep one of the two")
}

/// The bytes of a syntax element.
pub(super) fn span(node: &impl hcl_edit::Span, file: FileId) -> Span {
    node.span().map_or_else(|| Span::file(file), |range| Span::new(file, range.start, range.end))
}

/// The first line of a block: its type and labels.
pub(super) fn heading(block: In<'_, Block>) -> Span {
    let start = span(&block.node.ident, block.file);
    block.node.labels.last().map_or(start, |label| start.to(span(label, block.file)))
}

/// An attribute of a block.
pub(super) fn attribute<'a>(block: In<'a, Block>, name: &str) -> Option<In<'a, Expression>> {
    block.node.body.get_attribute(name).map(|attribute| In { file: block.file, node: &attribute.value })
}

/// The blocks of this type inside a block.
pub(super) fn blocks<'a>(block: In<'a, Block>, name: &str) -> impl Iterator<Item = In<'a, Block>> {
    let name = name.to_owned();
    let found = block.node.body.blocks().filter(move |inner| inner.ident.as_str() == name);
    found.map(move |inner| In { file: block.file, node: inner })
}

/// The `dynamic` blocks that would make blocks of this type.
pub(super) fn dynamic_blocks<'a>(block: In<'a, Block>, name: &str) -> impl Iterator<Item = In<'a, Block>> {
    let name = name.to_owned();
    blocks(block, "dynamic").filter(move |inner| inner.node.labels.first().is_some_and(|label| label.as_str() == name))
}
