//! A diagnosis as terminal text, Markdown and JSON (`"format": "rolecall-diagnosis"`, `"version": 1`;
//! `schema/diagnosis.schema.json` documents it). Where a fact stands in the bundle the caller tells.

use crate::Options;
use crate::audit::Format;
use crate::audit::json::pretty;
use crate::blocks::{self, Block, Mood};
use rolecall_core::diagnosis::{Conclusion, Diagnosis, Evidence, Fact, Ranked, Weight};
use serde::Serialize;

/// Causes that are shown in full unless everything is asked for; the others by their names.
const SHOWN: usize = 3;

/// Writes a diagnosis; `locate` gives the file, line and column of a fact's place. The text ends with a line break.
pub fn render(
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    locate: &dyn Fn(&Fact) -> String,
    format: Format,
    options: &Options,
) -> String {
    match format {
        Format::Human => blocks::human(&page(evidence, diagnosis, locate, options), options),
        Format::Markdown => blocks::markdown(&page(evidence, diagnosis, locate, options)),
        Format::Json => json(evidence, diagnosis, locate),
    }
}

fn page(evidence: &Evidence, diagnosis: &Diagnosis, locate: &dyn Fn(&Fact) -> String, options: &Options) -> Vec<Block> {
    let subject = &evidence.subject;
    let title = format!(
        "account {} of organization {}, as the {} sees it",
        subject.account,
        subject.organization.as_str(),
        evidence.viewpoint.as_str()
    );
    let mut page = vec![Block::Title(title), verdict(diagnosis)];
    let told = |fact: &Fact| format!("{} ({})", fact.text, locate(fact));
    if !diagnosis.symptoms.is_empty() {
        page.push(Block::Heading(String::from("what is seen")));
        page.extend(diagnosis.symptoms.iter().map(|(_, fact)| Block::Text(told(fact))));
    }
    let certain = diagnosis.causes.iter().filter(|ranked| ranked.weight == Weight::Certain).count();
    let shown = if options.verbose { usize::MAX } else { certain.max(SHOWN) };
    for ranked in diagnosis.causes.iter().take(shown) {
        cause(ranked, &told, &mut page);
    }
    let rest: Vec<_> =
        diagnosis.causes.iter().skip(shown).map(|ranked| format!("`{}`", ranked.cause.as_str())).collect();
    if !rest.is_empty() {
        page.push(Block::Heading(format!("{} more that nothing speaks against", rest.len())));
        page.push(Block::Text(rest.join(", ")));
    }
    if let Some(next) = &diagnosis.next {
        page.push(Block::Heading(String::from("what to look at next")));
        let names: Vec<_> = next.tells_of.iter().map(|cause| format!("`{}`", cause.as_str())).collect();
        page.push(Block::Text(format!("{}.", next.look.how())));
        page.push(Block::Text(format!("It tells of {}: {}", counted(names.len()), names.join(", "))));
    }
    if options.verbose && !diagnosis.excluded.is_empty() {
        page.push(Block::Heading(String::from("what it is not")));
        let row = |excluded: &rolecall_core::diagnosis::Excluded| {
            vec![format!("`{}`", excluded.cause.as_str()), told(&excluded.by)]
        };
        page.push(Block::Table { head: vec!["cause", "because"], rows: diagnosis.excluded.iter().map(row).collect() });
    }
    page
}

fn counted(number: usize) -> String {
    if number == 1 { String::from("one cause") } else { format!("{number} causes") }
}

fn verdict(diagnosis: &Diagnosis) -> Block {
    let certain = diagnosis.causes.iter().filter(|ranked| ranked.weight == Weight::Certain).count();
    match (diagnosis.conclusion(), diagnosis.first()) {
        (Conclusion::NothingToDo, None) => Block::Verdict(Mood::Good, String::from("nothing is wrong")),
        (Conclusion::NothingToDo, Some(first)) => {
            Block::Verdict(Mood::Good, format!("nobody has to do anything: {}", first.cause.title()))
        }
        (Conclusion::Found, Some(first)) if certain > 0 => {
            Block::Verdict(Mood::Bad, format!("{}: {}", first.cause.as_str(), first.cause.title()))
        }
        (Conclusion::Found, _) => {
            let count = diagnosis.causes.len();
            Block::Verdict(Mood::Bad, format!("{} explain what is seen, and none is certain", counted(count)))
        }
        (Conclusion::NotJudged, _) if diagnosis.looked => {
            Block::Verdict(Mood::Bad, String::from("what is seen has no cause that is known (exit code 2)"))
        }
        (Conclusion::NotJudged, _) => Block::Verdict(
            Mood::Bad,
            String::from("neither checks nor e-mails nor the role were looked at (exit code 2)"),
        ),
    }
}

fn cause(ranked: &Ranked, told: &dyn Fn(&Fact) -> String, page: &mut Vec<Block>) {
    let about = ranked.cause.about();
    page.push(Block::Heading(format!("{}: {} ({})", ranked.weight.as_str(), about.title, ranked.cause.as_str())));
    page.push(Block::Text(about.means.to_owned()));
    page.extend(ranked.supporting.iter().map(|fact| Block::Text(format!("for: {}", told(fact)))));
    page.extend(ranked.contradicting.iter().map(|fact| Block::Text(format!("against: {}", told(fact)))));
    page.push(Block::Text(format!("remedy ({}): {}", about.whose.as_str(), about.remedy)));
    if let Some(reference) = about.references.first() {
        page.push(Block::Text(format!("see {reference}")));
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    format: &'static str,
    version: u32,
    viewpoint: &'static str,
    account: String,
    organization: String,
    conclusion: &'static str,
    symptoms: Vec<SymptomEntry>,
    causes: Vec<CauseEntry>,
    next_look: Option<NextEntry>,
    excluded: Vec<ExcludedEntry>,
}

#[derive(Serialize)]
struct FactEntry {
    text: String,
    place: String,
    location: String,
}

#[derive(Serialize)]
struct SymptomEntry {
    symptom: &'static str,
    fact: FactEntry,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CauseEntry {
    cause: &'static str,
    weight: &'static str,
    title: &'static str,
    means: &'static str,
    remedy: &'static str,
    whose: &'static str,
    references: &'static [&'static str],
    supporting: Vec<FactEntry>,
    contradicting: Vec<FactEntry>,
    not_looked_at: Vec<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NextEntry {
    look: &'static str,
    how: &'static str,
    tells_of: Vec<&'static str>,
}

#[derive(Serialize)]
struct ExcludedEntry {
    cause: &'static str,
    because: FactEntry,
}

fn json(evidence: &Evidence, diagnosis: &Diagnosis, locate: &dyn Fn(&Fact) -> String) -> String {
    pretty(&document(evidence, diagnosis, locate))
}

/// The document of `schema/diagnosis.schema.json`.
pub(crate) fn document(
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    locate: &dyn Fn(&Fact) -> String,
) -> impl Serialize + use<> {
    let fact = |fact: &Fact| FactEntry { text: fact.text.clone(), place: fact.place.clone(), location: locate(fact) };
    let facts = |list: &[Fact]| list.iter().map(fact).collect();
    let entry = |ranked: &Ranked| {
        let about = ranked.cause.about();
        CauseEntry {
            cause: ranked.cause.as_str(),
            weight: ranked.weight.as_str(),
            title: about.title,
            means: about.means,
            remedy: about.remedy,
            whose: about.whose.as_str(),
            references: about.references,
            supporting: facts(&ranked.supporting),
            contradicting: facts(&ranked.contradicting),
            not_looked_at: ranked.open.iter().map(|look| look.as_str()).collect(),
        }
    };
    Document {
        format: "rolecall-diagnosis",
        version: 1,
        viewpoint: evidence.viewpoint.as_str(),
        account: evidence.subject.account.to_string(),
        organization: evidence.subject.organization.as_str().to_owned(),
        conclusion: match diagnosis.conclusion() {
            Conclusion::NothingToDo => "nothing-to-do",
            Conclusion::Found => "found",
            Conclusion::NotJudged => "not-judged",
        },
        symptoms: diagnosis
            .symptoms
            .iter()
            .map(|(symptom, seen)| SymptomEntry { symptom: symptom.as_str(), fact: fact(seen) })
            .collect(),
        causes: diagnosis.causes.iter().map(entry).collect(),
        next_look: diagnosis.next.as_ref().map(|next| NextEntry {
            look: next.look.as_str(),
            how: next.look.how(),
            tells_of: next.tells_of.iter().map(|cause| cause.as_str()).collect(),
        }),
        excluded: diagnosis
            .excluded
            .iter()
            .map(|excluded| ExcludedEntry { cause: excluded.cause.as_str(), because: fact(&excluded.by) })
            .collect(),
    }
}
