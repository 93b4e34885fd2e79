//! Pages of evidence: attaching a file, a link or a place to an answer or a review, handing it out, withdrawing it.

use super::acts::{self, Attachment, Subject};
use super::files::{self, Incoming};
use super::store;
use crate::house::fault::{Done, Stop};
use crate::house::web::{Answer, Ctx, download, go, go_saying};
use crate::house::words::Lang;
use crate::objective;
use axum::extract::multipart::MultipartError;
use axum::extract::{Form, Multipart, Path};
use meguri_domain::evidence::{Evidence, EvidenceKind};
use meguri_domain::ids::{AnswerId, CheckItemId, DepartmentId, EvidenceId, ReviewId};
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal};
use meguri_record::Hash;
use serde::Deserialize;

/// A piece of evidence as a page shows it.
pub struct EvidenceView {
    pub id: String,
    pub kind: &'static str,
    /// Icon of the kind.
    pub icon: &'static str,
    pub label: String,
    pub size: String,
    pub is_file: bool,
    pub is_link: bool,
    pub in_force: bool,
}

impl EvidenceView {
    pub fn of(l: Lang, evidence: &Evidence) -> Self {
        let icon = match evidence.kind {
            EvidenceKind::File => "file",
            EvidenceKind::Link => "link",
            EvidenceKind::Place => "place",
        };
        let size = match evidence.size_bytes {
            0 => String::new(),
            bytes if bytes < 1_000_000 => format!("{} KB", bytes / 1_000 + 1),
            bytes => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        };
        Self {
            id: evidence.id.to_string(),
            kind: l.w(evidence.kind.word()),
            icon,
            label: evidence.label.clone(),
            size,
            is_file: evidence.kind == EvidenceKind::File,
            is_link: evidence.kind == EvidenceKind::Link,
            in_force: evidence.in_force,
        }
    }
}

/// POST /inspections/{department}/{month}/items/{item}/evidence
pub async fn attach_to_answer(
    ctx: Ctx,
    Path((department, month, item)): Path<(String, String, String)>,
    form: Multipart,
) -> Answer {
    let department = DepartmentId::new(department).ok_or(Refusal::NotFound)?;
    let month = Month::parse(&month).ok_or(Refusal::NotFound)?;
    let item = CheckItemId::new(item).ok_or(Refusal::NotFound)?;
    let answer = ctx.read(|rx| answer_of(rx, &department, month, &item)).await?;
    attach(&ctx, Subject::Answer(answer), form).await?;
    let said = ctx.l.t("証跡を添付しました。", "The evidence was attached.");
    go_saying(format!("/inspections/{department}/{month}#item-{item}"), said)
}

/// POST /reviews/{id}/evidence
pub async fn attach_to_review(ctx: Ctx, Path(id): Path<String>, form: Multipart) -> Answer {
    let id = ReviewId::new(id).ok_or(Refusal::NotFound)?;
    attach(&ctx, Subject::Review(id.clone()), form).await?;
    let review = ctx.read(|rx| objective::store::review(rx, &rx.scope(Act::SeeMonth), &id)).await?;
    let said = ctx.l.t("証跡を添付しました。", "The evidence was attached.");
    go_saying(format!("/objectives/{}/reviews/{}", review.objective_id, review.month), said)
}

fn answer_of(
    rx: &crate::house::work::Rx<'_>,
    department: &DepartmentId,
    month: Month,
    item: &CheckItemId,
) -> Done<AnswerId> {
    let scope = rx.scope(Act::SeeMonth);
    crate::people::store::department(rx, &scope, department)?;
    let sheet = store::sheet_of(rx, &scope, department, month)?;
    let answers = sheet.map_or(Ok(Vec::new()), |sheet| store::answers(rx, &scope, &sheet.id))?;
    let answer = answers.into_iter().find(|answer| answer.item_id == *item).map(|answer| answer.id);
    Ok(answer.ok_or(Refusal::Because((
        "この項目にはまだ回答が保存されていません。先に○・△・×のどれかを選んで保存してから、証跡を添付してください。",
        "No answer to this item has been saved yet. Choose one and save it, then attach the evidence.",
    )))?)
}

/// Takes the form: a file when one was chosen, else what was written as link or place. Who may not attach
/// is refused before a byte is taken.
async fn attach(ctx: &Ctx, subject: Subject, mut form: Multipart) -> Done<()> {
    ctx.read(|rx| acts::must_take_evidence(rx, &subject)).await?;
    let mut file: Option<(String, (Hash, u64))> = None;
    let mut label = String::new();
    while let Some(mut field) = form.next_field().await.map_err(broken_off)? {
        match field.name() {
            Some("file") if file.is_none() => {
                let name = files::name(field.file_name().unwrap_or_default());
                if name.is_empty() {
                    continue;
                }
                let mut incoming = Incoming::begin(&ctx.app.files, &ctx.app.chance)?;
                while let Some(bytes) = field.chunk().await.map_err(broken_off)? {
                    tokio::task::block_in_place(|| incoming.take(&bytes))?;
                }
                let kept = tokio::task::block_in_place(|| incoming.keep(&ctx.app.files, &name))?;
                file = Some((name, kept));
            }
            Some("label") if label.is_empty() => {
                while let Some(bytes) = field.chunk().await.map_err(broken_off)? {
                    label.push_str(&String::from_utf8_lossy(&bytes));
                    if label.len() > 20_000 {
                        return Err(Refusal::TooLong { field: "label", word: WHERE, most: 2_000 }.into());
                    }
                }
            }
            _ => {}
        }
    }
    let label = label.trim();
    let is_link = label.starts_with("https://") || label.starts_with("http://");
    let (kind, label, file) = match file {
        Some((name, kept)) => (EvidenceKind::File, name, Some(kept)),
        None if label.is_empty() => return Err(Refusal::Missing { field: "file", word: WHAT }.into()),
        None if is_link => (EvidenceKind::Link, label.to_owned(), None),
        None => (EvidenceKind::Place, label.to_owned(), None),
    };
    let content = file.as_ref().map_or_else(String::new, |(hash, _)| hash.to_string());
    ctx.came(&[&label, &content]);
    ctx.write(|tx| acts::attach(tx, Attachment { subject, kind, label, file })).await?;
    Ok(())
}

const WHERE: meguri_domain::Word = ("リンクか保管場所", "Link or place");
const WHAT: meguri_domain::Word = ("ファイル・リンク・保管場所のどれか", "File, link or place");

fn broken_off(error: MultipartError) -> Stop {
    tracing::info!(cause = %error, "an upload broke off");
    Refusal::Because((
        "ファイルを受け取れませんでした。大きさが50MBを超えているか、送信が途中で切れています。大きさと通信を確かめて、もう一度添付してください。",
        "The file could not be taken: it is larger than 50 MB, or sending broke off. Check its size and the connection, then attach it again.",
    ))
    .into()
}

/// GET /evidence/{id}
pub async fn evidence(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = EvidenceId::new(id).ok_or(Refusal::NotFound)?;
    let evidence = ctx.read(|rx| store::evidence(rx, &rx.scope(Act::SeeMonth), &id)).await?;
    match evidence.kind {
        EvidenceKind::File if files::is_erased(&ctx.app.files, &evidence) => {
            Err(Refusal::Erased { mark: evidence.label }.into())
        }
        EvidenceKind::File => {
            let bytes = tokio::task::block_in_place(|| files::bytes(&ctx.app.files, &evidence.sha256))?;
            download(&evidence.label, files::kind(&evidence.label), bytes)
        }
        EvidenceKind::Link | EvidenceKind::Place => Err(Refusal::NotFound.into()),
    }
}

#[derive(Deserialize)]
pub struct WithdrawForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    next: String,
}

/// POST /evidence/{id}/withdrawal
pub async fn withdrawal(ctx: Ctx, Path(id): Path<String>, Form(form): Form<WithdrawForm>) -> Answer {
    let id = EvidenceId::new(id).ok_or(Refusal::NotFound)?;
    ctx.write(|tx| acts::withdraw(tx, &id, &form.reason)).await?;
    let own = form.next.starts_with("/inspections/") || form.next.starts_with("/objectives/");
    let said = ctx
        .l
        .t("証跡を取り消しました。記録には残ります。", "The evidence was withdrawn. It stays in the record.");
    if own && !form.next.contains(['\\', '\r', '\n']) {
        go_saying(&form.next, said)
    } else {
        go("/inspections")
    }
}
