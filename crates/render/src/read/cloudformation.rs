//! Reads roles out of CloudFormation templates, YAML or JSON, as one account would get them.
//! Values are evaluated in `evaluate`, the resources of IAM are put together in `resource`.
//!
//! Not judged: macros and `Fn::Transform`, `Fn::ForEach`, nested stacks, modules, stack sets, dynamic references.
//! Source of the functions: CloudFormation user guide, `intrinsic-function-reference`, `pseudo-parameter-reference`.

mod condition;
mod evaluate;
mod function;
mod parameter;
mod resource;

use super::{Environment, ReadRoles, extension, not_judged, yaml};
use evaluate::Evaluator;
use rolecall_iam::json;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::Node;

/// Reads the roles of each template.
pub fn read(sources: &SourceMap, files: &[FileId], environment: &Environment) -> ReadRoles {
    let mut result = ReadRoles::default();
    for file in files {
        let Some(source) = sources.get(*file) else { continue };
        let is_json = source.text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{');
        let is_yaml_path = matches!(extension(&source.path), "yaml" | "yml");
        let read =
            if is_json && !is_yaml_path { json::read(*file, &source.text) } else { yaml::read(*file, &source.text) };
        result.problems.extend(read.problems);
        if let Some(root) = read.node {
            template(sources, &root, *file, environment, &mut result);
        }
    }
    result
}

fn template(sources: &SourceMap, root: &Node, file: FileId, environment: &Environment, result: &mut ReadRoles) {
    if root.as_object().is_none() {
        let message = format!("the template is {}", root.kind());
        let help = "a mapping with `Resources` was expected";
        result.problems.push(Problem::error("no-template", root.span, message, help));
        return;
    }
    let Some(resources) = root.get("Resources") else {
        let help = "a CloudFormation template has `Resources`: is this another kind of file?";
        result.problems.push(Problem::error("no-template", Span::file(file), "the template has no `Resources`", help));
        return;
    };
    let mut evaluator = Evaluator::new(sources, environment, root);
    if let Some(transform) = root.get("Transform") {
        transforms(transform, &mut evaluator.problems);
    }
    result.roles.extend(resource::roles(&mut evaluator, resources));
    result.problems.append(&mut evaluator.problems);
}

/// Transforms rewrite the template before it is deployed: of those that touch roles nothing can be said.
fn transforms(node: &Node, problems: &mut Vec<Problem>) {
    for transform in node.as_array().unwrap_or(std::slice::from_ref(node)) {
        match transform.as_str() {
            Some("AWS::LanguageExtensions") => {}
            Some("AWS::Serverless-2016-10-31") => {
                let help = "roles that AWS SAM makes by itself for functions are not read";
                let message = "the template is rewritten by AWS SAM";
                problems.push(Problem::warning("transform-not-read", transform.span, message, help));
            }
            name => {
                let message = format!("the macro `{}` rewrites the template", name.unwrap_or("?"));
                let help = "run the gate on the template that the macro produces";
                problems.push(not_judged(transform.span, message, help));
            }
        }
    }
}
