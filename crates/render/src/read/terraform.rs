//! Reads roles out of the `*.tf` files of one module folder, as `terraform apply` would make them in one account.
//! `module` indexes the blocks, `expression` evaluates, `resource` puts roles together.
//!
//! Not judged: `*.tf.json`, modules that are called, `for_each` over unknown values, most data sources and functions.
//! Source: Terraform language reference, and the AWS provider's pages of the `aws_iam_…` resources.

mod expression;
mod function;
mod module;
mod operator;
mod policy_document;
mod resource;
mod template;
mod traversal;

use super::{Environment, ReadRoles, extension, not_judged};
use hcl_edit::structure::Body;
use module::Module;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};

/// Reads one module. Files that Terraform does not load by itself are there for `file(…)`.
pub fn read(sources: &SourceMap, files: &[FileId], environment: &Environment) -> ReadRoles {
    let mut problems = Vec::new();
    let mut bodies: Vec<(FileId, Body)> = Vec::new();
    for file in files {
        let Some(source) = sources.get(*file) else { continue };
        if source.path.ends_with(".tf.json") {
            let help = "the JSON syntax of Terraform is not read: use `terraform show -json` of a plan";
            problems.push(not_judged(Span::file(*file), "a file in the JSON syntax of Terraform", help));
            continue;
        }
        if !is_loaded(&source.path, files.len()) {
            continue;
        }
        match parse(&source.text) {
            Ok(body) => bodies.push((*file, body)),
            Err((at, message)) => {
                let width = source.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
                let span = Span::new(*file, at, at + width);
                let message = format!("the HCL cannot be read: {message}");
                problems.push(Problem::error("syntax", span, message, "correct the syntax here"));
            }
        }
    }
    let module = Module::new(sources, files, environment, &bodies, &mut problems);
    let mut result = resource::roles(&module);
    result.problems.extend(problems);
    result
}

/// `*.tf`, and the variable files that Terraform loads without being asked. A single file is taken as it is.
fn is_loaded(path: &str, files: usize) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    extension(name) == "tf" || module::is_variable_file(name) || (files == 1 && extension(name) != "tfvars")
}

/// The body, or the byte offset and text of the first error.
fn parse(text: &str) -> Result<Body, (usize, String)> {
    if text.starts_with('\u{FEFF}') {
        return Err((0, String::from("the text begins with a byte order mark")));
    }
    hcl_edit::parser::parse_body(text).map_err(|error| {
        // The library may point into the last character.
        let offset = error.location().offset().min(text.len());
        let at = (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        (at, error.message().trim().replace('\n', "; "))
    })
}
