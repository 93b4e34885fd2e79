//! Counts, in tests only, how often a row was looked at and a text folded: what reading costs, without a clock.

use std::cell::Cell;

thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

/// One step.
pub(crate) fn step() {
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

/// The steps of some work.
fn of(work: impl FnOnce()) -> u64 {
    let before = STEPS.with(Cell::get);
    work();
    STEPS.with(Cell::get) - before
}

#[test]
fn the_last_of_many_rows_costs_what_the_first_did() {
    let steps = |rows: u32| {
        let head = "業務,情報資産名称,管理部署,媒体,機密性,完全性,可用性\n".to_owned();
        let line = |at: u32| format!("人事,名簿{at},総務部,紙,3,2,1\n");
        let text: String = std::iter::once(head).chain((10_000..10_000 + rows).map(line)).collect();
        of(|| {
            let book = crate::read(text.as_bytes(), &crate::Limits::default()).unwrap();
            let found = crate::find_layouts(&book);
            let read = crate::read_assets(&book, &found.layouts[0], &crate::Known::default());
            assert_eq!(read.len(), rows as usize);
        })
    };
    let (few, more, many) = (steps(500), steps(1_000), steps(5_000));
    let per_500 = more - few;
    assert!(per_500 > 500 * 7, "nothing was counted");
    let per_4_000 = many - more;
    assert!(
        per_4_000 * 100 <= per_500 * 8 * 102,
        "500 rows more cost {per_500} steps, 4,000 more {per_4_000}"
    );
}
