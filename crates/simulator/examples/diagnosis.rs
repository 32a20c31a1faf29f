//! Measures the diagnosis on 100,000 worlds with one fault each and prints the figures by kind:
//! `cargo run --release -p rolecall-simulator --example diagnosis`.

use rolecall_simulator::faults::measure;

fn main() {
    let figures = measure(1, 100_000);
    println!("{}", figures.table());
    for ((planted, first), worlds) in &figures.confused {
        let first = first.map_or("none", rolecall_core::diagnosis::Cause::as_str);
        println!("{}: {first} came first in {worlds} worlds", planted.as_str());
    }
    for class in figures.classes.values().filter(|class| class.planted != class.reported) {
        let names = |causes: &std::collections::BTreeSet<rolecall_core::diagnosis::Cause>| {
            causes.iter().map(|cause| cause.as_str()).collect::<Vec<_>>().join(", ")
        };
        println!(
            "{} worlds look alike: planted {}; reported {}",
            class.worlds,
            names(&class.planted),
            names(&class.reported)
        );
    }
}
