//! The doors of the house: each address of the floor plan with the thing it names and a form that somebody
//! who may could send. `{asset}` and the like stand for the things of `things.rs`.

use super::things::Things;
use crate::support::{Browser, Page};
use meguri::house::door::KEYLESS;
use meguri::routes;

/// One method of one address.
pub struct Door {
    method: &'static str,
    pattern: &'static str,
    line: Option<&'static Line>,
}

/// Method, pattern of the floor plan, address, form. A form that begins with `file:` is sent with that file.
type Line = (&'static str, &'static str, &'static str, &'static str);

/// Addresses that name no department's thing although they have a variable.
const COMPANY: &[&str] = &[
    "/what-if/controls/{control}",
    "/what-if/effects/{control}",
    "/set-up/{secret}",
    "/criteria/{id}",
    "/criteria/{id}/approval",
    "/threats/{id}",
    "/threats/{id}/update",
    "/record/{idx}",
    "/record/heads/{size}",
    "/record/heads/{size}/note",
    "/record/heads/addresses/{id}/withdrawal",
    "/health/mails/{id}",
    "/health/mails/{id}/resending",
    "/statement/controls/{control}",
    "/statement/versions/{id}",
    "/statement/versions/{id}/approval",
    "/statement/versions/{id}/return",
    "/statement/own/{id}",
    "/erasures/{id}",
    "/erasures/{id}/approval",
    "/erasures/{id}/rejection",
    "/items/{id}",
    "/settings/people/{id}",
    "/settings/people/{id}/invitation",
    "/settings/people/{id}/postings",
    "/settings/people/{id}/departure",
    "/settings/postings/{id}/end",
    "/settings/departments/{id}",
    "/settings/departments/{id}/names",
    "/settings/departments/{id}/closing",
    "/settings/departments/{id}/merger",
    "/settings/departments/{id}/split",
    "/settings/holidays/{id}/withdrawal",
    "/settings/terms/{id}/withdrawal",
    "/audits/{id}",
    "/audits/{id}/auditors",
    "/audits/{id}/end",
    "/audits/{id}/package",
    "/audits/{id}/package/cancellation",
    "/audits/{id}/package/taking",
    "/audits/{id}/package/file",
    "/audits/{id}/records/{table}",
    "/audits/{id}/records/{table}/{record}",
    "/audits/{id}/entries/{idx}",
    "/audits/{id}/evidence/{evidence}",
];

/// What each address with a variable means, and what is sent to each that acts.
const LINES: &[Line] = &[
    ("POST", "/sign-in", "/sign-in", "email=nobody@mihon.example&password=この合い言葉は違います"),
    ("GET", "/set-up/{secret}", "/set-up/{secret}", ""),
    ("POST", "/set-up/{secret}", "/set-up/{secret}", "password=新しい合い言葉をここに決めます"),
    ("POST", "/language", "/language", "lang=en&next=/"),
    ("POST", "/theme", "/theme", "theme=dark&next=/"),
    (
        "POST",
        "/assets",
        "/assets",
        "department={department}&name=新しい資産&medium=書類&confidentiality=2&integrity=2&availability=2",
    ),
    ("GET", "/assets/rows", "/assets/rows?row={asset}", ""),
    ("POST", "/assets/rows", "/assets/rows", "row={asset}&version={asset.version}&name=改めた資産"),
    ("POST", "/assets/columns", "/assets/columns", "show=name&show=medium"),
    ("POST", "/assets/filters", "/assets/filters", "name=重要なもの&query=?importance=3"),
    ("POST", "/assets/filters/{id}/withdrawal", "/assets/filters/{filter}/withdrawal", ""),
    ("GET", "/assets/{id}", "/assets/{asset}", ""),
    (
        "POST",
        "/assets/{id}",
        "/assets/{asset}",
        "version={asset.version}&department={department}&name=改めた資産&medium=書類&confidentiality=2&integrity=2&availability=2",
    ),
    (
        "POST",
        "/assets/{id}/retirement",
        "/assets/{asset}/retirement",
        "version={asset.version}&reason=使わなくなったため",
    ),
    ("POST", "/assets/exports", "/assets/exports", "layout=ipa&format=xlsx&filter="),
    ("GET", "/assets/exports/{id}", "/assets/exports/{export}", ""),
    ("GET", "/assets/exports/{id}/file", "/assets/exports/{export}/file", ""),
    ("POST", "/assets/import", "/assets/import", "file:register.csv"),
    ("GET", "/risks/import", "/risks/import", ""),
    ("POST", "/risks/import", "/risks/import", "file:register.csv"),
    ("GET", "/risks/import/{id}", "/risks/import/{risks_draft}", ""),
    ("POST", "/risks/import/{id}/mapping", "/risks/import/{risks_draft}/mapping", "department={department}"),
    ("POST", "/risks/import/{id}/rows", "/risks/import/{risks_draft}/rows", "show=wrong"),
    ("POST", "/risks/import/{id}/confirmation", "/risks/import/{risks_draft}/confirmation", "take=good"),
    ("POST", "/risks/import/{id}/cancellation", "/risks/import/{risks_draft}/cancellation", ""),
    ("GET", "/assets/import/{id}", "/assets/import/{draft}", ""),
    ("POST", "/assets/import/{id}/mapping", "/assets/import/{draft}/mapping", "department={department}"),
    ("POST", "/assets/import/{id}/scale", "/assets/import/{draft}/scale", "scale=3-2-1"),
    ("POST", "/assets/import/{id}/rows", "/assets/import/{draft}/rows", "show=wrong"),
    ("POST", "/assets/import/{id}/confirmation", "/assets/import/{draft}/confirmation", ""),
    ("POST", "/assets/import/{id}/cancellation", "/assets/import/{draft}/cancellation", ""),
    ("POST", "/assets/import/{id}/undo", "/assets/import/{imported}/undo", "version={imported.version}"),
    (
        "POST",
        "/criteria",
        "/criteria",
        "name=次の版&large_from=6&middle_from=4&answer_from=6&personal_lifts=1&cell_1_1=1&cell_1_2=1&cell_1_3=1&cell_2_1=1&cell_2_2=1&cell_2_3=2&cell_3_1=1&cell_3_2=2&cell_3_3=3",
    ),
    ("GET", "/chain/{kind}/{id}", "/chain/plan_row/{row}", ""),
    ("GET", "/criteria/{id}", "/criteria/{criteria}", ""),
    ("POST", "/criteria/{id}/approval", "/criteria/{criteria}/approval", ""),
    ("POST", "/inventory/opening", "/inventory/opening", "fiscal_year=2026&due_on=2026-07-31"),
    ("GET", "/inventory/{department}", "/inventory/{department}", ""),
    ("POST", "/inventory/{department}/sheet", "/inventory/{department}/sheet", ""),
    (
        "POST",
        "/inventory/{department}/confirmations",
        "/inventory/{department}/confirmations",
        "asset={asset}",
    ),
    (
        "POST",
        "/inventory/{department}/submission",
        "/inventory/{department}/submission",
        "version={stock.version}",
    ),
    (
        "POST",
        "/inventory/{department}/approval",
        "/inventory/{department}/approval",
        "version={stock.version}",
    ),
    (
        "POST",
        "/inventory/{department}/acceptance",
        "/inventory/{department}/acceptance",
        "version={stock.version}",
    ),
    (
        "POST",
        "/inventory/{department}/return",
        "/inventory/{department}/return",
        "version={stock.version}&reason=見直してください",
    ),
    ("POST", "/board/checks", "/board/checks", "month=2026-05&department={department}"),
    ("POST", "/board/closings", "/board/closings", "month=2026-05&department={department}"),
    ("GET", "/board/{department}/{month}", "/board/{department}/2026-05", ""),
    (
        "POST",
        "/board/{department}/{month}/confirmation",
        "/board/{department}/2026-05/confirmation",
        "record={sheet}@{sheet.version}",
    ),
    (
        "POST",
        "/board/{department}/{month}/check",
        "/board/{department}/2026-05/check",
        "record={review}@{review.version}",
    ),
    (
        "POST",
        "/board/{department}/{month}/return",
        "/board/{department}/2026-05/return",
        "record={sheet}@{sheet.version}&reason=見直してください",
    ),
    ("POST", "/board/{department}/{month}/closing", "/board/{department}/2026-05/closing", ""),
    (
        "POST",
        "/closings/{id}/reopening",
        "/closings/{closing}/reopening",
        "version={closing.version}&reason=書き足すため",
    ),
    ("GET", "/risks/{department}", "/risks/{department}", ""),
    (
        "POST",
        "/risks/{assessment}/submission",
        "/risks/{assessment}/submission",
        "version={assessment.version}",
    ),
    ("POST", "/risks/{assessment}/check", "/risks/{assessment}/check", "version={assessment.version}"),
    ("POST", "/risks/{assessment}/approval", "/risks/{assessment}/approval", "version={assessment.version}"),
    (
        "POST",
        "/risks/{assessment}/return",
        "/risks/{assessment}/return",
        "version={assessment.version}&reason=見直してください",
    ),
    ("GET", "/risks/assets/{asset}", "/risks/assets/{asset}", ""),
    (
        "POST",
        "/risks/assets/{asset}",
        "/risks/assets/{asset}",
        "threat_id=T057&version=0&threat=2&vulnerability=2&note=対策あり&answerable=1",
    ),
    ("POST", "/risks/assets/{asset}/confirmation", "/risks/assets/{asset}/confirmation", ""),
    ("POST", "/risks/assets/{asset}/last-year", "/risks/assets/{asset}/last-year", ""),
    ("GET", "/risks/assets/{asset}/threats", "/risks/assets/{asset}/threats", ""),
    (
        "POST",
        "/risks/assets/{asset}/threats",
        "/risks/assets/{asset}/threats",
        "name=置き忘れ&weakness=手順がない&medium=paper&stage=利用・加工&cia=C&controls=7.7&policy=",
    ),
    ("POST", "/risks/{department}/last-year", "/risks/{department}/last-year", ""),
    ("GET", "/risks/{department}/measures", "/risks/{department}/measures", ""),
    (
        "POST",
        "/risks/{department}/measures",
        "/risks/{department}/measures",
        "in_place.7.7=partly&note.7.7=席だけ&version.7.7=0",
    ),
    ("POST", "/risks/{department}/measures/following", "/risks/{department}/measures/following", ""),
    (
        "POST",
        "/risks/{department}/measures/judgements",
        "/risks/{department}/measures/judgements",
        "degree.T001=2",
    ),
    ("GET", "/threats", "/threats", ""),
    (
        "POST",
        "/threats",
        "/threats",
        "name=置き忘れ&weakness=手順がない&medium=paper&stage=利用・加工&cia=C&controls=7.7&policy=",
    ),
    ("GET", "/threats/{id}", "/threats/T001", ""),
    (
        "POST",
        "/threats/{id}",
        "/threats/T001",
        "version=1&name=置き忘れ&weakness=手順がない&medium=paper&stage=利用・加工&cia=C&controls=7.7&policy=",
    ),
    ("POST", "/threats/{id}/update", "/threats/T002/update", "version=1&answer=leave"),
    (
        "POST",
        "/inventory/{department}/retirements",
        "/inventory/{department}/retirements",
        "asset={twin}&reason=使わなくなった",
    ),
    (
        "GET",
        "/settings/departments/{id}/merger",
        "/settings/departments/{department}/merger?into={accounts}&from_on=2026-06-02",
        "",
    ),
    (
        "POST",
        "/settings/departments/{id}/merger",
        "/settings/departments/{department}/merger",
        "into={accounts}&from_on=2026-06-02",
    ),
    ("GET", "/settings/departments/{id}/split", "/settings/departments/{department}/split", ""),
    (
        "POST",
        "/settings/departments/{id}/split",
        "/settings/departments/{department}/split",
        "into={accounts}&from_on=2026-06-02&asset={asset}&agreed=yes",
    ),
    ("GET", "/patterns", "/patterns?department={department}", ""),
    (
        "POST",
        "/patterns",
        "/patterns",
        "department={department}&name=社外の名簿&asset={twin}&asset={second_twin}",
    ),
    (
        "POST",
        "/patterns/{id}/members",
        "/patterns/{pattern}/members",
        "department={department}&asset={third_sheet}",
    ),
    ("POST", "/patterns/{id}/departures", "/patterns/{pattern}/departures", "asset={first_sheet}"),
    ("POST", "/patterns/{id}/dissolution", "/patterns/{pattern}/dissolution", "version={pattern.version}"),
    ("GET", "/what-if/controls/{control}", "/what-if/controls/8.13", ""),
    (
        "POST",
        "/what-if/effects/{control}",
        "/what-if/effects/8.13",
        "version=0&effort=5&main_steps=2&other_steps=1&threat_steps=1",
    ),
    ("POST", "/what-if/rows", "/what-if/rows", "department=&with=8.13&owner=部門長&due_on=2026-12-25"),
    ("GET", "/plan/risks/{risk}", "/plan/risks/{risk}", ""),
    (
        "POST",
        "/plan/risks/{risk}",
        "/plan/risks/{risk}",
        "version={row.version}&policy=reduce&task=改めた対応&owner=部門長&due_on=2026-12-25&threat=1&vulnerability=2&destination=task",
    ),
    ("GET", "/plan/rows/{id}", "/plan/rows/{row}", ""),
    ("POST", "/plan/rows/{id}/approval", "/plan/rows/{row}/approval", "version={row.version}"),
    (
        "POST",
        "/plan/rows/{id}/completion",
        "/plan/rows/{row}/completion",
        "version={row.version}&done_on=2026-06-01",
    ),
    (
        "POST",
        "/plan/rows/{id}/tasks",
        "/plan/rows/{row}/tasks",
        "version={row.version}&place=1&task_text=手順を決める&task_owner=部門長&from_on=&to_on=2026-11-30&began_on=&ended_on=",
    ),
    (
        "POST",
        "/plan/rows/{id}/judgement",
        "/plan/rows/{row}/judgement",
        "version={row.version}&threat=1&vulnerability=1&second_note=手順どおり",
    ),
    ("GET", "/inspections/{id}/{month}", "/inspections/{department}/2026-06", ""),
    (
        "POST",
        "/inspections/{id}/{month}",
        "/inspections/{department}/2026-06",
        "version={draft_sheet.version}&rest=good",
    ),
    (
        "POST",
        "/inspections/{id}/{month}/items/{item}/evidence",
        "/inspections/{department}/2026-06/items/CHK-O01/evidence",
        "file:proof.txt",
    ),
    ("GET", "/inspections/{id}/submission", "/inspections/{draft_sheet}/submission", ""),
    (
        "POST",
        "/inspections/{id}/submission",
        "/inspections/{draft_sheet}/submission",
        "version={draft_sheet.version}",
    ),
    (
        "POST",
        "/inspections/{id}/confirmation",
        "/inspections/{sheet}/confirmation",
        "version={sheet.version}",
    ),
    ("POST", "/inspections/{id}/check", "/inspections/{sheet}/check", "version={sheet.version}"),
    (
        "POST",
        "/inspections/{id}/return",
        "/inspections/{sheet}/return",
        "version={sheet.version}&reason=見直してください",
    ),
    ("GET", "/evidence/{id}", "/evidence/{evidence}", ""),
    ("POST", "/evidence/{id}/withdrawal", "/evidence/{evidence}/withdrawal", "reason=取り違えたため"),
    ("GET", "/corrections/{id}", "/corrections/{correction}", ""),
    (
        "POST",
        "/corrections/{id}/completion",
        "/corrections/{correction}/completion",
        "version={correction.version}&done_note=実施した",
    ),
    (
        "POST",
        "/corrections/{id}/verification",
        "/corrections/{correction}/verification",
        "version={correction.version}&effect=効果あり",
    ),
    (
        "POST",
        "/corrections/{id}/return",
        "/corrections/{correction}/return",
        "version={correction.version}&reason=見直してください",
    ),
    (
        "POST",
        "/objectives/new",
        "/objectives/new",
        "department={department}&title=新しい目標&from_month=2026-06&to_month=2027-03",
    ),
    ("GET", "/objectives/{id}", "/objectives/{objective}", ""),
    ("GET", "/objectives/{id}/edition", "/objectives/{objective}/edition", ""),
    (
        "POST",
        "/objectives/{id}/edition",
        "/objectives/{objective}/edition",
        "version={objective.version}&title=改めた目標&to_month=2027-03",
    ),
    (
        "POST",
        "/objectives/{id}/end",
        "/objectives/{objective}/end",
        "state=stopped&last=2026-06&reason=取りやめたため",
    ),
    ("GET", "/objectives/{id}/reviews/{month}", "/objectives/{objective}/reviews/2026-06", ""),
    (
        "POST",
        "/objectives/{id}/reviews/{month}",
        "/objectives/{objective}/reviews/2026-06",
        "version={draft_review.version}&discussed=話し合った&decided=決めた&progress=on_track",
    ),
    (
        "POST",
        "/reviews/{id}/submission",
        "/reviews/{draft_review}/submission",
        "version={draft_review.version}",
    ),
    ("POST", "/reviews/{id}/confirmation", "/reviews/{review}/confirmation", "version={review.version}"),
    ("POST", "/reviews/{id}/check", "/reviews/{review}/check", "version={review.version}"),
    (
        "POST",
        "/reviews/{id}/return",
        "/reviews/{review}/return",
        "version={review.version}&reason=見直してください",
    ),
    ("POST", "/reviews/{id}/evidence", "/reviews/{draft_review}/evidence", "file:proof.txt"),
    ("POST", "/items", "/items", "text_ja=新しい点検項目&measure=human"),
    (
        "POST",
        "/items/assignments",
        "/items/assignments",
        "item=CHK-T01&department={department}&rhythm=monthly&from=2026-06",
    ),
    ("GET", "/items/{id}", "/items/CHK-O01", ""),
    ("POST", "/assignments/{id}/rhythm", "/assignments/{assignment}/rhythm", "rhythm=quarterly&from=2026-07"),
    ("POST", "/assignments/{id}/end", "/assignments/{assignment}/end", "last=2026-06"),
    ("GET", "/record/{idx}", "/record/1", ""),
    ("GET", "/health/mails/{id}", "/health/mails/{mail}", ""),
    ("POST", "/health/mails/{id}/resending", "/health/mails/{mail}/resending", ""),
    ("POST", "/record/keys/comparison", "/record/keys/comparison", "note=meguri.internal/l"),
    (
        "POST",
        "/record/heads/addresses",
        "/record/heads/addresses",
        "name=西野法律事務所&email=nishino@outside.example&tongue=ja",
    ),
    ("POST", "/record/heads/addresses/{id}/withdrawal", "/record/heads/addresses/{address}/withdrawal", ""),
    (
        "POST",
        "/record/heads/papers",
        "/record/heads/papers",
        "size={head}&to_whom=西野法律事務所&on_date=2026-06-03",
    ),
    ("GET", "/record/heads/{size}", "/record/heads/{head}", ""),
    ("GET", "/record/heads/{size}/note", "/record/heads/{head}/note", ""),
    ("GET", "/erasures/new", "/erasures/new?object=asset/{asset}", ""),
    (
        "POST",
        "/statement/lines",
        "/statement/lines",
        "section=people&version-6_1=1&seen-6_1=none&decision-6_1=applied&inclusion-6_1=law&reason-6_1=職業安定法&implementation-6_1=done&rule-6_1=就業規則",
    ),
    ("POST", "/statement/decisions", "/statement/decisions", "control=6.2@1&decision=applied&inclusion=law"),
    ("POST", "/statement/proposals", "/statement/proposals", ""),
    ("POST", "/statement/submission", "/statement/submission", ""),
    ("GET", "/statement/controls/{control}", "/statement/controls/5.1", ""),
    ("GET", "/statement/versions/{id}", "/statement/versions/{statement}", ""),
    (
        "POST",
        "/statement/versions/{id}/approval",
        "/statement/versions/{statement}/approval",
        "version={statement.version}&plan={statement.plan}",
    ),
    (
        "POST",
        "/statement/versions/{id}/return",
        "/statement/versions/{statement}/return",
        "version={statement.version}&reason=6.1の理由を書いてください",
    ),
    ("GET", "/statement/file", "/statement/file?of=working&format=csv", ""),
    (
        "POST",
        "/statement/own",
        "/statement/own",
        "number=Y.1&group=people&title_ja=委託先の担当者への説明&title_en=&note=",
    ),
    ("GET", "/statement/own/{id}", "/statement/own/X.1", ""),
    (
        "POST",
        "/statement/own/{id}",
        "/statement/own/X.1",
        "version=1&group=people&title_ja=改めた名称&title_en=&note=",
    ),
    ("POST", "/erasures", "/erasures", "object=plan_row/{row}&ground=request&reason=受付番号7の請求"),
    ("GET", "/erasures/{id}", "/erasures/{erasure}", ""),
    ("POST", "/erasures/{id}/approval", "/erasures/{erasure}/approval", "version={erasure.version}"),
    (
        "POST",
        "/erasures/{id}/rejection",
        "/erasures/{erasure}/rejection",
        "version={erasure.version}&answer=保存の義務があるため",
    ),
    (
        "POST",
        "/audits",
        "/audits",
        "name=次の審査&stage=other&from_month=2026-04&to_month=2026-05&until_on=2026-06-30",
    ),
    ("GET", "/audits/{id}", "/audits/{audit}", ""),
    ("POST", "/audits/{id}/auditors", "/audits/{audit}/auditors", "name=審査員&email=outside@example.jp"),
    ("POST", "/audits/{id}/end", "/audits/{audit}/end", ""),
    ("POST", "/audits/{id}/package", "/audits/{audit}/package", ""),
    ("POST", "/audits/{id}/package/cancellation", "/audits/{audit}/package/cancellation", ""),
    ("POST", "/audits/{id}/package/taking", "/audits/{audit}/package/taking", ""),
    ("GET", "/audits/{id}/package/file", "/audits/{audit}/package/file", ""),
    ("GET", "/audits/{id}/records/{table}", "/audits/{audit}/records/asset", ""),
    ("GET", "/audits/{id}/records/{table}/{record}", "/audits/{audit}/records/asset/{asset}", ""),
    ("GET", "/audits/{id}/entries/{idx}", "/audits/{audit}/entries/1", ""),
    ("GET", "/audits/{id}/evidence/{evidence}", "/audits/{audit}/evidence/{evidence}", ""),
    ("POST", "/settings/people", "/settings/people", "name=新人&email=new@mihon.example"),
    ("GET", "/settings/people/{id}", "/settings/people/{person}", ""),
    ("POST", "/settings/people/{id}/invitation", "/settings/people/{person}/invitation", ""),
    (
        "POST",
        "/settings/people/{id}/postings",
        "/settings/people/{person}/postings",
        "role=member&department_id={department}&from_on=2026-06-03",
    ),
    ("POST", "/settings/people/{id}/departure", "/settings/people/{person}/departure", ""),
    ("POST", "/settings/postings/{id}/end", "/settings/postings/{posting}/end", "last=2026-06-30"),
    ("POST", "/settings/departments", "/settings/departments", "code=D09&name=新しい部&opens_on=2026-06-03"),
    ("GET", "/settings/departments/{id}", "/settings/departments/{department}", ""),
    (
        "POST",
        "/settings/departments/{id}/names",
        "/settings/departments/{department}/names",
        "name=新しい名前&from_on=2026-07-01",
    ),
    (
        "POST",
        "/settings/departments/{id}/closing",
        "/settings/departments/{department}/closing",
        "closes_on=2026-09-30",
    ),
    (
        "POST",
        "/settings/calendar/terms",
        "/settings/calendar/terms",
        "from_month=2026-08&department_day=6&secretariat_day=11",
    ),
    (
        "POST",
        "/settings/calendar/holidays",
        "/settings/calendar/holidays",
        "on_date=2026-08-14&name=夏季休業",
    ),
    ("POST", "/settings/holidays/{id}/withdrawal", "/settings/holidays/{holiday}/withdrawal", ""),
    (
        "POST",
        "/settings/organisation",
        "/settings/organisation",
        "name=株式会社見本&fiscal_start=4&first_month=2026-04",
    ),
];

/// Every door of the floor plan. An address with a variable that no line explains stops the tests.
pub fn doors() -> Vec<Door> {
    let mut doors = Vec::new();
    for (pattern, methods, _) in routes::table() {
        for method in methods {
            let line = LINES.iter().find(|(each, address, ..)| each == method && *address == pattern);
            let known = line.is_some() || !pattern.contains('{');
            assert!(
                known,
                "{method} {pattern}: say in doors/addresses.rs which thing it names and what is sent to it"
            );
            doors.push(Door { method, pattern, line });
        }
    }
    for (method, pattern, ..) in LINES {
        let stands = doors.iter().any(|door| door.method == *method && door.pattern == *pattern);
        assert!(stands, "{method} {pattern} is explained but is no door any more");
    }
    doors
}

impl Door {
    pub fn acts(&self) -> bool {
        self.method == "POST"
    }

    /// Whether it acts without an idempotency key.
    pub fn is_keyless(&self) -> bool {
        KEYLESS.contains(&self.pattern)
    }

    /// Knocks as [`Door::ask`] does, with this idempotency key instead of a good one.
    pub fn ask_with_key(&self, browser: &Browser<'_>, things: &Things, key: Option<&str>) -> Page {
        let (_, _, address, form) = *self.line.unwrap_or(&(self.method, self.pattern, self.pattern, ""));
        let (address, form) = (things.fill(address), things.fill(form));
        if let Some(name) = form.strip_prefix("file:") {
            let address = format!("{address}?req={}", key.unwrap_or_default());
            return browser.post_multipart(&address, &[], &[("file", name, "text/plain", things.file(name))]);
        }
        let fields = form.split('&').filter_map(|pair| pair.split_once('='));
        let fields: Vec<(&str, &str)> = fields.chain(key.map(|key| ("req", key))).collect();
        browser.post_as_is(&address, &fields, None)
    }

    /// Whether it names a department's thing, which other departments must not know of.
    pub fn is_departmental(&self) -> bool {
        let sends = self.line.is_some_and(|(_, _, _, form)| form.contains("{department}"));
        let company = COMPANY.contains(&self.pattern)
            || self.pattern.starts_with("/settings/")
            || self.pattern.starts_with("/items");
        (self.pattern.contains('{') || sends) && !company
    }

    /// Whether the address itself names a thing.
    pub fn names_a_thing(&self) -> bool {
        self.pattern.contains('{')
    }

    /// Knocks with what the things of a department are called.
    pub fn ask(&self, browser: &Browser<'_>, things: &Things) -> Page {
        let (_, _, address, form) = *self.line.unwrap_or(&(self.method, self.pattern, self.pattern, ""));
        let address = things.fill(address);
        if !self.acts() {
            return browser.get(&address);
        }
        if let Some(name) = form.strip_prefix("file:") {
            let department = things.fill("{department}");
            let file = ("file", name, "text/plain", things.file(name));
            return browser.post_multipart(&address, &[("department", &department)], &[file]);
        }
        let form = things.fill(form);
        let fields: Vec<(&str, &str)> = form.split('&').filter_map(|pair| pair.split_once('=')).collect();
        browser.post(&address, &fields)
    }
}

impl std::fmt::Display for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.pattern)
    }
}
