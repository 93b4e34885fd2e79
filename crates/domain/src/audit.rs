//! The audit 審査 for which records are laid out: which departments and months it covers, who looks, and until when
//! (DESIGN.md §3: the external auditor "reads what the package shows, until a date"); and the package 審査用ファイル made for it.

use crate::Change;
use crate::calendar::{Date, Month};
use crate::codes::codes;
use crate::ids::{AuditId, DepartmentId, PackageId, PersonId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, required};
use serde::{Deserialize, Serialize};

codes! {
    /// Where an audit stands in the certification cycle of three years (JIS Q 17021-1, 9.1.3), or outside of it.
    pub enum Stage {
        Initial = "initial", "初回審査", "Initial certification";
        Surveillance = "surveillance", "サーベイランス審査（維持審査）", "Surveillance";
        Renewal = "renewal", "更新審査", "Recertification";
        Other = "other", "その他（取引先の監査・調査など）", "Other (a client, an inquiry)";
    }
}

codes! {
    /// Whether an audit is still shown.
    pub enum AuditState {
        Open = "open", "公開中", "Open";
        Ended = "ended", "終了", "Ended";
    }
}

/// An audit: what it covers and who may look until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// Its own id.
    pub id: AuditId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The certification body and the purpose, in a line.
    pub name: String,
    /// Where it stands in the cycle.
    pub stage: Stage,
    /// The chosen departments; none means all of them.
    pub departments: Vec<DepartmentId>,
    /// First month whose records are laid out.
    pub from_month: Month,
    /// Last month, included.
    pub to_month: Month,
    /// Last day on which the auditors may look.
    pub until_on: Date,
    /// The external auditors who look.
    pub auditors: Vec<PersonId>,
    /// Whether it is still shown.
    pub state: AuditState,
}

/// A certification cycle has three years (JIS Q 17021-1, 9.1.3.2); no package spans more.
pub const MOST_MONTHS: i32 = 36;
/// An account of somebody outside lives no longer than this after it was made.
pub const MOST_DAYS: i32 = 366;
/// So many auditors look at one audit.
const MOST_AUDITORS: usize = 20;

impl Audit {
    /// Plans an audit.
    pub fn plan(audit: Self, by: &Actor, today: Date) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditAudit)?;
        let name = required(&audit.name, "name", ("審査機関と目的", "Body and purpose"))?;
        must_follow(audit.from_month, audit.to_month, today)?;
        must_end(audit.until_on, today)?;
        let (mut departments, auditors) = (audit.departments, Vec::new());
        departments.sort();
        departments.dedup();
        let audit = Self { version: 1, name, departments, auditors, state: AuditState::Open, ..audit };
        Ok(Change::new(audit, "audit.planned"))
    }

    /// Lets an external auditor look.
    pub fn invite(self, person: &PersonId, by: &Actor, today: Date) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditAudit)?;
        self.must_be_open(today)?;
        if self.auditors.contains(person) {
            return Err(Refusal::Already { what: ("この審査員", "This auditor") });
        }
        if self.auditors.len() >= MOST_AUDITORS {
            return Err(Refusal::Because((
                "1件の審査に登録できる審査員は20人までです。",
                "An audit has room for 20 auditors.",
            )));
        }
        let mut auditors = self.auditors;
        auditors.push(person.clone());
        Ok(Change::new(Self { auditors, version: self.version + 1, ..self }, "audit.invited"))
    }

    /// Ends the showing before its day.
    pub fn end(self, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditAudit)?;
        if self.state == AuditState::Ended {
            return Err(Refusal::WrongState { state: self.state.word() });
        }
        Ok(Change::new(Self { state: AuditState::Ended, version: self.version + 1, ..self }, "audit.ended"))
    }

    /// Whether it is shown on a day.
    pub fn is_open(&self, today: Date) -> bool {
        self.state == AuditState::Open && today <= self.until_on
    }

    /// Refuses unless it is shown on a day.
    pub fn must_be_open(&self, today: Date) -> Result<(), Refusal> {
        if self.is_open(today) {
            return Ok(());
        }
        Err(Refusal::Because((
            "この審査の公開は終わっています。続けて見せるときは、新しい審査を登録してください。",
            "This audit is no longer shown. Plan a new one to go on.",
        )))
    }

    /// Whether somebody sees it: who plans audits sees all of them, an auditor those he was invited to, while they last.
    pub fn is_seen_by(&self, by: &Actor, today: Date) -> bool {
        by.may_everywhere(Act::EditAudit)
            || (by.may_somewhere(Act::SeeAudit) && self.auditors.contains(&by.person) && self.is_open(today))
    }

    /// What of the records it covers.
    pub fn portion(&self, fiscal_start: i8) -> Portion {
        let departments = (!self.departments.is_empty()).then(|| self.departments.clone());
        Portion { departments, from: self.from_month, to: self.to_month, fiscal_start }
    }
}

fn must_follow(from: Month, to: Month, today: Date) -> Result<(), Refusal> {
    let unfit =
        |hint| Err(Refusal::Unfit { field: "to_month", word: ("終わりの月", "Last month"), hint });
    if to < from {
        return unfit(("始まりの月以降にしてください。", "Choose one that is not before the first month."));
    }
    if to.since(from) >= MOST_MONTHS {
        return unfit((
            "始まりの月から36か月（認証の1周期）以内にしてください。",
            "Stay within 36 months (one certification cycle).",
        ));
    }
    if to > Month::of(today) {
        return unfit(("今月までにしてください。", "Choose this month or an earlier one."));
    }
    Ok(())
}

fn must_end(until: Date, today: Date) -> Result<(), Refusal> {
    let unfit = |hint| {
        Err(Refusal::Unfit { field: "until_on", word: ("閲覧の最終日", "Last day of access"), hint })
    };
    if until < today {
        return unfit(("今日以降の日にしてください。", "Choose today or a later day."));
    }
    let days = until.since(today).map_or(i32::MAX, |span| span.get_days());
    if days > MOST_DAYS {
        return unfit(("今日から1年以内にしてください。", "Stay within a year from today."));
    }
    Ok(())
}

/// The part of all records that somebody outside is shown. What it does not hold is not there for him.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portion {
    departments: Option<Vec<DepartmentId>>,
    from: Month,
    to: Month,
    fiscal_start: i8,
}

impl Portion {
    /// Whether a department's things are held.
    pub fn holds(&self, department: &str) -> bool {
        self.departments.as_ref().is_none_or(|all| all.iter().any(|each| each.as_str() == department))
    }
    /// Whether a month's records are held.
    pub fn holds_month(&self, month: &str) -> bool {
        Month::parse(month).is_some_and(|month| (self.from..=self.to).contains(&month))
    }
    /// Whether something that holds from a month to another, or for good, touches the months.
    pub fn touches(&self, from: &str, to: Option<&str>) -> bool {
        let Some(from) = Month::parse(from) else { return false };
        let ends = to.map_or(Some(self.to), Month::parse);
        from <= self.to && ends.is_some_and(|to| to >= self.from)
    }
    /// Whether a fiscal year has one of the months.
    pub fn holds_year(&self, year: i64) -> bool {
        let of = |month: Month| i64::from(month.year()) - i64::from(month.month() < self.fiscal_start);
        (of(self.from)..=of(self.to)).contains(&year)
    }
}

/// A package 審査用ファイル: the bundle that was made for an audit, with what it holds. The file itself lives for some days;
/// that it was made, and each time it was taken out of the house, stays in the record (TRUST.md §4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its own id.
    pub id: PackageId,
    /// Counts saves.
    pub version: i64,
    /// The audit it was made for; none for one of the whole log.
    pub audit_id: Option<AuditId>,
    /// Who made it, and after that who took it last.
    pub person_id: PersonId,
    /// Entries of the log under its newest head.
    pub head_size: i64,
    /// Entries in it.
    pub entry_count: i64,
    /// Records in it.
    pub record_count: i64,
    /// Evidence files in it.
    pub file_count: i64,
    /// SHA-256 of the zip in hex, so that the file that was handed out is known again.
    pub sha256: String,
    /// Bytes of the zip.
    pub size_bytes: i64,
    /// The first line of its check.
    pub verdict: String,
    /// When it was made, in milliseconds since 1970.
    pub made_at: i64,
    /// How often it was taken out of the house.
    pub taken: i64,
    /// When it was taken last, in milliseconds since 1970; 0 for never.
    pub taken_at: i64,
}

impl Package {
    /// The file lies ready for so long, in milliseconds: 14 days.
    pub const KEPT_MS: i64 = 14 * 24 * 60 * 60 * 1000;
    /// Who took it may fetch the file for so long, in milliseconds: one hour.
    pub const OPEN_MS: i64 = 60 * 60 * 1000;

    /// Notes that a package was made.
    pub fn make(package: Self, audit: &Audit, by: &Actor, today: Date) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditAudit)?;
        audit.must_be_open(today)?;
        let package = Self { version: 1, person_id: by.person.clone(), taken: 0, taken_at: 0, ..package };
        Ok(Change::new(package, "package.made"))
    }

    /// Notes that one of the whole log was made on the machine itself, and with it taken out of the house.
    pub fn hand_out(package: Self, by: &Actor, now_ms: i64) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditAudit)?;
        let (version, audit_id, person_id) = (1, None, by.person.clone());
        let package = Self { version, audit_id, person_id, taken: 1, taken_at: now_ms, ..package };
        Ok(Change::new(package, "package.whole"))
    }

    /// Notes that it is taken out of the house.
    pub fn take(
        self,
        audit: &Audit,
        by: &Actor,
        (today, now_ms): (Date, i64),
    ) -> Result<Change<Self>, Refusal> {
        if !audit.is_seen_by(by, today) {
            return Err(Refusal::NotFound);
        }
        audit.must_be_open(today)?;
        if !self.is_kept(now_ms) {
            return Err(Refusal::Because((
                "この審査用ファイルは、作ってから14日を過ぎたため残っていません。事務局に、もう一度作るよう依頼してください。",
                "This package is gone, because 14 days have passed. Ask the secretariat to make it again.",
            )));
        }
        let (person_id, version, taken) = (by.person.clone(), self.version + 1, self.taken + 1);
        Ok(Change::new(Self { person_id, version, taken, taken_at: now_ms, ..self }, "package.taken"))
    }

    /// Whether the file still lies ready at an instant.
    pub fn is_kept(&self, now_ms: i64) -> bool {
        (0..Self::KEPT_MS).contains(&(now_ms - self.made_at))
    }

    /// Whether somebody who has just taken it may fetch the file.
    pub fn is_handed_to(&self, by: &Actor, now_ms: i64) -> bool {
        self.taken > 0
            && self.person_id == by.person
            && (0..Self::OPEN_MS).contains(&(now_ms - self.taken_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::{Posting, Role};
    use crate::support::{day, done, id, month, person, posting, said, secretariat};

    fn audit() -> Audit {
        Audit {
            id: id("u"),
            version: 1,
            name: "見本認証機構 更新審査".into(),
            stage: Stage::Renewal,
            departments: vec![id("d1")],
            from_month: month("2026-04"),
            to_month: month("2026-06"),
            until_on: day("2026-12-31"),
            auditors: Vec::new(),
            state: AuditState::Open,
        }
    }

    fn auditor() -> Actor {
        let until = Posting { to_on: Some(day("2099-03-31")), ..posting("u1", Role::ExternalAuditor, None) };
        Actor::new(&person("u1"), &[until], day("2026-11-30"))
    }
    /// What is wrong with an audit.
    type Spoil<'a> = &'a dyn Fn(&mut Audit);

    #[test]
    fn an_audit_is_planned_by_the_secretariat_within_a_cycle_and_a_year() {
        let today = day("2026-11-30");
        let plan = |change: &dyn Fn(&mut Audit), by: &Actor| {
            let mut audit = audit();
            change(&mut audit);
            said(Audit::plan(audit, by, today))
        };
        let office = secretariat();
        let cases: [(&str, Spoil<'_>, &str); 8] = [
            ("as it should be", &|_| {}, "audit.planned"),
            ("no name", &|a| a.name = " ".into(), "missing name"),
            ("months turned round", &|a| a.to_month = month("2026-03"), "unfit to_month"),
            ("a whole cycle", &|a| a.from_month = month("2023-07"), "audit.planned"),
            ("a month more", &|a| a.from_month = month("2023-06"), "unfit to_month"),
            ("months to come", &|a| a.to_month = month("2026-12"), "unfit to_month"),
            ("yesterday", &|a| a.until_on = day("2026-11-29"), "unfit until_on"),
            ("for years", &|a| a.until_on = day("2027-12-02"), "unfit until_on"),
        ];
        for (case, change, expected) in cases {
            assert_eq!(plan(change, &office), expected, "{case}");
        }
        assert_eq!(plan(&|_| {}, &auditor()), "not allowed");
    }

    #[test]
    fn an_auditor_sees_what_he_was_invited_to_until_its_last_day() {
        let (today, office) = (day("2026-11-30"), secretariat());
        let auditor = auditor();
        assert!(!audit().is_seen_by(&auditor, today), "not invited");
        let invited = done(audit().invite(&auditor.person, &office, today));
        assert!(invited.is_seen_by(&auditor, today));
        assert!(invited.is_seen_by(&auditor, day("2026-12-31")), "the last day is included");
        assert!(!invited.is_seen_by(&auditor, day("2027-01-01")), "the day after");
        assert_eq!(said(invited.clone().invite(&auditor.person, &office, today)), "already");
        let ended = done(invited.clone().end(&office));
        assert!(!ended.is_seen_by(&auditor, today), "ended before its day");
        assert!(ended.is_seen_by(&office, today), "who planned it still does");
        assert_eq!(said(ended.clone().end(&office)), "is Ended");
        assert!(ended.invite(&id("u2"), &office, today).is_err());
        assert_eq!(said(invited.invite(&id("u2"), &auditor, today)), "not allowed");
    }

    #[test]
    fn a_portion_holds_its_departments_and_months_and_nothing_else() {
        let portion = audit().portion(4);
        assert!(portion.holds("d1") && !portion.holds("d2") && !portion.holds(""));
        assert!(Audit { departments: Vec::new(), ..audit() }.portion(4).holds("d2"), "all of them");
        for (month, held) in
            [("2026-03", false), ("2026-04", true), ("2026-06", true), ("2026-07", false), ("", false)]
        {
            assert_eq!(portion.holds_month(month), held, "{month}");
        }
        assert!(portion.touches("2025-01", None) && portion.touches("2026-06", Some("2027-03")));
        assert!(!portion.touches("2025-01", Some("2026-03")) && !portion.touches("2026-07", None));
        assert!(portion.holds_year(2026) && !portion.holds_year(2025) && !portion.holds_year(2027));
        let early = Audit { from_month: month("2026-03"), ..audit() }.portion(4);
        assert!(early.holds_year(2025), "March belongs to the year before");
    }
}
