//! A validation as JUnit: a case for each account, and one for what kept the run from being complete. Whatever was not judged is
//! an error, what is wrong a failure, so that failures and errors are there exactly when the run is not good.

use crate::junit::{Body, Case, Suite};
use rolecall_core::validation::{Note, Run, Simulator, Standing, Validation};
use std::fmt::Write as _;

pub(super) fn suites(run: &Run) -> Vec<Suite> {
    let class = format!("rolecall.validate.{}", run.organization.as_str());
    let mut cases: Vec<Case> = run.accounts.iter().map(|validation| case(&class, validation)).collect();
    for note in &run.not_judged {
        cases.push(Case { class: class.clone(), name: note.code.clone(), body: error(&note.code, &note.message, "") });
    }
    if cases.is_empty() {
        let text = "no account was looked at; a run that judged nothing is not a pass";
        cases.push(Case {
            class: class.clone(),
            name: String::from("no account"),
            body: error("no-account", text, ""),
        });
    }
    for (account, why) in &run.left_out {
        let body = Body::Skipped(format!("it was not looked at: {}", why.as_str()));
        cases.push(Case { class: class.clone(), name: account.to_string(), body });
    }
    vec![Suite { name: format!("validate --as {}", run.viewpoint.as_str()), cases }]
}

fn error(kind: &str, message: &str, text: &str) -> Body {
    Body::Error { message: message.to_owned(), kind: kind.to_owned(), text: format!("{message}\n{text}") }
}

fn case(class: &str, validation: &Validation) -> Case {
    let word = validation.word.as_str();
    let text = text(validation);
    let first = |notes: &[Note]| notes.first().map_or_else(|| word.to_owned(), |note| note.message.clone());
    let body = match validation.standing() {
        Standing::Good => Body::Passed(format!("{word}\n{text}")),
        Standing::Faulty => Body::Failure { message: first(&validation.faults), kind: word.to_owned(), text },
        Standing::NotJudged => error("not-judged", &first(&validation.not_judged), &text),
    };
    Case { class: class.to_owned(), name: validation.account.to_string(), body }
}

fn text(validation: &Validation) -> String {
    let mut text = format!("verdict: {}\n", validation.word.as_str());
    for (label, notes) in [("wrong", &validation.faults), ("not judged", &validation.not_judged)] {
        for note in notes {
            let _ = writeln!(text, "{label}: {} ({})", note.message, note.code);
        }
    }
    match &validation.simulator {
        Simulator::NotAsked => {}
        Simulator::NotRun(reason) => _ = writeln!(text, "AWS's policy simulator: not run: {reason}"),
        Simulator::Run(run) => {
            let _ = writeln!(text, "AWS's policy simulator: agreed on {} of {} decisions", run.agreed, run.decisions);
        }
    }
    for ranked in &validation.diagnosis.causes {
        let about = ranked.cause.about();
        let _ = writeln!(text, "{} cause: {} ({})", ranked.weight.as_str(), about.title, ranked.cause.as_str());
        let _ = writeln!(text, "next step ({}): {}", about.whose.as_str(), about.remedy);
    }
    text
}
