//! The prover and cvc5 as programs that answer pairs, and the script's environment. Who is right is not decided here.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::differential::programs::{Decider, Program, Said};
use crate::process::Invocation;
use crate::repository;
use crate::tools::{Toolbox, Venv};

/// The solver (BSD-3-Clause), pinned.
const SOLVER: &str = "cvc5==1.4.2";

const VENV: Venv = Venv("solver");

/// What one of the two answers: `none`, `new-access`, `unknown`, with all that it says beside.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) said: Said,
    pub(super) microseconds: f64,
    /// The answer as it was given.
    pub(super) whole: Value,
}

impl Answer {
    pub(super) fn of(whole: Value, microseconds: Option<f64>) -> Self {
        let text = |name: &str| whole.get(name).and_then(Value::as_str).map(str::to_owned);
        let said = match text("verdict") {
            Some(word) => Said::Decision(word),
            None => Said::Nothing(text("error").unwrap_or_else(|| whole.to_string())),
        };
        let own = whole.get("microseconds").and_then(Value::as_f64);
        Self { said, microseconds: microseconds.or(own).unwrap_or(0.0), whole }
    }

    /// `none` or `new-access`.
    pub(super) fn verdict(&self) -> Option<&str> {
        self.said.decision().filter(|word| *word != "unknown")
    }

    /// Why there is no verdict, without what differs from pair to pair.
    pub(super) fn reason(&self) -> String {
        match &self.said {
            Said::Nothing(why) => why.clone(),
            Said::Decision(_) => self.whole.get("reason").and_then(Value::as_str).unwrap_or("time is up").to_owned(),
        }
    }
}

/// Something that judges pairs.
pub(super) trait Judge {
    /// One answer for each line, in order.
    fn judge(&mut self, lines: &[Value]) -> Result<Vec<Answer>>;
}

/// Our prover: the example program of `crates/iam-prove`, which answers as the command does and tells the time it took.
pub(super) struct Prover(Program);

impl Prover {
    /// Builds it, without starting it.
    pub(super) fn build() -> Result<()> {
        let cargo =
            Invocation::cargo().args(["build", "--release", "--quiet", "-p", "rolecall-iam-prove", "--example"]);
        cargo.arg("pairs").dir(repository::root()).run()
    }

    pub(super) fn start() -> Result<Self> {
        let cargo = Invocation::cargo().args(["run", "--release", "--quiet", "-p", "rolecall-iam-prove", "--example"]);
        Ok(Self(Program::start(&cargo.args(["pairs", "--", "--times"]).dir(repository::root()))?))
    }
}

impl Judge for Prover {
    fn judge(&mut self, lines: &[Value]) -> Result<Vec<Answer>> {
        let texts: Vec<String> = lines.iter().map(Value::to_string).collect();
        let read = |text: String| {
            let (time, answer) = text.split_once('\t').with_context(|| format!("the prover answered `{text}`"))?;
            let whole = serde_json::from_str(answer).with_context(|| format!("the prover answered `{answer}`"))?;
            Ok(Answer::of(whole, Some(time.parse().with_context(|| format!("`{time}` is no time"))?)))
        };
        self.0.ask(&texts)?.into_iter().map(read).collect()
    }
}

/// cvc5 with our encoding, in a Python process of its own.
pub(super) struct Solver {
    program: Program,
    /// How often each pair is decided; the quickest time counts.
    repeat: usize,
    /// Whether the model is wanted.
    explain: bool,
}

impl Solver {
    /// Starts the script; [`install`] comes before.
    pub(super) fn start(limit_ms: u64) -> Result<Self> {
        let script = repository::root().join("xtask/src/differential/prove/oracle.py");
        let python = Invocation::new(VENV.python()).arg("-B").arg(script).arg(limit_ms.to_string());
        Ok(Self { program: Program::start(&python)?, repeat: 1, explain: false })
    }

    pub(super) fn repeating(mut self, repeat: usize) -> Self {
        self.repeat = repeat;
        self
    }

    pub(super) fn explaining(mut self) -> Self {
        self.explain = true;
        self
    }
}

impl Judge for Solver {
    fn judge(&mut self, lines: &[Value]) -> Result<Vec<Answer>> {
        let question = |line: &Value| {
            let mut line = line.clone();
            if let Some(members) = line.as_object_mut() {
                members.insert("repeat".to_owned(), self.repeat.into());
                members.insert("explain".to_owned(), self.explain.into());
            }
            line.to_string()
        };
        let texts: Vec<String> = lines.iter().map(question).collect();
        let read = |text: String| {
            let whole = serde_json::from_str(&text).with_context(|| format!("the oracle answered `{text}`"))?;
            Ok(Answer::of(whole, None))
        };
        self.program.ask(&texts)?.into_iter().map(read).collect()
    }
}

/// A judge as what the minimiser asks.
pub(super) struct Deciding<'j, J>(pub(super) &'j mut J);

impl<J: Judge> Decider for Deciding<'_, J> {
    fn decide(&mut self, lines: &[Value]) -> Result<Vec<Said>> {
        Ok(self.0.judge(lines)?.into_iter().map(|answer| answer.said).collect())
    }
}

/// Whether the pinned solver is there.
#[cfg(test)]
pub(super) fn is_installed() -> bool {
    VENV.holds(SOLVER)
}

/// Installs the pinned solver into `.tools/` unless it is there. `false`: there is no Python to install it with.
pub(super) fn install(toolbox: &Toolbox) -> Result<bool> {
    VENV.install(toolbox, &[SOLVER])
}
