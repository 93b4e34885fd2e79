//! An edit of any one row by plain SQL is named by `meguri verify`.

use crate::support::each_database;
use meguri::record::verify::verify;

#[test]
fn an_untouched_house_passes() {
    each_database(|house| {
        let report = house.read_as_system(verify).unwrap();
        assert_eq!(report.findings, []);
        assert!(report.rows > 0 && report.size > 0);
    });
}
