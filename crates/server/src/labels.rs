//! What each field of each form is called, in one table beside the floor plan: so that what a person typed comes
//! back under the words he saw, wherever it comes back. A test walks every form and stops at a field without a line.

mod codes;
mod risks;
mod statement;

use self::codes::{column, measure, objective_state, rhythm, role, tongue};
use crate::asset::{headers, scale};
use crate::house::way;
use crate::house::web::App;
use crate::house::words::Lang;
use crate::house::work::{Rx, Who};
use crate::inspection::item::mark_badge;
use crate::{inspection, people};
use meguri_domain::Word;
use meguri_domain::erasure::Ground;
use meguri_domain::export::{ExportFormat, ExportLayout};
use meguri_domain::handling::Handling;
use meguri_domain::inspection::Mark;
use meguri_domain::objective::Progress;
use meguri_domain::people::{Act, Actor};
use meguri_sheet::Scale;
use std::collections::HashMap;

/// How the value of a field is read out.
#[derive(Clone, Copy)]
enum Reads {
    /// As it was typed.
    AsTyped,
    /// Not at all: the house put it into the form.
    Hidden,
    /// A box: it was ticked.
    Ticked,
    /// The id of a department: its name, where the person may see it.
    Department,
    /// The id of a check item: its sentence.
    Item,
    /// An answer: its mark and word.
    Answer,
    /// A code: its word.
    Code(fn(&str) -> Option<Word>),
}

/// Beginning of the address, field, its word on the form, how its value is read. A field that ends in `*` stands
/// for all that begin so. The first line that fits counts.
type Line = (&'static str, &'static str, Word, Reads);

use Reads::{Answer, AsTyped, Code, Department, Hidden, Item, Ticked};

const NONE: Word = ("", "");

/// The fields of an answer on the monthly sheet; each is followed by the item it belongs to.
const ANSWERS: &[(&str, Word)] = &[
    ("note", ("内容・理由", "Note")),
    ("cause", ("原因", "Cause")),
    ("fix", ("是正の内容", "Corrective action")),
    ("owner", ("担当", "In charge")),
    ("due_on", ("是正の期限", "Due date")),
];

#[rustfmt::skip]
const LINES: &[Line] = &[
    // What the house puts into forms.
    ("", "req", NONE, Hidden),
    ("", "version", NONE, Hidden),
    ("", "password", NONE, Hidden),
    ("", "carried", NONE, Hidden),
    ("", "record", NONE, Hidden),
    ("", "page", NONE, Hidden),
    ("", "only", NONE, Hidden),
    ("/assets/columns", "show", ("列", "Column"), Code(column)),
    ("/assets/columns", "width.*", ("幅", "Width"), Hidden),
    ("/assets/filters", "name", ("いまの条件に付ける名前", "A name for this filter"), AsTyped),
    ("", "show", NONE, Hidden),
    ("", "act", NONE, Hidden),
    ("", "rest", NONE, Hidden),
    ("", "lang", NONE, Hidden),
    ("", "theme", NONE, Hidden),
    ("", "person", NONE, Hidden),
    ("", "asset", ("情報資産", "Asset"), Hidden),
    ("", "view", NONE, Hidden),
    ("", "agreed", NONE, Hidden),
    ("", "query", NONE, Hidden),
    ("", "alike", NONE, Hidden),
    ("", "except", NONE, Hidden),
    ("", "reset", NONE, Hidden),
    ("", "up", NONE, Hidden),
    ("", "down", NONE, Hidden),
    ("", "fiscal_year", NONE, Hidden),
    // The register, and what a workbook is read with.
    ("/assets/import", "column-*", ("列の読み取り", "Column"), Code(column)),
    ("/assets/import", "cell-*", NONE, AsTyped),
    ("/assets/import", "header-*", headers::WORD, AsTyped),
    ("/assets/import", "left-*", headers::WORD, AsTyped),
    ("/assets/import", "scale", ("評価値の様式", "Scale of the scores"), Code(|code| Some(scale::word(Scale::from_code(code)?)))),
    ("/assets/import", "take", NONE, Hidden),
    ("/assets/import", "wipe", NONE, Hidden),
    ("/assets/import", "leave", NONE, Hidden),
    ("/assets/exports", "filter", ("絞り込み", "Filter"), Hidden),
    ("/assets/exports", "layout", ("様式", "Layout"), Code(|code| Some(ExportLayout::from_code(code)?.word()))),
    ("/assets/exports", "format", ("形式", "Format"), Code(|code| Some(ExportFormat::from_code(code)?.word()))),
    ("/assets/import/{id}", "department", ("部門の記載がない行の管理部署", "Department of rows that name none"), Department),
    ("/assets/import", "medium", ("媒体の記載がない行の媒体・保存先", "Medium of rows that name none"), AsTyped),
    ("/assets/import", "department", ("管理部署の列がないときの部門", "Department, if the file names none"), Department),
    ("/assets", "department", ("部門", "Department"), Department),
    ("/assets", "name", ("情報資産名称", "Asset name"), AsTyped),
    ("/assets", "category", ("業務分類", "Business"), AsTyped),
    ("/assets", "medium", ("媒体・保存先", "Medium or place"), AsTyped),
    ("/assets", "users", ("利用者範囲", "Users"), AsTyped),
    ("/assets", "risk_owner", ("リスク所有者（役職）", "Risk owner (post)"), AsTyped),
    ("/assets", "personal", ("個人情報", "Personal data"), Ticked),
    ("/assets", "sensitive", ("要配慮個人情報", "Special care data"), Ticked),
    ("/assets", "my_number", ("特定個人情報（マイナンバー）", "My Number data"), Ticked),
    ("/assets", "entrusted", ("受託", "Entrusted"), Ticked),
    ("/assets", "confidentiality", ("機密性", "Confidentiality"), AsTyped),
    ("/assets", "integrity", ("完全性", "Integrity"), AsTyped),
    ("/assets", "availability", ("可用性", "Availability"), AsTyped),
    ("/assets", "retention", ("保存期限", "Retention"), AsTyped),
    ("/assets", "registered_on", ("登録日", "Registered on"), AsTyped),
    ("/assets", "note", ("備考", "Note"), AsTyped),
    // The year's inventory.
    ("/inventory", "due_on", ("部門の締切日", "Departments finish by"), AsTyped),
    ("/inventory", "none_held", ("保有なし", "None held"), Ticked),
    // Objectives and their reviews.
    ("/objectives/{id}/reviews", "discussed", ("検討した内容", "Discussed"), AsTyped),
    ("/objectives/{id}/reviews", "decided", ("決まったこと", "Decided"), AsTyped),
    ("/objectives/{id}/reviews", "next", ("次にやること", "Next"), AsTyped),
    ("/objectives/{id}/reviews", "figure", ("実績値", "Figure"), AsTyped),
    ("/objectives/{id}/reviews", "progress", ("進捗", "Progress"), Code(progress)),
    ("/objectives", "department", ("部門", "Department"), Department),
    ("/objectives", "title", ("目標", "Objective"), AsTyped),
    ("/objectives", "measure", ("評価指標", "Measure"), AsTyped),
    ("/objectives", "target", ("目標値", "Target"), AsTyped),
    ("/objectives", "method", ("実施事項", "What is done"), AsTyped),
    ("/objectives", "owner", ("責任者", "In charge"), AsTyped),
    ("/objectives", "from_month", ("開始月", "First month"), AsTyped),
    ("/objectives", "to_month", ("達成期限", "Last month"), AsTyped),
    ("/objectives", "state", ("結果", "Outcome"), Code(objective_state)),
    ("/objectives", "last", ("最後に検討する月", "Last month with a review"), AsTyped),
    // Check items, their assignments, the monthly sheet and its evidence.
    ("/items", "item", ("点検項目", "Check item"), Item),
    ("/items", "department", ("部門", "Department"), Department),
    ("/items", "rhythm", ("周期", "Rhythm"), Code(rhythm)),
    ("/items", "from", ("開始月", "First month"), AsTyped),
    ("/items", "text_ja", ("点検項目", "Item in Japanese"), AsTyped),
    ("/items", "text_en", ("英語（なくてもよい）", "Item in English"), AsTyped),
    ("/items", "measure", ("安全管理措置", "Safety measure"), Code(measure)),
    ("/items", "evidence_hint", ("証跡の例", "Usual evidence"), AsTyped),
    ("/assignments", "rhythm", ("新しい周期", "New rhythm"), Code(rhythm)),
    ("/assignments", "from", ("変える月", "From month"), AsTyped),
    ("/assignments", "last", ("最後の月", "Last month"), AsTyped),
    ("/inspections", "mark.*", ("点検項目", "Check item"), Answer),
    ("", "late_reason", ("遅れた理由", "Reason for lateness"), AsTyped),
    ("", "label", ("リンクか保管場所", "Link, or where it is kept"), AsTyped),
    ("", "file", ("ファイル", "File"), AsTyped),
    // Corrections, the board, the closing of a month.
    ("/corrections", "done_note", ("実施したこと", "What was done"), AsTyped),
    ("/corrections", "effect", ("効果の確認", "Effect"), AsTyped),
    ("/board/{department}", "reason", ("差し戻す理由", "Why it is sent back"), AsTyped),
    ("/board", "month", ("対象月", "Month"), AsTyped),
    ("/board", "department", ("部門", "Department"), Department),
    ("/erasures", "object", NONE, Hidden),
    ("/erasures", "ground", ("根拠", "Ground"), Code(|code| Some(Ground::from_code(code)?.word()))),
    ("/erasures", "reason", ("理由", "Reason"), AsTyped),
    ("/erasures", "answer", ("見送る理由", "Why it is declined"), AsTyped),
    ("/record/keys", "note", ("ヘッド", "Head"), AsTyped),
    ("/record/heads/addresses", "name", ("会社名・氏名", "Company and name"), AsTyped),
    ("/record/heads/addresses", "email", ("メールアドレス", "Mail address"), AsTyped),
    ("/record/heads/addresses", "tongue", ("メールの言語", "Language of the mails"), Code(tongue)),
    ("/record/heads/papers", "size", ("紙に印刷された件数", "Entries on the paper"), AsTyped),
    ("/record/heads/papers", "to_whom", ("渡した相手（会社名・氏名）", "To whom (company, name)"), AsTyped),
    ("/record/heads/papers", "on_date", ("渡した日", "Handed out on"), AsTyped),
    ("/closings", "reason", ("締めを解く理由", "Why it is reopened"), AsTyped),
    // Settings and set-up.
    ("/audits/{id}/auditors", "name", ("氏名", "Name"), AsTyped),
    ("/audits", "name", ("審査機関と目的", "Body and purpose"), AsTyped),
    ("/audits", "stage", ("審査の種類", "Stage"), Code(stage)),
    ("/audits", "from_month", ("始まりの月", "First month"), AsTyped),
    ("/audits", "to_month", ("終わりの月", "Last month"), AsTyped),
    ("/audits", "until_on", ("閲覧の最終日", "Last day of access"), AsTyped),
    ("/audits", "department", ("対象の部門", "Departments"), Department),
    ("/settings/people", "name", ("氏名", "Name"), AsTyped),
    ("/settings/people", "email", ("メールアドレス（サインインに使います）", "Mail address, used to sign in"), AsTyped),
    ("/settings/people", "role", ("役割", "Role"), Code(role)),
    ("/settings/people", "department_id", ("部門", "Department"), Department),
    ("/settings/people", "from_on", ("開始日", "First day"), AsTyped),
    ("/settings/people", "to_on", ("終了日", "Last day"), AsTyped),
    ("/settings/people", "instead_of", ("いまの役割をどうするか", "What becomes of the present posts"), AsTyped),
    ("/settings/postings", "last", ("最後の日", "Last day"), AsTyped),
    ("/settings/departments/{id}/merger", "from_on", ("引継ぎの日", "First day in the successor"), AsTyped),
    ("/settings/departments/{id}/split", "from_on", ("引継ぎの日", "First day in the successor"), AsTyped),
    ("/settings/departments", "into", ("引継ぎ先の部門", "Successor"), Department),
    ("/settings/departments/{id}", "name", ("新しい部門名", "New name"), AsTyped),
    ("/settings/departments/{id}", "from_on", ("変更日", "From"), AsTyped),
    ("/settings/departments", "code", ("部門コード", "Code"), AsTyped),
    ("/settings/departments", "name", ("部門名", "Name"), AsTyped),
    ("/settings/departments", "opens_on", ("開設日", "First day"), AsTyped),
    ("/settings/departments", "parent_id", ("上位の部門", "Above it"), Department),
    ("/settings/departments", "closes_on", ("廃止日（最後の日）", "Last day"), AsTyped),
    ("/settings/departments", "successor_id", ("引継ぎ先", "Successor"), Department),
    ("/settings/calendar", "from_month", ("適用する月", "From month"), AsTyped),
    ("/settings/calendar", "department_day", ("部門（翌月の第何営業日）", "Departments: business day"), AsTyped),
    ("/settings/calendar", "secretariat_day", ("事務局（翌月の第何営業日）", "Secretariat: business day"), AsTyped),
    ("/settings/calendar", "on_date", ("日付", "Day"), AsTyped),
    ("/settings/calendar", "name", ("名称", "Name"), AsTyped),
    ("/settings/organisation", "name", ("組織名", "Organisation"), AsTyped),
    ("/settings/organisation", "fiscal_start", ("年度の始まり", "Fiscal year begins in"), AsTyped),
    ("/settings/organisation", "first_month", ("記録を始める月", "First month of records"), AsTyped),
    ("/set-up", "organisation", ("組織名", "Organisation"), AsTyped),
    ("/set-up", "fiscal_start", ("年度の始まり(月)", "First month of the fiscal year"), AsTyped),
    ("/set-up", "name", ("あなたの氏名", "Your name"), AsTyped),
    ("", "email", ("メールアドレス", "Mail address"), AsTyped),
    ("", "next", NONE, Hidden),
    ("", "reason", ("理由", "Reason"), AsTyped),
];
fn progress(code: &str) -> Option<Word> {
    Progress::from_code(code).map(Progress::word)
}
fn stage(code: &str) -> Option<Word> {
    meguri_domain::audit::Stage::from_code(code).map(meguri_domain::audit::Stage::word)
}
/// The word of a field on the form of an address, given as it stands in the floor plan; `None` where no line
/// knows it, an empty word where it is the house's own.
pub fn word(pattern: &str, field: &str) -> Option<Word> {
    line(pattern, field).map(|(word, _)| word)
}

fn line(pattern: &str, field: &str) -> Option<(Word, Reads)> {
    let fits = |(address, name, ..): &&Line| {
        let named = name.strip_suffix('*').map_or(*name == field, |start| field.starts_with(start));
        named && pattern.starts_with(address)
    };
    let mut lines = self::statement::LINES.iter().chain(risks::LINES).chain(LINES);
    if let Some((.., word, reads)) = lines.find(fits) {
        let cell = field.strip_prefix("cell-").and_then(|rest| column(rest.split_once('-')?.1));
        return Some((cell.unwrap_or(*word), *reads));
    }
    if let Some((answer, _)) = field.split_once('.') {
        let own = ANSWERS.iter().find(|(name, _)| pattern.starts_with("/inspections") && *name == answer);
        return own.map(|(_, word)| (*word, AsTyped));
    }
    Handling::word(field).filter(|_| pattern.starts_with("/assets")).map(|word| (word, AsTyped))
}

/// The labels of one form, with the names of what its ids stand for.
pub struct Labels {
    l: Lang,
    pattern: &'static str,
    departments: HashMap<String, String>,
    items: HashMap<String, String>,
}

impl Labels {
    /// The labels of the form that was sent to a path. Names are asked for with the eyes of the person, and only
    /// where the form holds ids: what he must not see is not named.
    pub fn of(l: Lang, path: &str, typed: &[(String, String)], asked: Option<(&App, &Actor)>) -> Self {
        let pattern = way::line(path).map_or("", |(pattern, _)| pattern);
        let mut labels = Self { l, pattern, departments: HashMap::new(), items: HashMap::new() };
        let reads = |wanted: fn(Reads) -> bool| {
            typed.iter().any(|(name, _)| {
                name.contains('.') || line(pattern, name).is_some_and(|(_, reads)| wanted(reads))
            })
        };
        let Some((app, actor)) = asked.filter(|_| reads(|reads| matches!(reads, Department | Item | Answer)))
        else {
            return labels;
        };
        let who = Who::new(actor.clone(), &app.clock);
        let named = tokio::task::block_in_place(|| app.db.read(who, |rx| names(rx, l)));
        match named {
            Ok((departments, items)) => (labels.departments, labels.items) = (departments, items),
            // The page is shown all the same, with less on it.
            Err(stop) => tracing::warn!(cause = %stop, "the words of a refused form were not found"),
        }
        labels
    }

    /// What was typed, to be read: word and value. What the house put into the form is left out.
    pub fn read(&self, typed: &[(String, String)]) -> Vec<(String, String)> {
        let mut read = Vec::new();
        let mut under = "";
        for (name, value) in typed {
            let Some((word, reads)) = line(self.pattern, name) else {
                let lost = !value.trim().is_empty() && !is_id(value);
                read.extend(lost.then(|| (self.l.t("入力", "Entered").to_owned(), value.clone())));
                continue;
            };
            let value = self.said(reads, value);
            if value.trim().is_empty() {
                continue;
            }
            let word = self.l.w(word);
            let word = match name.split_once('.') {
                Some((_, item)) if matches!(reads, Answer) => self.item(item),
                Some((_, item)) if under != item => [&self.item(item), self.l.t("：", ": "), word].concat(),
                _ => word.to_owned(),
            };
            under = name.split_once('.').map_or(under, |(_, item)| item);
            read.push((word, value));
        }
        read
    }

    /// The value of one field, to be read.
    pub fn value(&self, name: &str, value: &str) -> String {
        line(self.pattern, name).map_or_else(|| value.to_owned(), |(_, reads)| self.said(reads, value))
    }

    fn said(&self, reads: Reads, value: &str) -> String {
        match reads {
            Hidden => String::new(),
            AsTyped if is_id(value) => String::new(),
            AsTyped => value.to_owned(),
            Ticked if value.is_empty() => String::new(),
            Ticked => self.l.t("はい", "Yes").to_owned(),
            Department if value == "all" => self.l.t("すべての部門", "All departments").to_owned(),
            Department => self.departments.get(value).cloned().unwrap_or_default(),
            Item => {
                if value.is_empty() {
                    String::new()
                } else {
                    self.item(value)
                }
            }
            Answer => Mark::from_code(value).map_or_else(String::new, |mark| {
                let badge = mark_badge(self.l, mark);
                [badge.letter, " ", badge.word].concat()
            }),
            Code(word) => word(value).map_or_else(String::new, |word| self.l.w(word).to_owned()),
        }
    }

    fn item(&self, id: &str) -> String {
        let unknown = || self.l.t("点検項目", "Check item").to_owned();
        self.items.get(id).cloned().unwrap_or_else(unknown)
    }
}

/// Whether a text is the id of a thing, which says nothing to a person.
fn is_id(text: &str) -> bool {
    let text = text.split('@').next().unwrap_or_default();
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

type Names = (HashMap<String, String>, HashMap<String, String>);

/// The departments within the person's sight, and the check items that are assigned there.
fn names(rx: &Rx<'_>, l: Lang) -> crate::house::fault::Done<Names> {
    let seen = [Act::SeeMonth, Act::SeeRegister, Act::SeePeople].map(|act| rx.scope(act));
    let mut names = people::store::names(rx, rx.today())?;
    names.retain(|id, _| seen.iter().any(|scope| scope.holds(id)));
    let schedules = rx.actor().may_everywhere(Act::EditSchedule);
    let assigned: std::collections::HashSet<_> =
        inspection::store::assignments(rx, &rx.scope(Act::SeeMonth))?
            .into_iter()
            .map(|each| each.item_id)
            .collect();
    let items = inspection::store::items(rx)?.into_iter();
    let items = items.filter(|item| schedules || assigned.contains(&item.id));
    let items = items.map(|item| (item.id.to_string(), l.t(&item.text_ja, &item.text_en).to_owned()));
    Ok((names.into_iter().map(|(id, name)| (id.to_string(), name)).collect(), items.collect()))
}
