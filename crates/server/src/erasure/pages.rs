//! Pages of erasure: the list, the form that asks, and the page on which a second person sees what goes and what stays.

use super::tables::{self, Erasable};
use super::{acts, clean, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::record::kinds::{column, table};
use crate::say;
use askama::Template;
use axum::extract::{Form, Path, Query};
use meguri_domain::Refusal;
use meguri_domain::approval::Signed;
use meguri_domain::erasure::{Asked, Erasure, ErasureState, Ground};
use meguri_domain::ids::ErasureId;
use meguri_domain::people::Act;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "erasure/list.html")]
struct ListPage {
    shell: Shell,
    lead: String,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    title: String,
    ground: &'static str,
    asked: String,
    badge: (&'static str, &'static str, &'static str),
}

#[derive(Template)]
#[template(path = "erasure/new.html")]
struct NewPage {
    shell: Shell,
    object: String,
    title: String,
    goes: Vec<Goes>,
    grounds: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "erasure/erasure.html")]
struct ErasurePage {
    shell: Shell,
    id: String,
    version: i64,
    lead: String,
    badge: (&'static str, &'static str, &'static str),
    facts: Vec<(&'static str, String)>,
    goes: Vec<Goes>,
    /// The entry that says what was erased.
    entry: Option<i64>,
    decides: bool,
    own: bool,
}

/// An object that goes: what it is, which of its columns, in how many versions, and whether a file goes with it.
struct Goes {
    title: String,
    columns: String,
    versions: String,
    file: bool,
}

/// GET /erasures
pub async fn list(ctx: Ctx) -> Answer {
    must_see(&ctx)?;
    let l = ctx.l;
    let (all, waiting, lines) = ctx
        .read(|rx| {
            let all = store::all(rx)?;
            let lines = all.iter().map(|each| line(rx, l, each)).collect::<Done<Vec<Line>>>()?;
            Ok((all.len(), store::waiting(rx)?, lines))
        })
        .await?;
    let lead = match (all, waiting) {
        (0, _) => l.t("消去の依頼はありません。", "Nothing was asked to be erased.").to_owned(),
        (_, 0) => l.t("承認を待つ依頼はありません。", "No request waits for approval.").to_owned(),
        (_, n) => say!(l, "承認を待つ依頼が{n}件あります。", "{n} waiting for approval."),
    };
    page(&ListPage { shell: Shell::new(&ctx, "消去", "Erasures", ctx.this_month()), lead, lines })
}

fn line(rx: &Rx<'_>, l: Lang, erasure: &Erasure) -> Done<Line> {
    Ok(Line {
        id: erasure.id.to_string(),
        title: title(rx, l, &erasure.object)?,
        ground: l.w(erasure.ground.word()),
        asked: signed(l, &erasure.asked),
        badge: badge(l, erasure.state),
    })
}

#[derive(Deserialize)]
pub struct NewQuery {
    #[serde(default)]
    object: String,
}

/// GET /erasures/new?object=…
pub async fn new(ctx: Ctx, Query(query): Query<NewQuery>) -> Answer {
    ctx.actor.must_everywhere(Act::AskErasure)?;
    let l = ctx.l;
    let (title, goes) = ctx
        .read(|rx| {
            acts::visible(rx, &query.object)?;
            Ok((title(rx, l, &query.object)?, goes(rx, l, &acts::together(rx, &query.object)?)?))
        })
        .await?;
    page(&NewPage {
        shell: Shell::new(&ctx, "消去を依頼する", "Ask for an erasure", ctx.this_month()),
        object: query.object,
        title,
        goes,
        grounds: Ground::ALL.iter().map(|ground| (ground.code(), l.w(ground.word()))).collect(),
    })
}

#[derive(Deserialize)]
pub struct AskForm {
    object: String,
    ground: String,
    reason: String,
}

/// POST /erasures
pub async fn ask(ctx: Ctx, Form(form): Form<AskForm>) -> Answer {
    let hint = ("一覧から選んでください。", "Choose one from the list.");
    let unfit = Refusal::Unfit { field: "ground", word: ("根拠", "Ground"), hint };
    let ground = Ground::from_code(&form.ground).ok_or(unfit)?;
    let asked = Asked { object: form.object, ground, reason: form.reason };
    let erasure = ctx.write(|tx| acts::ask(tx, asked)).await?;
    let said = ctx.l.t(
        "消去を依頼しました。ほかの事務局の人か経営層が承認すると、消去されます。",
        "Asked. It is erased as soon as another member of the secretariat or the executive approves it.",
    );
    go_saying(format!("/erasures/{}", erasure.id), said)
}

/// GET /erasures/{id}
pub async fn erasure(ctx: Ctx, Path(id): Path<String>) -> Answer {
    must_see(&ctx)?;
    let id = ErasureId::new(id).ok_or(Refusal::NotFound)?;
    let template = ctx.read(|rx| load(rx, &ctx, &id)).await?;
    page(&template)
}

fn load(rx: &Rx<'_>, ctx: &Ctx, id: &ErasureId) -> Done<ErasurePage> {
    let l = ctx.l;
    let erasure = store::find(rx, id)?;
    let title = title(rx, l, &erasure.object)?;
    let goes = match &erasure.taken {
        Some(_) => Vec::new(),
        None => goes(rx, l, &acts::together(rx, &erasure.object)?)?,
    };
    let own = erasure.asked.by == rx.actor().person;
    let mut facts = vec![
        (l.t("対象", "Object"), title),
        (l.t("根拠", "Ground"), l.w(erasure.ground.word()).to_owned()),
        (l.t("理由", "Reason"), erasure.reason.clone()),
        (l.t("依頼", "Asked by"), signed(l, &erasure.asked)),
    ];
    if let Some(decided) = &erasure.decided {
        let word = if erasure.state == ErasureState::Declined {
            l.t("見送り", "Declined by")
        } else {
            l.t("承認", "Approved by")
        };
        facts.push((word, signed(l, decided)));
    }
    if !erasure.answer.is_empty() {
        facts.push((l.t("見送る理由", "Why it was declined"), erasure.answer.clone()));
    }
    Ok(ErasurePage {
        shell: Shell::new(ctx, "消去", "Erasure", ctx.this_month()),
        lead: lead(l, erasure.state).to_owned(),
        badge: badge(l, erasure.state),
        version: erasure.version,
        entry: erasure.taken.as_ref().map(|taken| taken.entry),
        decides: erasure.is_waiting() && rx.actor().may_everywhere(Act::ApproveErasure) && !own,
        own: erasure.is_waiting() && own,
        id: erasure.id.to_string(),
        facts,
        goes,
    })
}

#[derive(Deserialize)]
pub struct ApprovalForm {
    version: i64,
}

/// POST /erasures/{id}/approval
pub async fn approval(ctx: Ctx, Path(id): Path<String>, Form(form): Form<ApprovalForm>) -> Answer {
    ctx.actor.must_everywhere(Act::ApproveErasure)?;
    let id = ErasureId::new(id).ok_or(Refusal::NotFound)?;
    ctx.write(|tx| acts::approve(tx, &id, form.version)).await?;
    let app = ctx.app.clone();
    let cleared = tokio::task::block_in_place(|| clean::finish(&app));
    let said = match cleared {
        Ok(_) => ctx.l.t("消去しました。", "It was erased."),
        Err(stop) => {
            tracing::error!(cause = %stop, "an erasure is not cleared away yet");
            ctx.l.t(
                "消去しました。ファイルの後片付けは、数分のうちに自動で行われます。",
                "It was erased. The files are cleared away within minutes, without anybody doing anything.",
            )
        }
    };
    go_saying(format!("/erasures/{id}"), said)
}

#[derive(Deserialize)]
pub struct RejectionForm {
    version: i64,
    answer: String,
}

/// POST /erasures/{id}/rejection
pub async fn rejection(ctx: Ctx, Path(id): Path<String>, Form(form): Form<RejectionForm>) -> Answer {
    ctx.actor.must_everywhere(Act::ApproveErasure)?;
    let id = ErasureId::new(id).ok_or(Refusal::NotFound)?;
    ctx.write(|tx| acts::decline(tx, &id, form.version, &form.answer)).await?;
    go(format!("/erasures/{id}"))
}

fn must_see(ctx: &Ctx) -> Result<(), Stop> {
    let sees = [Act::AskErasure, Act::ApproveErasure].iter().any(|act| ctx.actor.may_everywhere(*act));
    if sees { Ok(()) } else { Err(Refusal::NotAllowed.into()) }
}

/// What an object is called: its kind, and its name where the person may see it.
fn title(rx: &Rx<'_>, l: Lang, object: &str) -> Done<String> {
    let Some((erasable, id)) = tables::of(object) else { return Ok(object.to_owned()) };
    let word = word_of(l, erasable);
    let name = match acts::visible(rx, object) {
        Ok(_) => erasable.row(rx, id)?.and_then(|row| {
            let named = |column: &&str| erasable.text(&row, column).filter(|text| !text.is_empty());
            ["name", "title", "label", "task", "what", "text_ja", "file_name", "month"]
                .iter()
                .find_map(named)
                .map(str::to_owned)
        }),
        Err(Stop::Refusal(_)) => None,
        Err(stop) => return Err(stop),
    };
    Ok(match name {
        Some(name) => format!("{word}: {name}"),
        None => word.to_owned(),
    })
}

fn word_of(l: Lang, erasable: &Erasable) -> &'static str {
    table(erasable.table).map_or(erasable.table, |word| l.w(word))
}

fn goes(rx: &Rx<'_>, l: Lang, objects: &[String]) -> Done<Vec<Goes>> {
    let mut all = Vec::new();
    for object in objects {
        let mut columns: Vec<&str> = acts::texts(rx, object)?.into_iter().map(|(column, _)| column).collect();
        columns.dedup();
        let words: Vec<&str> =
            columns.iter().map(|name| column(name).map_or(*name, |word| l.w(word))).collect();
        let versions = crate::record::store::of_object(rx, object)?.len();
        all.push(Goes {
            title: title(rx, l, object)?,
            columns: words.join(l.t("・", ", ")),
            versions: l.count(versions, "版", "version", "versions"),
            file: store::file_of(rx, object)?.is_some(),
        });
    }
    Ok(all)
}

fn signed(l: Lang, signed: &Signed) -> String {
    format!("{} {}", l.day(&signed.on), signed.name)
}

fn badge(l: Lang, state: ErasureState) -> (&'static str, &'static str, &'static str) {
    let word = l.w(state.word());
    match state {
        ErasureState::Asked => ("warn", "△", word),
        ErasureState::Approved => ("good", "○", word),
        ErasureState::Declined => ("quiet", "─", word),
    }
}

fn lead(l: Lang, state: ErasureState) -> &'static str {
    match state {
        ErasureState::Asked => l.t(
            "まだ何も消えていません。承認すると、元に戻せません。",
            "Nothing is erased yet. An approval cannot be taken back.",
        ),
        ErasureState::Approved => l.t(
            "消去は終わりました。だれが、いつ、なぜ消去したかは記録簿に残っています。",
            "It is erased. Who erased it, when and why stays in the record log.",
        ),
        ErasureState::Declined => {
            l.t("見送られました。何も消えていません。", "It was declined. Nothing was erased.")
        }
    }
}
