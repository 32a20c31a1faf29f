//! The measurement at the size of a test run. The figures of the large one are in `docs/diagnose.md`.

use super::measure::measure;

#[test]
fn the_right_cause_comes_first_and_the_vendor_reports_what_it_cannot_tell_apart() {
    let figures = measure(7, 2_500);
    assert!(figures.refused.is_empty(), "{:?}", figures.refused);
    assert_eq!(figures.fault_free.1, 0);
    assert!(figures.fault_free.0 >= 50);
    assert!(figures.first() * 100 >= figures.worlds() * 99, "{:?}", figures.confused);
    for (cause, kind) in &figures.kinds {
        assert!(kind.worlds >= 10, "{cause:?} was planted {} times", kind.worlds);
        assert!(kind.first * 100 >= kind.worlds * 95, "{cause:?}: {kind:?} {:?}", figures.confused);
        assert_eq!(kind.contained, kind.seen, "{cause:?}");
    }
    // Of a class that few worlds fell into, not every cause was drawn; those that many did fall into are complete.
    let mut complete = 0;
    for (evidence, class) in &figures.classes {
        assert!(class.planted.is_subset(&class.reported), "{evidence}");
        if class.worlds >= 150 {
            assert_eq!(class.planted, class.reported, "{evidence}");
            complete += 1;
        }
    }
    assert!(complete >= 3, "{complete}");
}
