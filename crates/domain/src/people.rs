//! Who may do what: persons, dated postings, and the one permission table of the house (DESIGN.md §3).

use crate::calendar::Date;
use crate::codes::codes;
pub use crate::department::{Department, DepartmentName};
use crate::ids::{DepartmentId, PersonId, PostingId};
use crate::refusal::{Refusal, required};
use crate::{Change, Word};
use serde::{Deserialize, Serialize};

codes! {
    /// What a posting lets a person be. The first three belong to a department, the others to the company.
    pub enum Role {
        Member = "member", "担当者", "Member";
        Head = "head", "部門長", "Head";
        Deputy = "deputy", "代理", "Deputy";
        Secretariat = "secretariat", "事務局", "Secretariat";
        Executive = "executive", "経営層", "Executive";
        Auditor = "auditor", "内部監査員", "Internal auditor";
        ExternalAuditor = "external_auditor", "審査員", "External auditor";
        Administrator = "administrator", "システム管理者", "Administrator";
    }
}

impl Role {
    /// Whether a posting to this role names a department.
    pub fn is_departmental(self) -> bool {
        matches!(self, Self::Member | Self::Head | Self::Deputy)
    }
}

codes! {
    /// Everything a person can do or see, by the words of the permission table.
    pub enum Act {
        SeeRegister = "see_register", "台帳の閲覧", "See the register";
        EditRegister = "edit_register", "台帳の編集", "Edit the register";
        ConfirmInventory = "confirm_inventory", "棚卸の確認と提出", "Confirm and submit the inventory";
        ApproveInventory = "approve_inventory", "棚卸の承認", "Approve the inventory";
        AcceptInventory = "accept_inventory", "棚卸の受理", "Accept the inventory";
        OpenInventory = "open_inventory", "棚卸の開始", "Open an inventory";
        SeeRisk = "see_risk", "リスクの閲覧", "See risks";
        AssessRisk = "assess_risk", "リスクの評価", "Assess risks";
        ApproveAssessment = "approve_assessment", "評価の承認", "Approve an assessment";
        EditCriteria = "edit_criteria", "リスク基準の編集", "Edit the criteria";
        ApproveCriteria = "approve_criteria", "リスク基準の承認", "Approve the criteria";
        SeePlan = "see_plan", "対応計画の閲覧", "See the plan";
        EditPlan = "edit_plan", "対応計画の編集", "Edit the plan";
        ApprovePlan = "approve_plan", "対応計画の承認", "Approve the plan";
        SeeMonth = "see_month", "月次記録の閲覧", "See monthly records";
        WriteMonth = "write_month", "月次記録の記入", "Write monthly records";
        ConfirmMonth = "confirm_month", "月次記録の部門確認", "Confirm monthly records";
        CheckMonth = "check_month", "月次記録のチェック", "Check monthly records";
        CloseMonth = "close_month", "月の締め", "Close a month";
        EditSchedule = "edit_schedule", "点検項目と予定の編集", "Edit check items and schedules";
        VerifyCorrection = "verify_correction", "是正の効果確認", "Verify a correction";
        SeeBoard = "see_board", "月次ボードの閲覧", "See the board";
        SeeRecord = "see_record", "記録簿の閲覧", "See the record log";
        SeePeople = "see_people", "人と部門の閲覧", "See people and departments";
        EditPeople = "edit_people", "人と部門の編集", "Edit people and departments";
        Reorganise = "reorganise", "部門の統合と分割", "Merge and split departments";
        SeeHealth = "see_health", "稼働状況の閲覧", "See the health of the system";
        EditCalendar = "edit_calendar", "予定と休日の編集", "Edit deadlines and holidays";
        AskErasure = "ask_erasure", "消去の依頼", "Ask for an erasure";
        ApproveErasure = "approve_erasure", "消去の承認", "Approve an erasure";
        SeeAudit = "see_audit", "審査用ファイルの閲覧", "See an audit's package";
        EditAudit = "edit_audit", "審査の準備", "Prepare audits";
        KeepHeads = "keep_heads", "ヘッドの社外での保管", "Have heads kept outside";
        SeeStatement = "see_statement", "適用宣言書の閲覧", "See the statement of applicability";
        EditStatement = "edit_statement", "適用宣言書の編集", "Edit the statement of applicability";
        ApproveStatement = "approve_statement", "適用宣言書の承認", "Approve the statement of applicability";
    }
}

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not at all.
    No,
    /// The departments of the posting.
    Own,
    /// Every department.
    All,
}

/// The permission table: one row per act, one column per role in the order of [`Role::ALL`].
/// (member, head, deputy, secretariat, executive, auditor, external auditor, administrator)
const TABLE: &[(Act, [Reach; 8])] = {
    use Act::{
        AcceptInventory, ApproveAssessment, ApproveCriteria, ApproveErasure, ApproveInventory, ApprovePlan,
        ApproveStatement, AskErasure, AssessRisk, CheckMonth, CloseMonth, ConfirmInventory, ConfirmMonth,
        EditAudit, EditCalendar, EditCriteria, EditPeople, EditPlan, EditRegister, EditSchedule,
        EditStatement, KeepHeads, OpenInventory, Reorganise, SeeAudit, SeeBoard, SeeHealth, SeeMonth,
        SeePeople, SeePlan, SeeRecord, SeeRegister, SeeRisk, SeeStatement, VerifyCorrection, WriteMonth,
    };
    use Reach::{All, No, Own};
    &[
        (SeeRegister, [Own, Own, Own, All, All, All, No, No]),
        (EditRegister, [Own, Own, No, All, No, No, No, No]),
        (ConfirmInventory, [Own, Own, No, No, No, No, No, No]),
        (ApproveInventory, [No, Own, Own, No, No, No, No, No]),
        (AcceptInventory, [No, No, No, All, No, No, No, No]),
        (OpenInventory, [No, No, No, All, No, No, No, No]),
        (SeeRisk, [Own, Own, Own, All, All, All, No, No]),
        (AssessRisk, [Own, Own, No, All, No, No, No, No]),
        (ApproveAssessment, [No, Own, Own, No, No, No, No, No]),
        (EditCriteria, [No, No, No, All, No, No, No, No]),
        (ApproveCriteria, [No, No, No, No, All, No, No, No]),
        (SeePlan, [Own, Own, Own, All, All, All, No, No]),
        (EditPlan, [Own, Own, No, All, No, No, No, No]),
        (ApprovePlan, [No, Own, Own, No, All, No, No, No]),
        (SeeMonth, [Own, Own, Own, All, All, All, No, No]),
        (WriteMonth, [Own, Own, No, No, No, No, No, No]),
        (ConfirmMonth, [No, Own, Own, No, No, No, No, No]),
        (CheckMonth, [No, No, No, All, No, No, No, No]),
        (CloseMonth, [No, No, No, All, No, No, No, No]),
        (EditSchedule, [No, No, No, All, No, No, No, No]),
        (VerifyCorrection, [No, Own, Own, All, No, No, No, No]),
        (SeeBoard, [Own, Own, Own, All, All, All, No, No]),
        (SeeRecord, [No, No, No, All, All, All, No, All]),
        (SeePeople, [No, No, No, All, All, All, No, All]),
        (EditPeople, [No, No, No, No, No, No, No, All]),
        // The secretariat chooses the assets of a split, the administrator merges and sees only their number.
        (Reorganise, [No, No, No, All, No, No, No, All]),
        (SeeHealth, [No, No, No, All, No, No, No, All]),
        (EditCalendar, [No, No, No, All, No, No, No, All]),
        // Who asks does not decide: two of the secretariat, or the executive.
        (AskErasure, [No, No, No, All, No, No, No, All]),
        (ApproveErasure, [No, No, No, All, All, No, No, No]),
        // An external auditor sees the audits he was invited to, and of the house nothing else (audit.rs).
        (SeeAudit, [No, No, No, All, No, No, All, No]),
        (EditAudit, [No, No, No, All, No, No, No, No]),
        (KeepHeads, [No, No, No, All, No, No, No, All]),
        // A member sees what the company declares, and of the plan behind it his own department's rows only.
        (SeeStatement, [Own, Own, Own, All, All, All, No, No]),
        (EditStatement, [No, No, No, All, No, No, No, No]),
        (ApproveStatement, [No, No, No, No, All, No, No, No]),
    ]
};

/// How far `role` reaches for `act`, straight from the table.
pub fn reach(role: Role, act: Act) -> Reach {
    let column = Role::ALL.iter().position(|each| *each == role);
    let row = TABLE.iter().find(|(each, _)| *each == act);
    row.zip(column).and_then(|((_, row), column)| row.get(column)).copied().unwrap_or(Reach::No)
}

/// Which departments a query may touch. Only [`Actor::scope`] makes one, so no query runs unscoped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope(String);

impl Scope {
    /// The form in which SQL compares: `*` for every department, else `|id|id|`.
    pub fn text(&self) -> &str {
        &self.0
    }
    /// Whether a department's things are inside.
    pub fn holds(&self, department: &DepartmentId) -> bool {
        self.0 == "*" || self.0.contains(&format!("|{department}|"))
    }
    /// Whether every department is inside.
    pub fn is_all(&self) -> bool {
        self.0 == "*"
    }
}

/// A person at work: who acts, with the postings in force today.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who acts.
    pub person: PersonId,
    /// The name that goes into signatures.
    pub name: String,
    postings: Vec<(Role, Option<DepartmentId>)>,
    system: bool,
}

impl Actor {
    /// A person with those of `postings` that are in force `on` that day; a leaver has none.
    pub fn new(person: &Person, postings: &[Posting], on: Date) -> Self {
        let in_force = |each: &&Posting| person.active && each.person_id == person.id && each.is_in_force(on);
        let postings = postings.iter().filter(in_force).map(|p| (p.role, p.department_id.clone())).collect();
        Self { person: person.id.clone(), name: person.name.clone(), postings, system: false }
    }

    /// The house itself: the command line of whoever owns the database, set-up, and what the
    /// calendar starts. No row of the table binds it, but it signs as itself, and like anyone it
    /// never checks its own record.
    pub fn system(person: PersonId) -> Self {
        Self { person, name: "system".into(), postings: Vec::new(), system: true }
    }

    /// Whether the act is allowed for a department's thing.
    pub fn may(&self, act: Act, department: &DepartmentId) -> bool {
        self.system
            || self.postings.iter().any(|(role, own)| match reach(*role, act) {
                Reach::No => false,
                Reach::Own => own.as_ref() == Some(department),
                Reach::All => true,
            })
    }

    /// Whether the act is allowed at all, for some department or for the company.
    pub fn may_somewhere(&self, act: Act) -> bool {
        self.system || self.postings.iter().any(|(role, _)| reach(*role, act) != Reach::No)
    }

    /// Whether the act is allowed across the company.
    pub fn may_everywhere(&self, act: Act) -> bool {
        self.system || self.postings.iter().any(|(role, _)| reach(*role, act) == Reach::All)
    }

    /// Refuses unless [`Actor::may`].
    pub fn must(&self, act: Act, department: &DepartmentId) -> Result<(), Refusal> {
        if self.may(act, department) { Ok(()) } else { Err(Refusal::NotAllowed) }
    }

    /// Refuses unless [`Actor::may_everywhere`].
    pub fn must_everywhere(&self, act: Act) -> Result<(), Refusal> {
        if self.may_everywhere(act) { Ok(()) } else { Err(Refusal::NotAllowed) }
    }

    /// The departments within reach of an act: the only source of a [`Scope`].
    pub fn scope(&self, act: Act) -> Scope {
        if self.may_everywhere(act) {
            return Scope("*".into());
        }
        let mut text = String::from("|");
        for department in self.departments(act) {
            text.push_str(department.as_str());
            text.push('|');
        }
        Scope(text)
    }

    /// The departments of the person's own postings that reach for `act`.
    pub fn departments(&self, act: Act) -> Vec<DepartmentId> {
        let mut found: Vec<DepartmentId> = self
            .postings
            .iter()
            .filter(|(role, _)| reach(*role, act) == Reach::Own)
            .filter_map(|(_, department)| department.clone())
            .collect();
        found.sort();
        found.dedup();
        found
    }

    /// The roles held today, each once, in the order of [`Role::ALL`].
    pub fn roles(&self) -> Vec<Role> {
        Role::ALL.iter().copied().filter(|role| self.postings.iter().any(|(held, _)| held == role)).collect()
    }

    /// Whether the person holds a role, for any department.
    pub fn is(&self, role: Role) -> bool {
        self.postings.iter().any(|(held, _)| *held == role)
    }

    /// Whether an approval for this department would be signed as deputy 代, not as head.
    pub fn stands_in_for(&self, department: &DepartmentId) -> bool {
        let holds = |role| self.postings.iter().any(|(r, d)| *r == role && d.as_ref() == Some(department));
        holds(Role::Deputy) && !holds(Role::Head)
    }
}

/// A person with an account. Leavers stay, for their signatures stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Its own id.
    pub id: PersonId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// 氏名.
    pub name: String,
    /// Address for signing in, lower case, unique.
    pub email: String,
    /// PHC string of Argon2id; empty until the person has set one.
    pub password: String,
    /// `false` for leavers: they can no longer sign in.
    pub active: bool,
}

const NAME: Word = ("氏名", "Name");
const EMAIL: Word = ("メールアドレス", "Mail address");

/// Reads a mail address: one `@`, something on both sides, no blanks or control characters, at most 254 bytes.
pub fn email(text: &str) -> Result<String, Refusal> {
    let text = required(text, "email", EMAIL)?.to_lowercase();
    let fits = text.len() <= 254
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == ',' || c == '<' || c == '>')
        && matches!(text.split_once('@'), Some((local, host)) if !local.is_empty() && host.contains('.') && !host.contains('@'));
    let hint = ("「name@example.co.jp」の形で入力してください。", "Write it like name@example.com.");
    if fits { Ok(text) } else { Err(Refusal::Unfit { field: "email", word: EMAIL, hint }) }
}

impl Person {
    /// A new person without a password yet.
    pub fn enrol(id: PersonId, name: &str, address: &str) -> Result<Change<Self>, Refusal> {
        let name = required(name, "name", NAME)?;
        let email = email(address)?;
        let person = Self { id, version: 1, name, email, password: String::new(), active: true };
        Ok(Change::new(person, "person.enrolled"))
    }

    /// Sets the hash of a new password.
    pub fn set_password(self, phc: String) -> Change<Self> {
        Change::new(Self { password: phc, version: self.version + 1, ..self }, "person.password_set")
    }

    /// Marks a leaver; signatures and records stay.
    pub fn leave(self) -> Result<Change<Self>, Refusal> {
        if !self.active {
            return Err(Refusal::WrongState { state: ("退職", "left") });
        }
        Ok(Change::new(Self { active: false, version: self.version + 1, ..self }, "person.left"))
    }
}

/// A dated posting: from a day on, until a day or for good, a person serves in a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Its own id.
    pub id: PostingId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The person who serves.
    pub person_id: PersonId,
    /// Present exactly for departmental roles.
    pub department_id: Option<DepartmentId>,
    /// What the person is.
    pub role: Role,
    /// First day, included.
    pub from_on: Date,
    /// Last day, included.
    pub to_on: Option<Date>,
}

impl Posting {
    /// Whether the posting holds on a day.
    pub fn is_in_force(&self, on: Date) -> bool {
        self.from_on <= on && self.to_on.is_none_or(|last| on <= last)
    }

    /// A new posting. A deputy's and an external auditor's need an end (DESIGN.md §3); who prepares audits posts
    /// the external auditors himself.
    pub fn begin(posting: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        if posting.role != Role::ExternalAuditor || !by.may_everywhere(Act::EditAudit) {
            by.must_everywhere(Act::EditPeople)?;
        }
        if posting.role.is_departmental() != posting.department_id.is_some() {
            return Err(Refusal::Unfit {
                field: "department_id",
                word: ("部門", "Department"),
                hint: (
                    "担当者・部門長・代理には部門を選び、それ以外の役割では選ばないでください。",
                    "Choose a department for member, head and deputy, and none for the other roles.",
                ),
            });
        }
        if matches!(posting.role, Role::Deputy | Role::ExternalAuditor) && posting.to_on.is_none() {
            return Err(Refusal::Missing { field: "to_on", word: ("終了日", "Last day") });
        }
        if posting.to_on.is_some_and(|last| last < posting.from_on) {
            return Err(Refusal::Unfit {
                field: "to_on",
                word: ("終了日", "Last day"),
                hint: ("開始日より後の日にしてください。", "Choose a day after the first day."),
            });
        }
        Ok(Change::new(posting, "posting.began"))
    }

    /// Ends a posting on a day, included.
    pub fn end(self, last: Date, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditPeople)?;
        Ok(Change::new(Self { to_on: Some(last), version: self.version + 1, ..self }, "posting.ended"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{
        administrator, answered, both, day, done, head, id, member, person, posting, rows, said, secretariat,
        told,
    };

    #[test]
    fn every_act_has_exactly_one_row() {
        for act in Act::ALL {
            assert_eq!(TABLE.iter().filter(|(each, _)| each == act).count(), 1, "{act:?}");
        }
        assert_eq!(TABLE.len(), Act::ALL.len());
    }

    #[test]
    fn no_role_both_writes_and_checks_a_month() {
        for role in Role::ALL {
            let writes = reach(*role, Act::WriteMonth) != Reach::No;
            let checks = reach(*role, Act::CheckMonth) != Reach::No;
            assert!(!(writes && checks), "{role:?}");
        }
    }

    #[test]
    fn the_administrator_sees_no_register() {
        for act in [Act::SeeRegister, Act::SeeRisk, Act::SeePlan, Act::SeeMonth, Act::SeeBoard] {
            assert_eq!(reach(Role::Administrator, act), Reach::No);
        }
    }

    #[test]
    fn addresses_are_read_once_and_strictly() {
        assert_eq!(email(" Sato@Example.co.JP "), Ok("sato@example.co.jp".into()));
        for wrong in ["", "sato", "a@b", "a b@example.com", "a@b@c.jp", "a@example.com\r\nBcc: x@y.z"] {
            assert!(email(wrong).is_err(), "{wrong:?}");
        }
    }
    /// The table of DESIGN.md §3, told by what each role may do somewhere, so that a changed cell is seen.
    #[test]
    fn the_table_says_who_may_what() {
        let all = |role| {
            let acts = Act::ALL.iter().filter(|act| reach(role, **act) == Reach::All);
            acts.map(|act| act.code()).collect::<Vec<_>>().join(" ")
        };
        let own = |role| {
            let acts = Act::ALL.iter().filter(|act| reach(role, **act) == Reach::Own);
            acts.map(|act| act.code()).collect::<Vec<_>>().join(" ")
        };
        let sees = "see_register see_risk see_plan see_month see_board";
        assert_eq!(
            own(Role::Member),
            "see_register edit_register confirm_inventory see_risk assess_risk see_plan edit_plan see_month \
             write_month see_board see_statement"
        );
        assert_eq!(
            own(Role::Head),
            "see_register edit_register confirm_inventory approve_inventory see_risk assess_risk \
             approve_assessment see_plan edit_plan approve_plan see_month write_month confirm_month \
             verify_correction see_board see_statement"
        );
        assert_eq!(
            own(Role::Deputy),
            "see_register approve_inventory see_risk approve_assessment see_plan approve_plan see_month \
             confirm_month verify_correction see_board see_statement"
        );
        assert_eq!(
            all(Role::Secretariat),
            "see_register edit_register accept_inventory open_inventory see_risk assess_risk edit_criteria \
             see_plan edit_plan see_month check_month close_month edit_schedule verify_correction see_board \
             see_record see_people reorganise see_health edit_calendar ask_erasure approve_erasure see_audit edit_audit \
             keep_heads see_statement edit_statement"
        );
        assert_eq!(
            all(Role::Executive),
            "see_register see_risk approve_criteria see_plan approve_plan see_month see_board see_record see_people approve_erasure \
             see_statement approve_statement"
        );
        assert_eq!(all(Role::Auditor), format!("{sees} see_record see_people see_statement"));
        assert_eq!(all(Role::ExternalAuditor), "see_audit");
        assert_eq!(
            all(Role::Administrator),
            "see_record see_people edit_people reorganise see_health edit_calendar ask_erasure keep_heads"
        );
        for role in Role::ALL {
            let other = if role.is_departmental() { all(*role) } else { own(*role) };
            assert_eq!(other, "", "{role:?}: a department's role ends at its department");
        }
    }

    fn sato(postings: &[(Role, Option<&str>)]) -> Actor {
        let postings: Vec<_> =
            postings.iter().map(|(role, department)| posting("sato", *role, *department)).collect();
        Actor::new(&person("sato"), &postings, day("2026-04-01"))
    }

    #[test]
    fn a_scope_holds_the_departments_of_the_postings_and_no_others() {
        let double =
            sato(&[(Role::Member, Some("sales")), (Role::Head, Some("hr")), (Role::Member, Some("hr"))]);
        let reads = double.scope(Act::SeeMonth);
        assert_eq!(reads.text(), "|hr|sales|");
        let holds = ["hr", "sales", "sale", "it", "hr.2"].map(|name| reads.holds(&id(name)));
        assert_eq!(holds, [true, true, false, false, false]);
        assert_eq!(double.scope(Act::ConfirmMonth).text(), "|hr|");
        let nobody = sato(&[]).scope(Act::SeeMonth);
        assert_eq!((nobody.text(), nobody.is_all(), nobody.holds(&id("hr"))), ("|", false, false));
        let everywhere = secretariat().scope(Act::SeeMonth);
        assert!(everywhere.is_all() && everywhere.text() == "*" && everywhere.holds(&id("hr")));
        assert_eq!(administrator().scope(Act::SeeMonth).text(), "|");
    }

    #[test]
    fn may_must_somewhere_and_everywhere_agree() {
        let hr: DepartmentId = id("hr");
        assert!(head().may(Act::ConfirmMonth, &id("sales")) && !head().may(Act::ConfirmMonth, &hr));
        assert!(head().may_somewhere(Act::ConfirmMonth) && !head().may_everywhere(Act::ConfirmMonth));
        assert!(secretariat().may_everywhere(Act::CheckMonth) && secretariat().may(Act::CheckMonth, &hr));
        rows([
            ("own", answered(head().must(Act::ConfirmMonth, &id("sales"))), "fine"),
            ("other", answered(head().must(Act::ConfirmMonth, &hr)), "not allowed"),
            ("company", answered(secretariat().must_everywhere(Act::CloseMonth)), "fine"),
            ("company by a head", answered(head().must_everywhere(Act::CloseMonth)), "not allowed"),
        ]);
        assert_eq!(head().departments(Act::ConfirmMonth), [id::<DepartmentId>("sales")]);
        assert!(secretariat().departments(Act::CheckMonth).is_empty(), "all, and none by name");
        assert_eq!(both().roles(), [Role::Member, Role::Head, Role::Secretariat]);
        assert!(both().is(Role::Secretariat) && !both().is(Role::Auditor));
    }

    #[test]
    fn postings_count_from_their_first_day_through_their_last() {
        let dated = Posting {
            from_on: day("2026-08-01"),
            to_on: Some(day("2026-08-31")),
            ..posting("sato", Role::Deputy, Some("sales"))
        };
        let may = |on: &str| {
            let actor = Actor::new(&person("sato"), std::slice::from_ref(&dated), day(on));
            actor.may(Act::ConfirmMonth, &id("sales"))
        };
        let days = ["2026-07-31", "2026-08-01", "2026-08-31", "2026-09-01"];
        assert_eq!(days.map(may), [false, true, true, false]);
        let others = [posting("ito", Role::Head, Some("sales"))];
        assert!(Actor::new(&person("sato"), &others, day("2026-04-01")).roles().is_empty());
        let leaver = Person { active: false, ..person("sato") };
        let own = [posting("sato", Role::Head, Some("sales"))];
        assert!(Actor::new(&leaver, &own, day("2026-04-01")).roles().is_empty());
    }

    #[test]
    fn a_deputy_signs_as_deputy_unless_he_is_head_himself() {
        let of = |postings: &[(Role, Option<&str>)]| sato(postings).stands_in_for(&id("sales"));
        assert!(of(&[(Role::Deputy, Some("sales"))]));
        assert!(!of(&[(Role::Deputy, Some("sales")), (Role::Head, Some("sales"))]));
        assert!(of(&[(Role::Deputy, Some("sales")), (Role::Head, Some("hr"))]), "head elsewhere");
        assert!(!of(&[(Role::Deputy, Some("hr"))]) && !of(&[(Role::Head, Some("sales"))]));
    }

    #[test]
    fn the_house_itself_is_bound_by_no_row_but_never_checks_its_own() {
        let house = Actor::system(id("system"));
        assert!(Act::ALL.iter().all(|act| house.may(*act, &id("sales")) && house.may_everywhere(*act)));
        assert!(house.scope(Act::SeeMonth).is_all() && house.roles().is_empty());
        let on = day("2026-06-01");
        let flow = crate::approval::Flow::begin().write(&house, on).and_then(|flow| flow.submit(&house, on));
        let flow = flow.and_then(|flow| flow.confirm(&head(), on, false)).unwrap();
        assert_eq!(answered(flow.check(&house, on)), "own record");
    }

    #[test]
    fn people_are_enrolled_and_leave() {
        let enrol = |name: &str, address: &str| said(Person::enrol(id("sato"), name, address));
        let left = done(person("sato").leave());
        rows([
            ("whole", enrol("佐藤", "sato@example.com"), "person.enrolled"),
            ("no name", enrol(" ", "sato@example.com"), "missing name"),
            ("no address", enrol("佐藤", ""), "missing email"),
            ("odd address", enrol("佐藤", "sato"), "unfit email"),
            ("leave", said(person("sato").leave()), "person.left"),
            ("leave twice", said(left.leave()), "is left"),
        ]);
        assert_eq!(told(person("sato").set_password("$argon2id$…".into())).0.version, 2);
    }

    #[test]
    fn postings_fit_their_role_and_some_need_an_end() {
        let begin = |role, department, to_on: Option<&str>, by: &Actor| {
            let posting = Posting { to_on: to_on.map(day), ..posting("sato", role, department) };
            said(Posting::begin(posting, by))
        };
        let (admin, sales, last) = (administrator(), Some("sales"), Some("2026-12-31"));
        rows([
            ("member", begin(Role::Member, sales, None, &admin), "posting.began"),
            ("secretariat", begin(Role::Secretariat, None, None, &admin), "posting.began"),
            ("deputy until a day", begin(Role::Deputy, sales, last, &admin), "posting.began"),
            ("examiner until a day", begin(Role::ExternalAuditor, None, last, &admin), "posting.began"),
            ("deputy for good", begin(Role::Deputy, sales, None, &admin), "missing to_on"),
            ("examiner for good", begin(Role::ExternalAuditor, None, None, &admin), "missing to_on"),
            ("member of nothing", begin(Role::Member, None, None, &admin), "unfit department_id"),
            ("secretariat of sales", begin(Role::Secretariat, sales, None, &admin), "unfit department_id"),
            ("backwards", begin(Role::Member, sales, Some("2019-12-31"), &admin), "unfit to_on"),
            ("one day", begin(Role::Member, sales, Some("2020-04-01"), &admin), "posting.began"),
            ("by the secretariat", begin(Role::Member, sales, None, &secretariat()), "not allowed"),
            ("by himself", begin(Role::Head, sales, None, &member()), "not allowed"),
            (
                "end",
                said(posting("sato", Role::Member, sales).end(day("2026-09-30"), &admin)),
                "posting.ended",
            ),
            (
                "end by a head",
                said(posting("sato", Role::Member, sales).end(day("2026-09-30"), &head())),
                "not allowed",
            ),
        ]);
    }
}
