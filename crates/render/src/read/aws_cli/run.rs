//! Follows a script: lists, branches, functions, assignments, redirections, and the few commands that give text.
//! Calls of the AWS CLI are in `call`, conditions in `test`.

use super::Unknown;
use super::expand::bounded;
use super::syntax::{AndOr, Assigned, Command, List, Part, Pipeline, Simple, Word};
use crate::read::embedded::Text;
use crate::read::{Environment, not_judged};
use rolecall_core::role::RoleTree;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Commands that are followed, those of unknown branches counted each time.
const MAX_STEPS: usize = 100_000;
/// Bytes that are copied for the price of one step.
const BYTES_OF_A_STEP: usize = 1 << 10;
/// Nesting of functions and compound commands.
const MAX_DEPTH: usize = 100;
/// Bytes of one value.
pub(super) const MAX_TEXT_BYTES: usize = 1 << 20;

/// A word after expansion.
pub(super) type Field = Result<Text, Unknown>;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Success,
    Failure,
    Unknown,
}

/// Where the script goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Next(Status),
    Return(Status),
    /// `break` and `continue`.
    Loop,
    Exit,
}

/// A variable.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Scalar(Field),
    Array(Vec<Field>),
}

/// What commands change.
#[derive(Clone, Debug, Default)]
pub(super) struct State<'t> {
    /// Shared until somebody writes: a script is followed through many subshells and branches.
    pub(super) variables: Rc<BTreeMap<String, Value>>,
    /// Files that the script wrote, and those that were given, by path.
    pub(super) files: Rc<BTreeMap<String, Field>>,
    pub(super) roles: Vec<RoleTree>,
    pub(super) functions: Rc<BTreeMap<&'t str, &'t Command>>,
    pub(super) arguments: Vec<Field>,
    /// `shopt -s nocasematch`.
    pub(super) ignores_case: bool,
}

impl State<'_> {
    /// About how much a copy costs.
    pub(super) fn bytes(&self) -> usize {
        let size = |field: &Field| field.as_ref().map_or(64, |text| 64 + text.as_str().len());
        let value = |value: &Value| match value {
            Value::Scalar(field) => size(field),
            Value::Array(fields) => fields.iter().map(size).sum(),
        };
        let variables: usize = self.variables.values().map(value).sum();
        variables + self.files.values().map(size).sum::<usize>()
    }
}

/// The state of following one script in one account.
pub(super) struct Runner<'t> {
    pub(super) environment: &'t Environment,
    pub(super) state: State<'t>,
    pub(super) problems: Vec<Problem>,
    /// Whether the role exists before the script runs.
    pub(super) exists: bool,
    /// Whether the script asked for that.
    pub(super) asked: bool,
    /// Where the script ended before its end.
    pub(super) ended: Option<Span>,
    /// The call of the outermost function that is running: what people see as the place of a command.
    called_at: Option<Span>,
    /// What the commands of a substitution printed so far; `None` outside of one.
    output: Option<Field>,
    pub(super) input: Option<Field>,
    steps: usize,
    depth: usize,
    /// Whether a limit was reached.
    gave_up: bool,
    /// The beginning of the script, for problems without a place.
    whole: Span,
}

impl<'t> Runner<'t> {
    pub(super) fn new(
        sources: &SourceMap,
        files: &[FileId],
        script: FileId,
        environment: &'t Environment,
        exists: bool,
    ) -> Self {
        let mut state = State::default();
        let folder = sources.path(script).rsplit_once('/').map_or("", |(folder, _)| folder);
        for file in files.iter().filter(|file| **file != script) {
            let Some(source) = sources.get(*file) else { continue };
            let mut text = Text::new(Span::new(*file, 0, source.text.len()));
            text.push_verbatim(&source.text, *file, 0);
            let relative =
                source.path.strip_prefix(folder).map_or(source.path.as_str(), |path| path.trim_start_matches('/'));
            Rc::make_mut(&mut state.files).insert(relative.to_owned(), Ok(text));
        }
        let given = Span::file(script);
        for (name, value) in &environment.parameters {
            Rc::make_mut(&mut state.variables)
                .insert(name.clone(), Value::Scalar(Ok(Text::opaque(value.clone(), given))));
        }
        Self {
            environment,
            state,
            problems: Vec::new(),
            exists,
            asked: false,
            ended: None,
            called_at: None,
            output: None,
            input: None,
            steps: 0,
            depth: 0,
            gave_up: false,
            whole: given,
        }
    }

    /// Counts work on so many bytes as steps.
    pub(super) fn charge(&mut self, bytes: usize) {
        self.steps = self.steps.saturating_add(bytes / BYTES_OF_A_STEP);
    }

    pub(super) fn script(&mut self, list: &'t List) {
        self.list(list);
    }

    pub(super) fn list(&mut self, list: &'t [AndOr]) -> Flow {
        let mut flow = Flow::Next(Status::Success);
        for item in list {
            flow = self.and_or(item);
            if !matches!(flow, Flow::Next(_)) {
                break;
            }
        }
        flow
    }

    fn and_or(&mut self, item: &'t AndOr) -> Flow {
        let mut flow = self.pipeline(&item.first);
        for (and, pipeline) in &item.rest {
            let Flow::Next(status) = flow else { return flow };
            flow = match (status, and) {
                (Status::Success, true) | (Status::Failure, false) => self.pipeline(pipeline),
                (Status::Success, false) | (Status::Failure, true) => flow,
                (Status::Unknown, _) => {
                    let here = Span::default();
                    self.either(2, here, |runner, index| {
                        if index == 0 { Flow::Next(Status::Unknown) } else { runner.pipeline(pipeline) }
                    })
                }
            };
        }
        flow
    }

    fn pipeline(&mut self, pipeline: &'t Pipeline) -> Flow {
        let mut flow = Flow::Next(Status::Success);
        let count = pipeline.commands.len();
        let input = self.input.clone();
        for (index, command) in pipeline.commands.iter().enumerate() {
            if index + 1 == count {
                flow = self.command(command);
            } else {
                let printed = self.captured(|runner| runner.command(command));
                self.input = Some(printed.0);
            }
        }
        self.input = input;
        match flow {
            Flow::Next(status) if pipeline.negated => Flow::Next(match status {
                Status::Success => Status::Failure,
                Status::Failure => Status::Success,
                Status::Unknown => Status::Unknown,
            }),
            _ => flow,
        }
    }

    /// Runs something and keeps what it prints.
    pub(super) fn captured(&mut self, run: impl FnOnce(&mut Self) -> Flow) -> (Field, Flow) {
        let before = self.output.replace(Ok(Text::new(Span::default())));
        let flow = run(self);
        let printed = std::mem::replace(&mut self.output, before);
        (printed.unwrap_or_else(|| Ok(Text::new(Span::default()))), flow)
    }

    pub(super) fn print(&mut self, field: &Field) {
        let Some(output) = &mut self.output else { return };
        match (output.as_mut(), field) {
            (Ok(text), Ok(more)) if text.as_str().len() + more.as_str().len() <= MAX_TEXT_BYTES => text.push_text(more),
            (Ok(_), Ok(more)) => {
                *output = Err(Unknown { reason: String::from("the output is too long"), span: more.span() });
            }
            (Ok(_), Err(unknown)) => *output = Err(unknown.clone()),
            (Err(_), _) => {}
        }
    }

    fn command(&mut self, command: &'t Command) -> Flow {
        self.steps = self.steps.saturating_add(1);
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            if !self.gave_up {
                let help =
                    "the script is too long, repeats too much or calls itself: judge other role code of the role";
                self.problems.push(not_judged(self.whole, "the script is not followed to its end", help));
            }
            self.gave_up = true;
            return Flow::Exit;
        }
        self.depth += 1;
        let flow = self.command_within(command);
        self.depth -= 1;
        flow
    }

    fn command_within(&mut self, command: &'t Command) -> Flow {
        match command {
            Command::Simple(simple) => self.simple(simple),
            Command::Group(list) => self.list(list),
            Command::Subshell(list) => {
                let before = self.state.clone();
                let flow = self.list(list);
                let roles = std::mem::take(&mut self.state.roles);
                let files = std::mem::take(&mut self.state.files);
                self.state = State { files, roles, ..before };
                match flow {
                    Flow::Exit | Flow::Return(_) | Flow::Loop => Flow::Next(Status::Unknown),
                    Flow::Next(status) => Flow::Next(status),
                }
            }
            Command::If { branches, otherwise } => self.conditional(branches, otherwise),
            Command::Case { word, arms } => self.case(word, arms),
            Command::For { name, words, body, span } => self.for_loop(name, words.as_deref(), body, *span),
            Command::While { condition, body, negated, span } => self.while_loop(condition, body, *negated, *span),
            Command::Function { name, body } => {
                Rc::make_mut(&mut self.state.functions).insert(name, body);
                Flow::Next(Status::Success)
            }
            Command::Test(words) => {
                let status = self.bracket_test(words);
                Flow::Next(status)
            }
            Command::Other { what, span } => {
                let _ = (what, span);
                Flow::Next(Status::Unknown)
            }
            Command::Redirected { command, redirects } => self.redirected(redirects, |runner| runner.command(command)),
        }
    }

    fn conditional(&mut self, branches: &'t [(List, List)], otherwise: &'t List) -> Flow {
        let Some(((condition, body), rest)) = branches.split_first() else { return self.list(otherwise) };
        match self.list(condition) {
            Flow::Next(Status::Success) => self.list(body),
            Flow::Next(Status::Failure) => self.conditional(rest, otherwise),
            Flow::Next(Status::Unknown) => {
                let at = place(condition);
                self.either(
                    2,
                    at,
                    |runner, index| {
                        if index == 0 { runner.list(body) } else { runner.conditional(rest, otherwise) }
                    },
                )
            }
            other => other,
        }
    }

    fn case(&mut self, word: &'t Word, arms: &'t [(Vec<Word>, List)]) -> Flow {
        let value = self.single(word);
        let mut possible: Vec<&'t List> = Vec::new();
        let mut decided = false;
        for (patterns, body) in arms {
            match self.matches_any(&value, patterns) {
                Status::Failure => {}
                Status::Success => {
                    possible.push(body);
                    decided = true;
                    break;
                }
                Status::Unknown => possible.push(body),
            }
        }
        if let ([only], true) = (possible.as_slice(), decided) {
            return self.list(only);
        }
        let count = possible.len() + usize::from(!decided);
        self.either(count, word.span, |runner, index| {
            possible.get(index).map_or(Flow::Next(Status::Success), |body| runner.list(body))
        })
    }

    fn for_loop(&mut self, name: &str, words: Option<&'t [Word]>, body: &'t List, span: Span) -> Flow {
        let fields = match words {
            Some(words) => words.iter().flat_map(|word| self.fields(word)).collect(),
            None => self.state.arguments.clone(),
        };
        for field in fields {
            if field.is_err() {
                return self.maybe(body, span, &[name]);
            }
            self.set(name, Value::Scalar(field));
            match self.list(body) {
                Flow::Next(_) => {}
                Flow::Loop => return self.maybe(body, span, &[name]),
                other => return other,
            }
        }
        Flow::Next(Status::Success)
    }

    fn while_loop(&mut self, condition: &'t List, body: &'t List, negated: bool, span: Span) -> Flow {
        let stop = if negated { Status::Success } else { Status::Failure };
        for _ in 0..64 {
            match self.list(condition) {
                Flow::Next(status) if status == stop => return Flow::Next(Status::Success),
                Flow::Next(Status::Unknown) => return self.maybe(body, span, &[]),
                Flow::Next(_) => {}
                other => return other,
            }
            match self.list(body) {
                Flow::Next(_) => {}
                Flow::Loop => return self.maybe(body, span, &[]),
                other => return other,
            }
        }
        self.maybe(body, span, &[])
    }

    /// A body that may run any number of times: what it sets is unknown; roles must not depend on it.
    fn maybe(&mut self, body: &'t List, span: Span, names: &[&str]) -> Flow {
        for name in names {
            self.set(
                name,
                Value::Scalar(Err(Unknown { reason: String::from("a loop over values that are not known"), span })),
            );
        }
        self.either(2, span, |runner, index| {
            if index == 0 {
                return Flow::Next(Status::Unknown);
            }
            match runner.list(body) {
                Flow::Loop => Flow::Next(Status::Unknown),
                flow => flow,
            }
        })
    }

    /// Follows alternatives of which one is taken, nobody knows which. Those that end the script are left out.
    fn either(&mut self, count: usize, span: Span, run: impl Fn(&mut Self, usize) -> Flow) -> Flow {
        let (state, output) = (self.state.clone(), self.output.clone());
        self.charge(count.saturating_mul(state.bytes()));
        let mut outcomes = Vec::new();
        for index in 0..count {
            let problems = self.problems.len();
            self.state = state.clone();
            self.output = output.clone();
            let flow = run(self, index);
            if let Flow::Exit = flow {
                self.problems.truncate(problems);
            } else {
                outcomes.push((std::mem::take(&mut self.state), self.output.take(), flow));
            }
        }
        let mut outcomes = outcomes.into_iter();
        let Some((mut first, mut printed, mut flow)) = outcomes.next() else {
            self.state = state;
            self.output = output;
            self.ended = self.ended.or(Some(span));
            return Flow::Exit;
        };
        for (other, other_printed, other_flow) in outcomes {
            self.merge(&mut first, other, span);
            if printed != other_printed {
                printed = Some(Err(Unknown {
                    reason: String::from("the output depends on a condition that is not known"),
                    span,
                }));
            }
            flow = match (flow, other_flow) {
                (one, other) if one == other => one,
                (Flow::Next(_), Flow::Next(_)) => Flow::Next(Status::Unknown),
                (next @ Flow::Next(_), _) | (_, next @ Flow::Next(_)) => next,
                _ => Flow::Return(Status::Unknown),
            };
        }
        self.state = first;
        self.output = if output.is_some() { printed } else { None };
        flow
    }

    fn merge(&mut self, first: &mut State<'t>, other: State<'t>, span: Span) {
        let unknown = || Unknown { reason: String::from("it depends on a condition that is not known"), span };
        if first.roles != other.roles {
            let help = "what the condition needs is known at run time only: let the same calls run on both ways";
            self.problems.push(not_judged(span, "the role depends on a condition that is not known", help));
            if first.roles.is_empty() {
                first.roles = other.roles;
            }
        }
        for (name, value) in Rc::unwrap_or_clone(other.variables) {
            if first.variables.get(&name) != Some(&value) {
                Rc::make_mut(&mut first.variables).insert(name, Value::Scalar(Err(unknown())));
            }
        }
        for (path, content) in Rc::unwrap_or_clone(other.files) {
            if first.files.get(&path) != Some(&content) {
                Rc::make_mut(&mut first.files).insert(path, Err(unknown()));
            }
        }
        Rc::make_mut(&mut first.functions).extend(Rc::unwrap_or_clone(other.functions));
    }

    fn simple(&mut self, simple: &'t Simple) -> Flow {
        let mut substituted = Status::Success;
        for assignment in &simple.assignments {
            let value = match &assignment.value {
                Assigned::Word(word) => {
                    let (field, status) = self.assigned(word);
                    substituted = status;
                    Value::Scalar(field)
                }
                Assigned::Array(words) => Value::Array(words.iter().flat_map(|word| self.fields(word)).collect()),
            };
            let value = if assignment.append { self.appended(&assignment.name, value) } else { value };
            self.set(&assignment.name, value);
        }
        if simple.words.is_empty() {
            return self.redirected(&simple.redirects, |_| Flow::Next(substituted));
        }
        let fields: Vec<Field> = simple.words.iter().flat_map(|word| self.fields(word)).collect();
        self.redirected(&simple.redirects, |runner| runner.execute(&fields, simple.span))
    }

    /// The value of an assignment, and the status of the command substitution in it.
    fn assigned(&mut self, word: &'t Word) -> (Field, Status) {
        let only = match word.parts.as_slice() {
            [Part::Command(list, span)] => Some((list, *span)),
            [Part::Double(parts)] => match parts.as_slice() {
                [Part::Command(list, span)] => Some((list, *span)),
                _ => None,
            },
            _ => None,
        };
        match only {
            Some((list, span)) => self.substitution(list, span),
            None => (self.single(word), Status::Success),
        }
    }

    fn appended(&mut self, name: &str, value: Value) -> Value {
        match (self.state.variables.get(name).cloned(), value) {
            (Some(Value::Array(mut items)), Value::Array(more)) => {
                items.extend(more);
                Value::Array(items)
            }
            (Some(Value::Scalar(Ok(mut text))), Value::Scalar(Ok(more))) => {
                text.push_text(&more);
                Value::Scalar(bounded(text))
            }
            (Some(Value::Scalar(Err(unknown))), Value::Scalar(_)) => Value::Scalar(Err(unknown)),
            (_, value) => value,
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        Rc::make_mut(&mut self.state.variables).insert(name.to_owned(), value);
    }

    pub(super) fn set_scalar(&mut self, name: &str, field: Field) {
        self.set(name, Value::Scalar(field));
    }

    pub(super) fn shift(&mut self, count: usize) {
        let count = count.min(self.state.arguments.len());
        self.state.arguments.drain(..count);
    }

    /// Runs a command by its words.
    fn execute(&mut self, fields: &[Field], span: Span) -> Flow {
        let Some((first, arguments)) = fields.split_first() else { return Flow::Next(Status::Success) };
        let Ok(name) = first else { return Flow::Next(Status::Unknown) };
        if let Some(body) = self.state.functions.get(name.as_str()).copied() {
            let before = std::mem::replace(&mut self.state.arguments, arguments.to_vec());
            let called_at = self.called_at;
            self.called_at = called_at.or(Some(span));
            let flow = self.command(body);
            self.called_at = called_at;
            self.state.arguments = before;
            return match flow {
                Flow::Return(status) => Flow::Next(status),
                other => other,
            };
        }
        match name.as_str() {
            "exit" => {
                self.ended = self.ended.or(self.called_at).or(Some(span));
                Flow::Exit
            }
            "return" => Flow::Return(match arguments.first() {
                Some(Ok(code)) if code.as_str() == "0" => Status::Success,
                Some(Ok(_)) => Status::Failure,
                None | Some(Err(_)) => Status::Unknown,
            }),
            "break" | "continue" => Flow::Loop,
            "command" | "builtin" | "exec" | "time" | "nohup" | "env" | "sudo"
                if arguments
                    .first()
                    .is_some_and(|word| word.as_ref().is_ok_and(|word| !word.as_str().starts_with('-'))) =>
            {
                self.execute(arguments, span)
            }
            "aws" => {
                let (status, printed) = self.aws(arguments, self.called_at.unwrap_or(span));
                self.print(&printed);
                Flow::Next(status)
            }
            name => Flow::Next(self.builtin(name, arguments, span)),
        }
    }
}

/// Where a list stands, for messages.
fn place(list: &[AndOr]) -> Span {
    let command = list.first().and_then(|item| item.first.commands.first());
    match command {
        Some(Command::Simple(simple)) => simple.span,
        Some(Command::Test(words)) => words.first().map(|word| word.span).unwrap_or_default(),
        Some(Command::Other { span, .. } | Command::While { span, .. } | Command::For { span, .. }) => *span,
        _ => Span::default(),
    }
}
