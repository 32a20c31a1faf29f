//! One finding or one thing not judged as text with source excerpts: the span underlined, related places, why, what
//! to do. annotate-snippets draws; this file cuts the sources to what is shown and keeps every range inside them.

use crate::Options;
use crate::place::Place;
use crate::summary::{acceptance, reason_text};
use crate::visible::{lines, one_line, steers};
use crate::wrap::wrap;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use rolecall_core::finding::{NotJudged, Related};
use rolecall_core::rule::Severity;
use rolecall_gate::outcome::Judged;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use std::fmt::Write as _;
use std::ops::Range;

/// The smallest width that is drawn for.
const WIDTH_MIN: usize = 40;

/// What heads a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Error,
    Warning,
    Note,
    NotJudged,
}

/// Everything that is shown of one finding or one thing not judged.
#[derive(Clone, Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) kind: Kind,
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
    pub(crate) span: Span,
    pub(crate) label: &'a str,
    pub(crate) related: &'a [Related],
    /// Texts below the excerpt, each with its heading of a word.
    pub(crate) footers: Vec<(&'static str, String)>,
}

/// The notice of a finding, with its reason, its remedy and, for an accepted one, why it is accepted.
pub(crate) fn of_finding(judged: &Judged) -> Notice<'_> {
    let finding = &judged.finding;
    let mut footers = vec![("why", reason_text(finding).to_owned()), ("do", finding.remedy_text().to_owned())];
    footers.extend(acceptance(&judged.standing).map(|reason| ("accepted", reason)));
    Notice {
        kind: match finding.severity {
            Severity::Note => Kind::Note,
            Severity::Warning => Kind::Warning,
            Severity::Error => Kind::Error,
        },
        code: finding.rule.code,
        message: &finding.message,
        span: finding.span,
        label: &finding.label,
        related: &finding.related,
        footers,
    }
}

/// The notice of something that was not judged.
pub(crate) fn of_not_judged(entry: &NotJudged) -> Notice<'_> {
    Notice {
        kind: Kind::NotJudged,
        code: &entry.code,
        message: &entry.message,
        span: entry.span,
        label: "",
        related: &entry.related,
        footers: vec![("do", entry.help.clone())],
    }
}

/// The whole notice, with a line break at the end.
pub(crate) fn render(notice: &Notice<'_>, sources: &SourceMap, options: &Options) -> String {
    let title = level(notice.kind).primary_title(one_line(notice.message)).id(one_line(notice.code));
    let (mut group, mut footers) = excerpts(Group::with_title(title), notice, sources, options);
    footers.splice(0..0, notice.footers.iter().cloned());
    let width = usize::from(options.width).max(WIDTH_MIN);
    for (name, text) in footers.iter().filter(|(_, text)| !text.trim().is_empty()) {
        // `= why: ` stands behind the line numbers; four digits are room for most.
        let room = width.saturating_sub(name.len() + 9).max(20);
        let text: Vec<String> = lines(text).split('\n').flat_map(|line| wrap(line, room)).collect();
        let level = if *name == "do" { Level::HELP } else { Level::NOTE };
        group = group.element(level.with_name(*name).message(text.join("\n")));
    }
    draw(&[group], options)
}

/// The excerpt alone, without colours: the primary place and the related ones. Empty when there is no source.
pub(crate) fn plain_excerpt(notice: &Notice<'_>, sources: &SourceMap, options: &Options) -> String {
    untitled(notice, sources, &Options { color: false, ..options.clone() })
}

/// The excerpt alone.
pub(crate) fn untitled(notice: &Notice<'_>, sources: &SourceMap, options: &Options) -> String {
    let (group, footers) = excerpts(Group::with_level(level(notice.kind)), notice, sources, options);
    let mut text = String::new();
    if !group.is_empty() {
        text = draw(&[group], options);
    }
    for (_, footer) in footers {
        let _ = writeln!(text, "{footer}");
    }
    text
}

fn draw(report: &[Group<'_>], options: &Options) -> String {
    let renderer = if options.color { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.term_width(usize::from(options.width).max(WIDTH_MIN)).render(report);
    text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    text.push('\n');
    text
}

fn level(kind: Kind) -> Level<'static> {
    match kind {
        Kind::Error => Level::ERROR,
        Kind::Warning => Level::WARNING,
        Kind::Note => Level::NOTE,
        Kind::NotJudged => Level::ERROR.with_name("not judged"),
    }
}

/// A mark in a source: its byte range there, and what it says.
struct Mark {
    range: Range<usize>,
    primary: bool,
    label: String,
}

/// The marks of one file.
struct View<'a> {
    file: FileId,
    place: Place<'a>,
    marks: Vec<Mark>,
}

/// Adds the excerpts of all places to `group`. Related places without an excerpt come back as texts below it.
fn excerpts<'a>(
    mut group: Group<'a>,
    notice: &Notice<'_>,
    sources: &SourceMap,
    options: &Options,
) -> (Group<'a>, Vec<(&'static str, String)>) {
    let mut views: Vec<View<'_>> = Vec::new();
    let mut footers = Vec::new();
    if let Some(place) = Place::of(sources, notice.span, options) {
        if place.is_whole_file() {
            group = group.element(Origin::path(one_line(&place.path)));
        } else {
            add_mark(&mut views, notice.span.file, place, one_line(notice.label), true);
        }
    }
    for related in notice.related {
        let label = one_line(&related.label);
        match Place::of(sources, related.span, options) {
            Some(place) if !place.is_whole_file() => add_mark(&mut views, related.span.file, place, label, false),
            Some(place) => footers.push(("see", format!("{}: {label}", place.path))),
            None => footers.push(("see", label)),
        }
    }
    for view in &views {
        group = group.element(snippet(view));
    }
    (group, footers)
}

fn add_mark<'a>(views: &mut Vec<View<'a>>, file: FileId, place: Place<'a>, label: String, primary: bool) {
    let mut range = place.range();
    // A line break at the end of a range would be drawn as a range of two lines.
    let covered = place.source.text.get(range.clone()).unwrap_or("");
    let kept = covered.trim_end_matches(['\n', '\r']).len();
    range.end = range.start + if kept == 0 { 0 } else { kept };
    let mark = Mark { range, primary, label };
    match views.iter_mut().find(|view| view.file == file) {
        Some(view) => view.marks.push(mark),
        None => views.push(View { file, place, marks: vec![mark] }),
    }
}

/// The lines from the first to the last mark of a file, with every mark in them.
fn snippet<'a>(view: &View<'_>) -> Snippet<'a, Annotation<'a>> {
    let text = view.place.source.text.as_str();
    let start = view.marks.iter().map(|mark| mark.range.start).min().unwrap_or(0);
    let end = view.marks.iter().map(|mark| mark.range.end).max().unwrap_or(0);
    let first = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let last = text.get(end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| end + at);
    let line = view.place.source.line_column(u32::try_from(first).unwrap_or(u32::MAX)).line;
    let shown = show(text.get(first..last).unwrap_or(""));
    let offset = |at: usize| show(text.get(first..at).unwrap_or("")).len().min(shown.len());
    let annotations: Vec<Annotation<'a>> = view.marks.iter().map(|mark| annotation(mark, &offset)).collect();
    Snippet::source(shown).path(one_line(&view.place.path)).line_start(line as usize).annotations(annotations)
}

fn annotation<'a>(mark: &Mark, offset: &impl Fn(usize) -> usize) -> Annotation<'a> {
    let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let range = offset(mark.range.start)..offset(mark.range.end).max(offset(mark.range.start));
    let label = (!mark.label.is_empty()).then(|| mark.label.clone());
    kind.span(range).label(label)
}

/// Source text with its invisible characters written out, so that an underline can point at them. Tabs stay (they
/// are drawn as four spaces), carriage returns of line breaks go.
fn show(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' | '\t' => shown.push(character),
            '\r' if characters.peek().is_none_or(|next| *next == '\n') => {}
            _ if steers(character) => {
                let _ = write!(shown, "\\u{{{:x}}}", u32::from(character));
            }
            _ => shown.push(character),
        }
    }
    shown
}
