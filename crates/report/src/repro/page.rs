//! Cases as one page that needs nothing else: no script, no font, no picture from elsewhere.

use super::{Case, drawing, moment, names, whose};
use crate::Options;
use crate::visible::lines;
use rolecall_core::diagnosis::{Fact, Ranked};
use rolecall_simulator::repro::{Answer, CaseReport, MailText};
use std::fmt::Write as _;

/// E-mails that are shown in full.
const MAILS_MAX: usize = 12;
const STYLE: &str = include_str!("page.css");

/// Text for HTML and SVG.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in lines(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            plain => escaped.push(plain),
        }
    }
    escaped
}

/// The same, with what stands between backticks as code.
fn rich(text: &str) -> String {
    // Escaped as a whole: a part by itself would lose the space at its end.
    let text = escape(text);
    let mut parts = text.split('`');
    let mut shown = parts.next().unwrap_or_default().to_owned();
    while let Some(code) = parts.next() {
        match parts.next() {
            Some(after) => {
                let _ = write!(shown, "<code>{code}</code>{after}");
            }
            // A backtick without its other half.
            None => {
                let _ = write!(shown, "`{code}");
            }
        }
    }
    shown
}

pub(super) fn render(cases: &[Case], options: &Options) -> String {
    let right = cases.iter().filter(|case| case.is_right()).count();
    let title = match cases {
        [only] => escape(&only.report.scenario.title),
        _ => "Customer cases, reproduced".to_owned(),
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
         <p>{right} of {} as expected, with the fault and without it. rolecall {}</p>\n</header>\n",
        cases.len(),
        escape(&options.tool_version)
    );
    if cases.len() > 1 {
        contents(&mut page, cases);
    }
    for case in cases {
        section(&mut page, case);
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn badge(case: &Case) -> &'static str {
    if case.is_right() { "<span class=\"badge good\">right</span>" } else { "<span class=\"badge bad\">wrong</span>" }
}

fn anchor(case: &Case) -> String {
    case.name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}

fn contents(page: &mut String, cases: &[Case]) {
    page.push_str("<nav>\n<table>\n<thead><tr><th>case</th><th>what the customer sees</th><th>cause</th><th></th></tr></thead>\n<tbody>\n");
    for case in cases {
        let found: Vec<&str> =
            case.report.answers.iter().filter_map(|answer| Some(answer.diagnosis.first()?.cause.as_str())).collect();
        let _ = writeln!(
            page,
            "<tr><td><a href=\"#{}\">{}</a></td><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            anchor(case),
            escape(&case.name),
            escape(&case.report.scenario.title),
            found.join("</code>, <code>"),
            badge(case)
        );
    }
    page.push_str("</tbody>\n</table>\n</nav>\n");
}

fn section(page: &mut String, case: &Case) {
    let report = &case.report;
    let _ = writeln!(
        page,
        "<section id=\"{}\">\n<h2>{}: {} {}</h2>",
        anchor(case),
        escape(&case.name),
        escape(&report.scenario.title),
        badge(case)
    );
    if !report.scenario.question.is_empty() {
        let _ = writeln!(page, "<blockquote>{}</blockquote>", escape(&report.scenario.question));
    }
    page.push_str("<h3>Setup</h3>\n<ul class=\"setup\">\n");
    for line in &report.setup {
        let class = if line.starts_with(' ') { " class=\"below\"" } else { "" };
        let _ = writeln!(page, "<li{class}>{}</li>", escape(line.trim()));
    }
    let _ = writeln!(
        page,
        "</ul>\n<h3>Timeline</h3>\n<div class=\"picture\">{}</div>\n<p class=\"legend\">Not to scale; the numbers are \
         those of the list. Circle: as usual or for the better; diamond: look at it; square: for the worse.</p>",
        drawing::svg(report)
    );
    list(page, report);
    mails(page, &report.mails);
    for answer in &report.answers {
        diagnosis(page, answer);
    }
    end(page, case);
    page.push_str("</section>\n");
}

fn list(page: &mut String, report: &CaseReport) {
    page.push_str("<details>\n<summary>All entries of the timeline</summary>\n<ol class=\"entries\">\n");
    for entry in &report.timeline {
        let about = match entry.accounts.as_slice() {
            [] => String::new(),
            accounts => format!("<b>{}</b>: ", escape(&names(accounts, 5))),
        };
        let _ = write!(
            page,
            "<li><span class=\"when\">{}</span> <span class=\"who\">{}</span> <span class=\"{}\">{about}{}</span>",
            escape(&moment(entry.at)),
            entry.lane.as_str(),
            entry.tone.as_str(),
            escape(&entry.text)
        );
        if let Some(error) = &entry.error {
            let _ = write!(page, "<br><code class=\"error\">{}</code>", escape(error));
        }
        page.push_str("</li>\n");
    }
    page.push_str("</ol>\n</details>\n");
}

fn mails(page: &mut String, mails: &[MailText]) {
    let _ = writeln!(page, "<h3>E-mails: {}</h3>", mails.len());
    for mail in mails.iter().take(MAILS_MAX) {
        let _ = writeln!(
            page,
            "<details class=\"mail\">\n<summary>{} to {}: {}</summary>",
            escape(&moment(mail.at)),
            escape(&mail.to),
            escape(&mail.subject)
        );
        for paragraph in &mail.body {
            let _ = writeln!(page, "<p>{}</p>", escape(paragraph));
        }
        page.push_str("</details>\n");
    }
    if let Some(more) = mails.len().checked_sub(MAILS_MAX).filter(|more| *more > 0) {
        let _ = writeln!(page, "<p>… and {more} more.</p>");
    }
}

fn diagnosis(page: &mut String, answer: &Answer) {
    let _ = writeln!(
        page,
        "<h3>Diagnosis of {} ({}), {}'s view at {}</h3>",
        escape(&answer.account),
        answer.id,
        answer.view.as_str(),
        escape(&moment(answer.at))
    );
    if answer.diagnosis.causes.is_empty() {
        page.push_str("<p>No cause: nothing is seen to be wrong.</p>\n");
    }
    for (number, ranked) in answer.diagnosis.causes.iter().enumerate() {
        cause(page, number, ranked);
    }
    if let Some(next) = &answer.diagnosis.next {
        let _ = writeln!(page, "<p><b>To be sure:</b> {}.</p>", escape(next.look.how()));
    }
    if let Some(first) = answer.diagnosis.first() {
        let (who, what) = (whose(first.cause), rich(first.cause.remedy()));
        let _ = writeln!(page, "<p class=\"remedy\"><b>Remedy, for {who}:</b> {what}</p>");
    }
}

fn cause(page: &mut String, number: usize, ranked: &Ranked) {
    let about = ranked.cause.about();
    let open = if number == 0 { " open" } else { "" };
    let _ = writeln!(
        page,
        "<details class=\"cause\"{open}>\n<summary><code>{}</code>, {}: {}</summary>\n<p>{}</p>\n<ul>",
        ranked.cause.as_str(),
        ranked.weight.as_str(),
        rich(about.title),
        rich(about.means)
    );
    let facts = |page: &mut String, word: &str, facts: &[Fact]| {
        for fact in facts {
            let _ = writeln!(
                page,
                "<li><b>{word}</b> {} <code class=\"place\">{}</code></li>",
                rich(&fact.text),
                escape(&fact.place)
            );
        }
    };
    facts(page, "for", &ranked.supporting);
    facts(page, "against", &ranked.contradicting);
    page.push_str("</ul>\n</details>\n");
}

fn end(page: &mut String, case: &Case) {
    let wrong = [(&case.report, "with the fault"), (&case.twin, "without the fault")];
    for (report, what) in wrong {
        for answer in &report.answers {
            for mismatch in &answer.mismatches {
                let _ =
                    writeln!(page, "<p class=\"bad\">{what}, {}: {}</p>", escape(&answer.account), escape(mismatch));
            }
        }
    }
    if case.is_right() {
        page.push_str("<p class=\"good\">The right cause comes first; without the fault there is none.</p>\n");
    }
    if case.report.scenario.sources.is_empty() {
        return;
    }
    page.push_str("<p class=\"sources\">Sources: ");
    let link = |source: &String| {
        let text = escape(source);
        if source.starts_with("https://") { format!("<a href=\"{text}\">{text}</a>") } else { text }
    };
    let sources: Vec<String> = case.report.scenario.sources.iter().map(link).collect();
    let _ = writeln!(page, "{}</p>", sources.join("; "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_keeps_its_distance_and_nothing_gets_out_of_it() {
        assert_eq!(rich("denies `sts:AssumeRole` to <b>"), "denies <code>sts:AssumeRole</code> to &lt;b&gt;");
        assert_eq!(rich("`a<b` and ` alone"), "<code>a&lt;b</code> and ` alone");
    }
}
