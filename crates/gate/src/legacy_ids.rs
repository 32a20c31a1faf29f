//! The CSV file of legacy external IDs: `account_id,external_id`, one account a line.
//! Every bad line is reported with its place; whether IDs contradict each other is judged in `bindings`.

use crate::config::{Problems, account_id, external_id_of};
use rolecall_core::external_id::ExternalId;
use rolecall_iam::arn::AccountId;
use rolecall_iam::span::{FileId, Span, Spanned};
use std::collections::BTreeMap;

const HEADER: [&str; 2] = ["account_id", "external_id"];

/// The legacy IDs of one file, with the places of account and ID.
pub(crate) type LegacyIds = BTreeMap<AccountId, (Span, Spanned<ExternalId>)>;

/// Reads the file (RFC 4180: commas, fields may be quoted, CRLF or LF). `None` when any line is bad.
pub(crate) fn read(file: FileId, text: &str, problems: &mut Problems) -> Option<LegacyIds> {
    let mut found = Problems::default();
    let (text_start, body) = match text.strip_prefix('\u{FEFF}') {
        Some(rest) => ('\u{FEFF}'.len_utf8(), rest),
        None => (0, text),
    };
    let mut records = Records { file, text: body, base: text_start, at: 0 };
    let mut ids = LegacyIds::new();
    if let Some(header) = records.next(&mut found) {
        check_header(&header, &mut found);
    } else {
        let help = "a header `account_id,external_id` was expected, then one account a line";
        found.add("empty-document", Span::file(file), "the file of legacy external IDs is empty", help);
    }
    while let Some(record) = records.next(&mut found) {
        if let Some((account, id)) = entry(record, &mut found) {
            add(&mut ids, &account, id, &mut found);
        }
    }
    let sound = found.is_empty();
    problems.append(found);
    sound.then_some(ids)
}

fn check_header(header: &Record, problems: &mut Problems) {
    let names: Vec<&str> = header.fields.iter().map(|field| field.value.as_str()).collect();
    if names != HEADER {
        let message = format!("the first line is `{}`", names.join(","));
        problems.add("csv-header", header.span, message, "the header `account_id,external_id` was expected");
    }
}

fn entry(record: Record, problems: &mut Problems) -> Option<(Spanned<AccountId>, Spanned<ExternalId>)> {
    let span = record.span;
    let count = record.fields.len();
    let mut fields = record.fields.into_iter();
    let (Some(account), Some(id), None) = (fields.next(), fields.next(), fields.next()) else {
        let message = format!("the line has {count} fields");
        let help = "two were expected: `account_id,external_id`; an ID with a comma stands in double quotes";
        problems.add("csv-fields", span, message, help);
        return None;
    };
    let account = account_id("account_id", &account, problems);
    let id = external_id_of(&id, problems);
    Some((account?, id?))
}

fn add(ids: &mut LegacyIds, account: &Spanned<AccountId>, id: Spanned<ExternalId>, problems: &mut Problems) {
    if let Some((first, other)) = ids.get(&account.value) {
        let (message, help) = if other.value == id.value {
            (format!("account {} is listed twice with the same ID", account.value), "remove one of the two lines")
        } else {
            let message = format!(
                "account {} is listed with two IDs: `{}` and `{}`",
                account.value,
                other.value.as_str(),
                id.value.as_str()
            );
            (message, "one ID for each account: keep the one that the vendor's console shows for it")
        };
        problems.add_related("csv-duplicate-account", account.span, message, help, (*first, "first listed here"));
        return;
    }
    ids.insert(account.value, (account.span, id));
}

struct Record {
    fields: Vec<Spanned<String>>,
    /// The line without its break.
    span: Span,
}

/// Reads records one by one and skips blank lines.
struct Records<'t> {
    file: FileId,
    text: &'t str,
    base: usize,
    at: usize,
}

impl Records<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.base + start, self.base + end)
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Skips a line break; whether there was one.
    fn line_break(&mut self) -> bool {
        let length = match self.rest() {
            rest if rest.starts_with("\r\n") => 2,
            rest if rest.starts_with('\n') || rest == "\r" => 1,
            _ => 0,
        };
        self.at += length;
        length > 0
    }

    fn next(&mut self, problems: &mut Problems) -> Option<Record> {
        while self.line_break() {}
        if self.rest().is_empty() {
            return None;
        }
        let start = self.at;
        let mut fields = Vec::new();
        loop {
            fields.push(self.field(problems));
            if self.rest().starts_with(',') {
                self.at += 1;
            } else {
                break;
            }
        }
        let span = self.span(start, self.at);
        self.line_break();
        Some(Record { fields, span })
    }

    fn field(&mut self, problems: &mut Problems) -> Spanned<String> {
        if self.rest().starts_with('"') {
            return self.quoted(problems);
        }
        let start = self.at;
        let rest = self.rest();
        let length = rest.find([',', '\n']).unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or("");
        let ends_line = !rest.get(length..).is_some_and(|after| after.starts_with(','));
        let text = if ends_line { text.strip_suffix('\r').unwrap_or(text) } else { text }.to_owned();
        self.at += text.len();
        Spanned::new(text, self.span(start, self.at))
    }

    /// A field in double quotes; `""` inside is one quote, a line break inside belongs to the field.
    fn quoted(&mut self, problems: &mut Problems) -> Spanned<String> {
        let start = self.at;
        self.at += 1;
        let mut value = String::new();
        loop {
            let rest = self.rest();
            let Some(length) = rest.find('"') else {
                value.push_str(rest);
                let end = self.text.len();
                let help = "close the field with a double quote";
                problems.add("csv-syntax", self.span(start, end), "a quoted field is not closed", help);
                self.at = end;
                break;
            };
            value.push_str(rest.get(..length).unwrap_or(""));
            self.at += length + 1;
            if !self.rest().starts_with('"') {
                break;
            }
            value.push('"');
            self.at += 1;
        }
        let rest = self.rest();
        let after = rest.find([',', '\n', '\r']).unwrap_or(rest.len());
        if after > 0 {
            let help = "a comma or the end of the line was expected behind a closing quote";
            problems.add("csv-syntax", self.span(self.at, self.at + after), "text behind a quoted field", help);
            self.at += after;
        }
        Spanned::new(value, self.span(start, self.at))
    }
}

#[cfg(test)]
mod tests;
