//! The pages of audits: the list, one audit with its package, and what the secretariat does there.

use super::clauses::{CLAUSES, name};
use super::reading::Room;
use super::{acts, store};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::people::store as people;
use crate::record::pages::{Names, time};
use crate::say;
use crate::settings::sent::{Sent, back, day, refused, text};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Form, Path};
use axum::http::{HeaderMap, HeaderValue, header};
use meguri_domain::audit::{Audit, AuditState, Package, Stage};
use meguri_domain::ids::{AuditId, DepartmentId};
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal, Word};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "audit/list.html")]
struct List {
    shell: Shell,
    lead: String,
    rows: Vec<Row>,
    may_edit: bool,
    departments: Vec<(String, String, bool)>,
    stages: Vec<(&'static str, &'static str, bool)>,
    sent: Sent,
    usual: [String; 3],
}

struct Row {
    id: String,
    name: String,
    stage: &'static str,
    months: String,
    until: String,
    badge: (&'static str, &'static str, &'static str),
}

#[derive(Template)]
#[template(path = "audit/audit.html")]
struct One {
    shell: Shell,
    id: String,
    name: String,
    lead: String,
    facts: Vec<(&'static str, String)>,
    auditors: Vec<(String, String)>,
    package: Option<Packaged>,
    clauses: Vec<(&'static str, &'static str, Vec<Section>)>,
    /// How far the making is, while it goes on.
    running: Option<(usize, usize)>,
    refusal: Option<String>,
    may_edit: bool,
    open: bool,
    link: String,
    sent: Sent,
}

/// A table under its clause: its name in addresses, its word, how many records.
type Section = (&'static str, &'static str, usize);

struct Packaged {
    sentence: String,
    verdict: String,
    facts: Vec<(&'static str, String)>,
}

/// GET /audits
pub async fn index(ctx: Ctx) -> Answer {
    page(&list(&ctx, Sent::default(), &[]).await?)
}

async fn list(ctx: &Ctx, sent: Sent, chosen: &[DepartmentId]) -> Done<List> {
    let l = ctx.l;
    let may_edit = ctx.actor.may_everywhere(Act::EditAudit);
    let (audits, departments) = ctx
        .read(|rx| {
            let audits = store::audits(rx)?;
            let names = people::names(rx, rx.today())?;
            let mut all = Vec::new();
            for each in if may_edit { people::departments(rx)? } else { Vec::new() } {
                let name = names.get(&each.id).cloned().unwrap_or_else(|| each.code.clone());
                all.push((each.id.to_string(), name, chosen.contains(&each.id)));
            }
            Ok((audits, all))
        })
        .await?;
    let today = ctx.today();
    let rows = audits.iter().map(|audit| Row {
        id: audit.id.to_string(),
        name: audit.name.clone(),
        stage: l.w(audit.stage.word()),
        months: months(ctx, audit),
        until: l.day(&audit.until_on),
        badge: badge(ctx, audit),
    });
    let open = audits.iter().filter(|audit| audit.is_open(today)).count();
    let lead = say!(l, "公開中の審査は{open}件です。", "{open} audits are open.");
    let this = Month::of(today);
    let stage = sent.value("plan", "stage", Stage::Surveillance.code());
    let in_a_month = today.checked_add(jiff::ToSpan::days(30)).unwrap_or(today);
    Ok(List {
        shell: Shell::new(ctx, "審査", "Audits", ctx.this_month()),
        lead,
        rows: rows.collect(),
        may_edit,
        departments,
        stages: Stage::ALL.iter().map(|each| (each.code(), l.w(each.word()), each.code() == stage)).collect(),
        usual: [this.plus(-12).to_string(), this.plus(-1).to_string(), in_a_month.to_string()],
        sent,
    })
}

fn months(ctx: &Ctx, audit: &Audit) -> String {
    let (from, to) = (ctx.l.month(&audit.from_month), ctx.l.month(&audit.to_month));
    say!(ctx.l, "{from}から{to}まで", "{from} to {to}")
}

fn badge(ctx: &Ctx, audit: &Audit) -> (&'static str, &'static str, &'static str) {
    if audit.is_open(ctx.today()) {
        ("good", "○", ctx.l.w(AuditState::Open.word()))
    } else {
        ("quiet", "─", ctx.l.w(AuditState::Ended.word()))
    }
}

/// POST /audits
pub async fn plan(ctx: Ctx, body: Bytes) -> Answer {
    ctx.actor.must_everywhere(Act::EditAudit)?;
    let fields = crate::house::door::fields(&body);
    let chosen = fields.iter().filter(|(field, _)| field == "department");
    let chosen: Vec<DepartmentId> = chosen.filter_map(|(_, id)| DepartmentId::new(id.as_str())).collect();
    let typed: BTreeMap<String, String> = fields.into_iter().collect();
    let planned = match order(&typed, chosen.clone()) {
        Ok(audit) => ctx.write(|tx| acts::plan(tx, audit)).await,
        Err(refusal) => Err(refusal.into()),
    };
    match planned {
        Ok(audit) => go_saying(
            address(&audit.id),
            ctx.l.t(
                "審査を登録しました。次に、審査用ファイルを作ってください。",
                "The audit is planned. Make its package next.",
            ),
        ),
        Err(stop) => refused(&list(&ctx, back(&ctx, stop, ("plan", typed))?, &chosen).await?),
    }
}

fn order(typed: &BTreeMap<String, String>, departments: Vec<DepartmentId>) -> Result<Audit, Refusal> {
    let month = |field: &'static str, word: Word| {
        let hint = ("2026-04のように、年と月で入力してください。", "Write a month such as 2026-04.");
        Month::parse(text(typed, field)).ok_or(Refusal::Unfit { field, word, hint })
    };
    let hint = ("画面の選択肢から選んでください。", "Choose one of those on the page.");
    let unfit = Refusal::Unfit { field: "stage", word: ("審査の種類", "Stage"), hint };
    Ok(Audit {
        // The act gives it its own.
        id: AuditId::new("new").ok_or(Refusal::NotFound)?,
        version: 1,
        name: text(typed, "name").to_owned(),
        stage: Stage::from_code(text(typed, "stage")).ok_or(unfit)?,
        departments,
        from_month: month("from_month", ("始まりの月", "First month"))?,
        to_month: month("to_month", ("終わりの月", "Last month"))?,
        until_on: day(typed, "until_on", ("閲覧の最終日", "Last day of access"))?,
        auditors: Vec::new(),
        state: AuditState::Open,
    })
}

pub fn address(id: &AuditId) -> String {
    ["/audits/", id.as_str()].concat()
}

pub fn audit_id(id: String) -> Result<AuditId, Refusal> {
    AuditId::new(id).ok_or(Refusal::NotFound)
}

/// GET /audits/{id}
pub async fn audit(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let one = one(&ctx, &audit_id(id)?, (String::new(), Sent::default())).await?;
    let again = one.running.is_some();
    let mut answer = page(&one)?;
    if again {
        answer.headers_mut().insert(header::REFRESH, HeaderValue::from_static("2"));
    }
    Ok(answer)
}

async fn one(ctx: &Ctx, id: &AuditId, (link, sent): (String, Sent)) -> Done<One> {
    let l = ctx.l;
    // Looked up before the package: whoever is not running any more has put it down.
    let key = acts::errand(id);
    let running = ctx.app.errands.find(&key).filter(|errand| !errand.is_refused());
    let (audit, package, names, persons) = ctx
        .read(|rx| {
            let audit = store::audit(rx, id)?;
            let package = store::package(rx, id)?.filter(|package| package.is_kept(rx.who.now_ms));
            Ok((audit, package, Names::load(rx)?, people::persons(rx)?))
        })
        .await?;
    let may_edit = ctx.actor.may_everywhere(Act::EditAudit);
    let refusal = may_edit.then(|| ctx.app.errands.refusal(&key)).flatten();
    let auditors = persons.iter().filter(|each| may_edit && audit.auditors.contains(&each.id));
    let room = Room::of(&ctx.app, id);
    let package = package.filter(|_| room.folder().is_dir());
    let counts = room.counts();
    let clauses = package.iter().flat_map(|_| CLAUSES).map(|(clause, word, tables)| {
        let count = |table: &str| counts.get(table).copied().unwrap_or_default();
        let sections = tables.iter().map(|table| (*table, l.w(name(table)), count(table)));
        (*clause, l.w(*word), sections.filter(|(_, _, count)| *count > 0).collect())
    });
    Ok(One {
        shell: Shell::new(ctx, "審査", "Audits", ctx.this_month()),
        id: id.to_string(),
        lead: lead(ctx, &audit),
        facts: facts(ctx, &audit, &names),
        auditors: auditors.map(|each| (each.name.clone(), each.email.clone())).collect(),
        clauses: clauses.collect(),
        package: package.map(|package| packaged(ctx, &package)),
        running: running.map(|errand| errand.reached()),
        refusal: refusal.map(|refusal| l.refusal(&refusal)),
        may_edit,
        open: audit.is_open(ctx.today()),
        name: audit.name,
        link,
        sent,
    })
}

fn lead(ctx: &Ctx, audit: &Audit) -> String {
    let day = ctx.l.long_day(&audit.until_on);
    if audit.is_open(ctx.today()) {
        say!(ctx.l, "{day}まで閲覧できます。", "Open until {day}.")
    } else {
        ctx.l.t("この審査の公開は終わりました。", "This audit is no longer shown.").to_owned()
    }
}

fn facts(ctx: &Ctx, audit: &Audit, names: &Names) -> Vec<(&'static str, String)> {
    let l = ctx.l;
    let chosen: Vec<&str> =
        audit.departments.iter().map(|id| names.department(id.as_str()).unwrap_or_default()).collect();
    let departments = if chosen.is_empty() {
        l.t("全部門", "All departments").to_owned()
    } else {
        chosen.join(l.t("、", ", "))
    };
    let mut facts = vec![
        (l.t("審査の種類", "Stage"), l.w(audit.stage.word()).to_owned()),
        (l.t("対象の部門", "Departments"), departments),
        (l.t("対象の月", "Months"), months(ctx, audit)),
    ];
    if !chosen.is_empty() {
        let withheld = l.t(
            "各行を示します。ほかの部門の対応計画の件数が入っている版は、示しません。",
            "Its lines are shown; versions that count plan rows of other departments are not.",
        );
        facts.push((l.t("適用宣言書", "Statement of applicability"), withheld.to_owned()));
    }
    facts
}

fn packaged(ctx: &Ctx, package: &Package) -> Packaged {
    let l = ctx.l;
    let (size, at) = (package.head_size, time(&ctx.app, package.made_at));
    let (entries, records, files) = (package.entry_count, package.record_count, package.file_count);
    Packaged {
        sentence: say!(
            l,
            "{at}に、記録簿の{size}件までを対象に作りました。",
            "Made at {at} over the first {size} entries of the record log."
        ),
        verdict: package.verdict.clone(),
        facts: vec![
            (
                l.t("収めたもの", "Contents"),
                say!(
                    l,
                    "内容{records}件、記録{entries}件、証跡のファイル{files}件",
                    "{records} records, {entries} entries, {files} evidence files"
                ),
            ),
            (l.t("大きさ", "Size"), format!("{} KB", package.size_bytes.div_euclid(1024) + 1)),
            ("SHA-256", package.sha256.clone()),
            (l.t("受け取った回数", "Taken"), package.taken.to_string()),
        ],
    }
}

/// POST /audits/{id}/auditors
pub async fn invite(
    ctx: Ctx,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Answer {
    let id = audit_id(id)?;
    ctx.actor.must_everywhere(Act::EditAudit)?;
    let invited = ctx.write(|tx| acts::invite(tx, &id, (text(&form, "name"), text(&form, "email")))).await;
    match invited {
        Ok(Some(secret)) => {
            let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
            let origin = origin.filter(|text| text.starts_with("http")).unwrap_or("");
            let link = [origin, "/set-up/", &secret].concat();
            page(&one(&ctx, &id, (link, Sent::default())).await?)
        }
        Ok(None) => {
            let said = ctx.l.t("審査員を登録しました。", "The auditor is invited.");
            go_saying(address(&id), said)
        }
        Err(stop) => refused(&one(&ctx, &id, (String::new(), back(&ctx, stop, ("invite", form))?)).await?),
    }
}

/// POST /audits/{id}/end
pub async fn end(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = audit_id(id)?;
    ctx.actor.must_everywhere(Act::EditAudit)?;
    ctx.write(|tx| acts::end(tx, &id)).await?;
    tokio::task::block_in_place(|| acts::put_away(&ctx.app))?;
    let said = ctx.l.t(
        "公開を終えました。審査員はもう閲覧できません。",
        "The showing has ended. The auditors see nothing any more.",
    );
    go_saying(address(&id), said)
}
