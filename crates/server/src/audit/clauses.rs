//! Which clause of which standard a record answers: the index by which an auditor reads.

use meguri_domain::Word;

/// Clauses of JIS Q 27001:2023 and items of the P-mark guideline (構築・運用指針, on JIS Q 15001:2023), each with the tables
/// whose records answer it; DOMAIN.md, "Documented information by clause".
pub const CLAUSES: &[(&str, Word, &[&str])] = &[
    (
        "5.3 / J.2.3.1",
        ("組織の役割、責任及び権限", "Organizational roles, responsibilities and authorities"),
        &["department", "department_name", "posting"],
    ),
    (
        "A.5.9 / J.3.1.1",
        ("情報資産の目録、個人情報の特定", "Inventory of assets; identifying personal data"),
        &["asset", "pattern", "inventory", "inventory_sheet", "confirmation"],
    ),
    (
        "6.1.2 / J.3.1.3",
        ("リスクアセスメントの基準", "Criteria of the risk assessment"),
        &["criteria", "threat"],
    ),
    (
        "8.2 / J.3.1.3",
        ("リスクアセスメントの結果", "Results of the risk assessment"),
        &["assessment", "risk", "measure"],
    ),
    ("6.1.3・8.3 / J.3.1.4", ("リスク対応", "Risk treatment"), &["plan_row", "control_effect"]),
    ("6.1.3 d", ("適用宣言書", "Statement of applicability"), &["statement", "statement_line", "control"]),
    (
        "6.2 / J.3.2",
        ("目的及びそれを達成するための計画策定", "Objectives and planning to achieve them"),
        &["objective", "review"],
    ),
    (
        "9.1 / J.6.1",
        ("監視、測定、分析及び評価", "Monitoring, measurement, analysis and evaluation"),
        &["check_item", "assignment", "inspection", "answer", "closing", "term", "holiday"],
    ),
    (
        "7.5 / J.4.5.5",
        ("文書化した情報、記録の管理", "Documented information; control of records"),
        &["evidence"],
    ),
    ("10.2 / J.7.1", ("不適合及び是正処置", "Nonconformity and corrective action"), &["correction"]),
];

/// What the records of a table are called on the pages and sheets of an audit.
pub fn name(table: &str) -> Word {
    match table {
        "department" => ("部門", "Departments"),
        "department_name" => ("部門の名称", "Names of departments"),
        "posting" => ("役割の任命", "Postings"),
        "asset" => ("情報資産", "Assets"),
        "pattern" => ("類型", "Patterns"),
        "inventory" => ("棚卸", "Inventories"),
        "inventory_sheet" => ("棚卸票", "Inventory sheets"),
        "confirmation" => ("棚卸の確認", "Confirmations"),
        "criteria" => ("リスク基準", "Criteria"),
        "threat" => ("脅威の一覧", "Threats"),
        "control" => ("管理策の一覧", "Controls"),
        "control_effect" => ("管理策の効果と工数", "Effects and efforts of controls"),
        "assessment" => ("リスク評価", "Assessments"),
        "risk" => ("リスク", "Risks"),
        "measure" => ("対策状況", "Measures check"),
        "plan_row" => ("リスク対応計画", "Treatment plan"),
        "statement" => ("適用宣言書の版", "Versions of the statement"),
        "statement_line" => ("適用宣言書の行", "Lines of the statement"),
        "objective" => ("目標", "Objectives"),
        "review" => ("検討記録", "Reviews"),
        "check_item" => ("点検項目", "Check items"),
        "assignment" => ("点検の割当て", "Assignments"),
        "inspection" => ("自主点検票", "Inspection sheets"),
        "answer" => ("確認記録", "Answers"),
        "evidence" => ("証跡", "Evidence"),
        "correction" => ("是正処置", "Corrections"),
        "closing" => ("月の締め", "Closings"),
        "term" => ("期限の決まり", "Deadlines"),
        _ => ("休日", "Holidays"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::selection::SHOWN;

    #[test]
    fn every_shown_table_stands_under_one_clause_and_has_a_name() {
        let listed: Vec<&str> = CLAUSES.iter().flat_map(|(_, _, tables)| tables.iter().copied()).collect();
        for table in SHOWN {
            assert_eq!(listed.iter().filter(|each| *each == table).count(), 1, "{table}");
            assert_eq!(name(table).0 == "休日", *table == "holiday", "{table}");
        }
        assert_eq!(listed.len(), SHOWN.len());
    }
}
