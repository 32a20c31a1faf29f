//! Decides request lines: one on each line of the standard input, `id<TAB>decision` on the standard output, in order; for
//! a line that is none, `-<TAB>error<TAB>why`. Facts that a line does not state are unknown.

use rolecall_iam::evaluate::{ActionFacts, decide};
use rolecall_iam::request_line::BulkReader;
use std::io::{BufRead as _, Write as _};

fn main() -> std::io::Result<()> {
    let mut reader = BulkReader::new();
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        match reader.read(&line?, |_| ActionFacts::default()) {
            Ok(read) => {
                let decision = decide(&read.policies, &read.request).decision;
                writeln!(output, "{}\t{}", read.id, decision.as_str())?;
            }
            Err(error) => writeln!(output, "-\terror\t{}", error.to_string().replace(['\n', '\t'], " "))?,
        }
        // Whoever asks may wait for this answer before the next question.
        output.flush()?;
    }
    Ok(())
}
