//! GitHub annotations: the escapes read back as the runner reads them, and the lines that are written.

use crate::sample::{all, clean, found, full, hostile, write};
use rolecall_report::Format;
use std::collections::BTreeMap;

struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

fn decode(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
}

/// Reads a command as the runner does: the name up to the first space, properties up to the next `::`.
fn read(line: &str) -> Command {
    let rest = line.strip_prefix("::").unwrap_or_else(|| panic!("a command: {line}"));
    let (head, message) = rest.split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap();
        (key.to_owned(), decode(value))
    };
    Command { name: name.to_owned(), properties: properties.split(',').map(pair).collect(), message: decode(message) }
}

#[test]
fn every_line_is_a_command_with_known_properties() {
    for (name, outcome) in all() {
        for line in write(&outcome, Format::Github).lines() {
            let command = read(line);
            assert!(["error", "warning", "notice"].contains(&command.name.as_str()), "{name}: {}", command.name);
            for key in command.properties.keys() {
                assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&key.as_str()), "{key}");
            }
        }
    }
}

#[test]
fn annotations_of_findings() {
    let text = write(&found(), Format::Github);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3 + 1, "accepted findings are no annotations");
    assert!(lines[0].starts_with("::notice file=leer.json,line=1,endLine=1,title=rolecall%3A baseline-stale::"));
    let head = "::warning file=policies/policy.json,line=3,endLine=3,col=24,endColumn=48,title=rolecall%3A permission-not-needed::";
    assert!(lines[1].starts_with(head), "{}", lines[1]);
    assert!(lines[2].starts_with("::error file=trust.json,line=4,endLine=4,col=14,endColumn=28,"));
    assert!(read(lines[3]).message.starts_with("findings: 2 open findings at or above `warning`\n"));
    assert_eq!(read(write(&clean(), Format::Github).trim_end()).name, "notice");
}

#[test]
fn what_was_not_judged_is_an_error() {
    let text = write(&full(), Format::Github);
    let errors: Vec<Command> = text.lines().map(read).filter(|command| command.name == "error").collect();
    let titles: Vec<&str> = errors.iter().map(|command| command.properties["title"].as_str()).collect();
    let expected = [
        "rolecall: external-id-missing",
        "rolecall: unresolved-value",
        "rolecall: empty-file",
        "check role-code not judged",
    ];
    assert_eq!(titles, expected);
    assert_eq!(errors[1].properties["file"], "role code/main,100%.tf");
    let nothing = write(&crate::sample::empty(rolecall_iam::source::SourceMap::new()), Format::Github);
    assert_eq!(read(nothing.trim_end()).name, "error");
}

#[test]
fn hostile_texts_stay_in_their_place() {
    let text = write(&hostile(), Format::Github);
    assert_eq!(text.lines().count(), 4);
    let first = read(text.lines().next().unwrap());
    assert_eq!(first.properties["file"], "a `b`|c:<i>,% ::error::d.json");
    assert!(first.message.contains("::error::no %0A"));
}
