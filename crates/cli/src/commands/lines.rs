//! Lines of JSON in bulk: reads them in batches, has each answered by a line, keeps the order, and spreads a batch over
//! threads. Memory does not depend on the number of lines. What a line asks and how it is answered is the commands'.

use anyhow::Context as _;
use std::fmt::Write as _;
use std::io::{BufRead, Write};
use std::num::NonZeroUsize;
use std::path::Path;

/// Bytes of lines that are answered together; each worker holds its share of them at most.
const BATCH_BYTES: usize = 4 << 20;
/// A line longer than this is answered by an error: no request comes near it.
pub(super) const MAX_LINE_BYTES: usize = 4 << 20;

/// Answers lines, one after the other; a thread has one of its own.
pub(super) trait Answerer: Send {
    /// What is counted of the answers.
    type Tally: Default + Send;

    /// Writes the answer to a line, with its line break, and counts it.
    fn answer(&mut self, line: &str, text: &mut String, tally: &mut Self::Tally);

    /// Counts a line that is answered by an error without being looked at.
    fn count_error(tally: &mut Self::Tally);

    /// Adds what was counted elsewhere.
    fn add(tally: &mut Self::Tally, other: Self::Tally);
}

/// As many as were asked for, else as many as there are cores.
pub(super) fn jobs_or_all_cores(jobs: Option<NonZeroUsize>) -> NonZeroUsize {
    jobs.unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
}

/// Answers every line of a file, or of standard input for `-`, on standard output.
pub(super) fn run_file<A: Answerer>(path: &Path, answerers: &mut [A]) -> anyhow::Result<A::Tally> {
    let output = std::io::BufWriter::with_capacity(1 << 18, std::io::stdout().lock());
    run_into(path, output, answerers)
}

/// The same, with the answers going elsewhere.
pub(super) fn run_into<A: Answerer>(path: &Path, output: impl Write, answerers: &mut [A]) -> anyhow::Result<A::Tally> {
    if path == Path::new("-") {
        return run(std::io::stdin().lock(), output, answerers);
    }
    let file = std::fs::File::open(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
    run(std::io::BufReader::with_capacity(1 << 18, file), output, answerers)
}

/// Answers every line of `input` in order.
pub(super) fn run<A: Answerer>(
    mut input: impl BufRead,
    mut output: impl Write,
    answerers: &mut [A],
) -> anyhow::Result<A::Tally> {
    let mut tally = A::Tally::default();
    let mut batch = Batch::default();
    loop {
        let more = batch.fill(&mut input).context("the lines could not be read on")?;
        for (text, counted) in answer_batch(&batch, answerers) {
            output.write_all(text.as_bytes()).context("an answer could not be written")?;
            A::add(&mut tally, counted);
        }
        if !more {
            output.flush().context("an answer could not be written")?;
            return Ok(tally);
        }
    }
}

/// Whole lines, one behind the other.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// Where each line stands, its line break not included.
    lines: Vec<std::ops::Range<usize>>,
}

impl Batch {
    /// Takes the next lines; `false` when the input has ended.
    fn fill(&mut self, input: &mut impl BufRead) -> std::io::Result<bool> {
        self.bytes.clear();
        self.lines.clear();
        while self.bytes.len() < BATCH_BYTES {
            let start = self.bytes.len();
            if !read_line(input, &mut self.bytes)? {
                return Ok(false);
            }
            let mut end = self.bytes.len();
            while self.bytes.get(end.wrapping_sub(1)).is_some_and(|byte| matches!(byte, b'\n' | b'\r')) && end > start {
                end -= 1;
            }
            let line = self.bytes.get(start..end).unwrap_or_default();
            if !line.iter().all(u8::is_ascii_whitespace) {
                self.lines.push(start..end);
            }
        }
        Ok(true)
    }
}

/// Appends a line with its break; of a line that is too long only the first bytes, so that it is answered by an error.
fn read_line(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    let start = bytes.len();
    loop {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            return Ok(bytes.len() > start);
        }
        let line_end = memchr::memchr(b'\n', available);
        let taken = line_end.map_or(available.len(), |end| end + 1);
        let room = (MAX_LINE_BYTES + 1).saturating_sub(bytes.len() - start);
        bytes.extend_from_slice(available.get(..taken.min(room)).unwrap_or_default());
        input.consume(taken);
        if line_end.is_some() {
            return Ok(true);
        }
    }
}

/// Answers a batch on all answerers; the parts come back in order.
fn answer_batch<A: Answerer>(batch: &Batch, answerers: &mut [A]) -> Vec<(String, A::Tally)> {
    let share = batch.lines.len().div_ceil(answerers.len().max(1)).max(1);
    let parts = batch.lines.chunks(share).zip(answerers.iter_mut());
    if batch.lines.len() <= share {
        return parts.map(|(lines, answerer)| answer_lines(batch, lines, answerer)).collect();
    }
    std::thread::scope(|scope| {
        let start = |(lines, answerer)| scope.spawn(move || answer_lines(batch, lines, answerer));
        let workers: Vec<_> = parts.map(start).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, (String, A::Tally)>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().map(join).collect()
    })
}

fn answer_lines<A: Answerer>(batch: &Batch, lines: &[std::ops::Range<usize>], answerer: &mut A) -> (String, A::Tally) {
    let mut text = String::new();
    let mut tally = A::Tally::default();
    for line in lines {
        let bytes = batch.bytes.get(line.clone()).unwrap_or_default();
        let complaint = if bytes.len() > MAX_LINE_BYTES {
            format!("the line has more than {MAX_LINE_BYTES} bytes")
        } else {
            match std::str::from_utf8(bytes) {
                Ok(line) => {
                    answerer.answer(line, &mut text, &mut tally);
                    continue;
                }
                Err(error) => format!("the line is not UTF-8: {error}"),
            }
        };
        A::count_error(&mut tally);
        write_error(&mut text, std::str::from_utf8(bytes).ok().and_then(id_of), &complaint);
    }
    (text, tally)
}

/// The answer to a line that asks nothing: its `id` as JSON text, where it has one, and what is wrong.
pub(super) fn write_error(text: &mut String, id: Option<String>, error: &str) {
    let id = id.unwrap_or_else(|| String::from("null"));
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{{\"id\":{id},\"error\":{}}}", quoted(error));
}

/// The `id` of a line that is no good otherwise, where it can be found.
pub(super) fn id_of(text: &str) -> Option<String> {
    let mut id = None;
    let split = rolecall_iam::json::members::split(text, |member| {
        if member.key == "id" {
            id = serde_json::from_str::<serde_json::Value>(member.value.text).ok().map(|value| value.to_string());
        }
        Some(())
    });
    split.and(id)
}

/// A text as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
