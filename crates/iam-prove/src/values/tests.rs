//! Every atom has an example of its own; the partition agrees with comparing the values.

use super::{Address, Moment, Number, partition};
use crate::ranges::{Cut, Ranges};
use proptest::prelude::*;
use rolecall_iam::condition::network::Network;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

#[test]
fn numbers_get_examples_in_every_gap() {
    for (low, high) in [
        ("1", "2"),
        ("9", "10"),
        ("-2", "-1"),
        ("-1.5", "-1.25"),
        ("0", "0.001"),
        ("-0.1", "0"),
        ("-3", "4"),
        ("1.2", "1.25"),
        ("99999999999999999999", "99999999999999999999.5"),
    ] {
        let sets = [Ranges::below(Cut::before(number(low))), Ranges::closed(number(low), number(high))];
        let atoms = partition(&sets);
        assert_eq!(atoms.len(), 3, "{low} {high}: {:?}", atoms.examples);
        let open = [Ranges::above(Cut::behind(number(low))), Ranges::below(Cut::before(number(high)))];
        let atoms = partition(&open);
        assert_eq!(atoms.len(), 3, "{low} {high}: {:?}", atoms.examples);
        for example in &atoms.examples {
            assert!(Number::parse(example).is_some(), "{example}");
        }
    }
}

#[test]
fn addresses_of_both_versions() {
    let sets: Vec<_> = ["0.0.0.0/1", "10.0.0.0/8", "255.255.255.255", "::/0", "2001:db8::/32"]
        .iter()
        .map(|text| Address::range(text).unwrap())
        .collect();
    let atoms = partition(&sets);
    for (at, example) in atoms.examples.iter().enumerate() {
        let found = Network::parse(example).unwrap();
        for (set, text) in
            atoms.sets.iter().zip(["0.0.0.0/1", "10.0.0.0/8", "255.255.255.255", "::/0", "2001:db8::/32"])
        {
            assert_eq!(set.contains(at), Network::parse(text).unwrap().contains(&found), "{example} in {text}");
        }
    }
    // All of version 4 and all of version 6 leave nothing.
    let all = [Address::range("0.0.0.0/0").unwrap(), Address::range("::/0").unwrap()];
    assert_eq!(partition(&all).len(), 2);
}

#[test]
fn moments_in_narrow_gaps() {
    for (low, high) in [
        ("2024-01-01", "2024-01-01T00:00:01Z"),
        ("2024-01-01", "2024-01-02"),
        ("1704067200.000000001", "1704067200.000000003"),
        ("0001-01-01", "0001-01-02"),
        ("1969-12-31T23:59:59Z", "1970-01-01"),
    ] {
        let (low, high) = (Moment::parse(low).unwrap(), Moment::parse(high).unwrap());
        let sets = [Ranges::above(Cut::behind(low)), Ranges::below(Cut::before(high))];
        let atoms = partition(&sets);
        assert_eq!(atoms.len(), 3, "{:?}", atoms.examples);
        for (at, example) in atoms.examples.iter().enumerate() {
            let moment = Moment::parse(example).unwrap();
            assert_eq!(atoms.sets[0].contains(at), moment > low, "{example}");
            assert_eq!(atoms.sets[1].contains(at), moment < high, "{example}");
        }
    }
}

proptest! {
    #[test]
    fn numbers_partition(bounds in proptest::collection::vec((-30_i32..30, any::<bool>()), 1..6)) {
        let sets: Vec<Ranges<Number>> = bounds
            .iter()
            .map(|(value, behind)| Ranges::below(Cut { value: number(&format!("{}", f64::from(*value) / 4.0)), behind: *behind }))
            .collect();
        let atoms = partition(&sets);
        for (at, example) in atoms.examples.iter().enumerate() {
            let value = number(example);
            for (set, ranges) in atoms.sets.iter().zip(&sets) {
                prop_assert_eq!(set.contains(at), ranges.contains(&value), "{}", example);
            }
        }
        // Every value belongs to some atom.
        for quarter in -130..130 {
            let value = number(&format!("{}", f64::from(quarter) / 4.0));
            let row: Vec<bool> = sets.iter().map(|set| set.contains(&value)).collect();
            let known = (0..atoms.len()).any(|at| atoms.sets.iter().map(|set| set.contains(at)).eq(row.iter().copied()));
            prop_assert!(known, "{}", quarter);
        }
    }
}
