//! Golden files of every sample in every format. What they hold is checked by the other modules first.

use crate::sample::{all, found, options, write};
use rolecall_report::{Format, Options, render};

#[test]
fn every_sample_in_every_format() {
    for (name, outcome) in all() {
        for format in Format::ALL {
            insta::assert_snapshot!(format!("{name}.{}", format.as_str()), write(&outcome, format));
        }
    }
}

#[test]
fn terminal_in_colour_and_verbose() {
    let options = Options { color: true, verbose: true, width: 80, ..options() };
    insta::assert_snapshot!("found.human.colour.verbose", render(&found(), Format::Human, &options));
}
