//! The page of public keys: what is handed to outsiders on paper and as a file, and the form that holds their heads against ours.

use super::comparison::{Verdict, compare};
use super::fingerprint;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, download, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::record::answer::closed;
use crate::record::heads::{groups, policy_of};
use crate::record::outside::pages::{HeadsQuery, log_of};
use crate::record::pages::time;
use crate::record::signer;
use crate::record::store::head;
use crate::say;
use askama::Template;
use axum::extract::{Form, Query};
use axum::http::StatusCode;
use meguri_domain::people::Act;
use meguri_record::VerifierKey;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "record/keys/index.html")]
struct KeysPage {
    shell: Shell,
    lead: String,
    logs: Vec<LogView>,
    today: String,
    witnesses: Vec<(String, String)>,
    pasted: String,
    verdict: Option<VerdictView>,
}

struct LogView {
    id: String,
    /// Entries, of a log that was closed.
    closed: Option<i64>,
    keys: Vec<KeyView>,
    policy: String,
}

struct KeyView {
    label: String,
    vkey: String,
    fingerprint: String,
    since: String,
    until: Option<String>,
}

/// What a pasted head turned out to be, for a person.
struct VerdictView {
    badge: (&'static str, &'static str, &'static str),
    sentence: String,
    facts: Vec<(&'static str, String)>,
    /// Title, text and signers of the heads that contradict each other.
    proof: Vec<(String, String, Vec<String>)>,
    /// The root that our entries have.
    root: String,
    /// Where the last entry is that the head binds.
    entry: Option<u64>,
}

impl KeysPage {
    /// Whether it shows two heads that contradict each other, instead of the keys.
    fn is_proof(&self) -> bool {
        self.verdict.as_ref().is_some_and(|verdict| !verdict.proof.is_empty())
    }
}

/// GET /record/keys
pub async fn index(ctx: Ctx) -> Answer {
    page(&filled(&ctx, String::new(), None).await?)
}

async fn filled(ctx: &Ctx, pasted: String, verdict: Option<VerdictView>) -> Done<KeysPage> {
    ctx.actor.must_everywhere(Act::SeeRecord)?;
    let l = ctx.l;
    let logs = ctx.read(|rx| logs(ctx, rx)).await?;
    let signs = logs.first().is_some_and(|log| !log.keys.is_empty());
    let witnesses =
        ctx.app.outward.witnesses.iter().map(|each| (each.key.text(), fingerprint(&each.key.text())));
    let lead = if signs {
        l.t(
            "社外の人が記録簿のヘッドを確かめるときに使う鍵です。紙に印刷して渡してください。",
            "With these keys somebody outside checks the heads of the record log. Hand them out on paper.",
        )
    } else {
        l.t(
            "署名鍵はまだありません。起動してから1分ほどで作られます。",
            "There is no signing key yet. It is made within a minute after the start.",
        )
    };
    Ok(KeysPage {
        shell: Shell::new(ctx, "公開鍵", "Public keys", ctx.this_month()),
        lead: lead.to_owned(),
        logs,
        today: l.long_day(&ctx.today()),
        witnesses: witnesses.collect(),
        pasted,
        verdict,
    })
}

/// The current log first, then the closed ones, newest first.
fn logs(ctx: &Ctx, rx: &Rx<'_>) -> Done<Vec<LogView>> {
    let mut all = vec![log(ctx, rx, head(rx)?.log, None)?];
    for each in closed(rx)?.into_iter().rev() {
        all.push(log(ctx, rx, each.id, Some(each.size))?);
    }
    Ok(all)
}

fn log(ctx: &Ctx, rx: &Rx<'_>, id: String, closed: Option<i64>) -> Done<LogView> {
    let keys = signer::keys_of(rx, &id)?.into_iter();
    let keys = keys.map(|key| KeyView {
        label: VerifierKey::read(&key.vkey).map_or_else(|_| String::new(), |key| key.label()),
        fingerprint: fingerprint(&key.vkey),
        since: time(&ctx.app, key.made_at),
        until: (key.retired_at > 0).then(|| time(&ctx.app, key.retired_at)),
        vkey: key.vkey,
    });
    Ok(LogView { keys: keys.collect(), policy: policy_of(&ctx.app, rx, &id)?, id, closed })
}

/// GET /record/keys/policy
pub async fn policy(ctx: Ctx, Query(query): Query<HeadsQuery>) -> Answer {
    ctx.actor.must_everywhere(Act::SeeRecord)?;
    let text = ctx
        .read(|rx| {
            let log = log_of(rx, query.log())?;
            policy_of(&ctx.app, rx, &log)
        })
        .await?;
    download("policy.txt", "text/plain; charset=utf-8", text)
}

#[derive(Deserialize)]
pub struct ComparisonForm {
    #[serde(default)]
    note: String,
}

/// POST /record/keys/comparison
pub async fn comparison(ctx: Ctx, Form(form): Form<ComparisonForm>) -> Answer {
    ctx.actor.must_everywhere(Act::SeeRecord)?;
    let verdict = ctx.read(|rx| compare(&ctx.app, rx, &form.note)).await?;
    let found = verdict != Verdict::NoHead;
    let view = view(ctx.l, verdict);
    let mut answer = page(&filled(&ctx, form.note, Some(view)).await?)?;
    if !found {
        *answer.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(answer)
}

fn view(l: Lang, verdict: Verdict) -> VerdictView {
    let good = ("good", "○", l.t("一致", "Ours"));
    let bad = ("bad", "!", l.t("不一致", "Contradiction"));
    let unsure = ("warn", "△", l.t("判断できません", "Undecided"));
    let mut view = VerdictView {
        badge: unsure,
        sentence: sentence(l, &verdict),
        facts: Vec::new(),
        proof: Vec::new(),
        root: String::new(),
        entry: None,
    };
    match verdict {
        Verdict::NoHead | Verdict::OtherLog(_) | Verdict::Forged { .. } => {}
        Verdict::Ours { last_entry, .. } => (view.badge, view.entry) = (good, Some(last_entry)),
        Verdict::Behind { signed, .. } => view.badge = if signed { bad } else { unsure },
        Verdict::Unproven { root, .. } => view.root = groups(&root.to_string()),
        Verdict::Fork(fork) => {
            view.badge = bad;
            view.root = groups(&fork.root.to_string());
            view.facts = vec![
                (l.t("記録簿", "Log"), fork.head.origin.clone()),
                (l.t("件数", "Entries"), fork.head.size.to_string()),
                (
                    l.t("貼り付けたヘッドのハッシュ値", "Root of the pasted head"),
                    groups(&fork.head.root.to_string()),
                ),
                (
                    l.t("今の記録から計算したハッシュ値", "Root of the entries as they are now"),
                    view.root.clone(),
                ),
            ];
            view.proof.push((
                l.t("お手元のヘッド", "The head that was pasted").to_owned(),
                fork.note,
                fork.signers,
            ));
            if let Some((note, signers)) = fork.own {
                view.proof.push((
                    l.t("この記録簿が持つヘッド", "The head that this log has").to_owned(),
                    note,
                    signers,
                ));
            }
        }
    }
    view
}

fn sentence(l: Lang, verdict: &Verdict) -> String {
    match verdict {
        Verdict::NoHead => l
            .t(
                "ヘッドが見つかりません。ログの名前・件数・ハッシュ値の3行と、その下の「— 」で始まる署名の行を、そのまま貼り付けてください。",
                "No head was found. Paste its three lines (name of the log, size, root) and the lines below that begin with “— ”, as they are.",
            )
            .to_owned(),
        Verdict::OtherLog(head) => {
            let origin = &head.origin;
            say!(
                l,
                "別の記録簿「{origin}」のヘッドです。この記録簿のものではありません。名前を写し間違えていないか確かめてください。",
                "It is a head of another log, “{origin}”, not of ours. See whether the name was copied as it is."
            )
        }
        Verdict::Forged { key, .. } => say!(
            l,
            "鍵「{key}」の署名が合いません。1文字でも写し間違えると合わなくなります。元の控えから、もう一度貼り付けてください。それでも合わないときは、署名が偽物です。",
            "The signature by {key} does not hold. One wrong letter is enough for that: paste it again from the original. If it still does not hold, the signature is forged."
        ),
        Verdict::Ours { head, signed, last_entry } => ours(l, head.size, *signed, *last_entry),
        Verdict::Behind { head, signed, size } => behind(l, head.size, *signed, *size),
        Verdict::Unproven { head, .. } => {
            let size = head.size;
            say!(
                l,
                "{size}件のときのハッシュ値が、この記録簿と違います。署名の行がないため、写し間違いかどうかは分かりません。署名の行も貼り付けてください。",
                "At {size} entries our log has another root. Without its signature a slip in copying cannot be ruled out: paste the signature too."
            )
        }
        Verdict::Fork(fork) => forked(l, fork.head.size, fork.own.is_some()),
    }
}

fn ours(l: Lang, size: u64, signed: bool, last: u64) -> String {
    if signed {
        return say!(
            l,
            "この記録簿のヘッドです。署名も、記録{last}まで（{size}件）の内容も一致しています。",
            "This head is of our log. Its signature holds, and so do the {size} entries up to entry {last}."
        );
    }
    say!(
        l,
        "この記録簿のヘッドです。記録{last}まで（{size}件）の内容が一致しています。この記録簿の鍵の署名がないため、署名は確かめていません。",
        "This head is of our log: the {size} entries up to entry {last} agree. It carries no signature of ours, so none was checked."
    )
}

fn behind(l: Lang, of_head: u64, signed: bool, size: u64) -> String {
    if signed {
        return say!(
            l,
            "このヘッドは{of_head}件までの記録に署名していますが、今の記録簿は{size}件しかありません。記録が失われたか、古いデータに戻っています。ヘッドを保管し、システム管理者と監査の担当者に伝えてください。",
            "This head is signed over {of_head} entries, but the log now has {size}: entries were lost, or older data came back. Keep the head, and tell the administrator and the auditor."
        );
    }
    say!(
        l,
        "今の記録簿は{size}件で、{of_head}件のヘッドはありません。署名の行がないため、写し間違いかどうかは分かりません。署名の行も貼り付けてください。",
        "The log has {size} entries, so there is no head of {of_head}. Without its signature a slip in copying cannot be ruled out: paste the signature too."
    )
}

fn forked(l: Lang, size: u64, both_signed: bool) -> String {
    if both_signed {
        return say!(
            l,
            "この2つのヘッドが、どちらも1つの記録簿のものであることはありえません。どちらもこの記録簿の鍵で署名され、同じ{size}件なのに、ハッシュ値が違います。記録の履歴が2通り作られています。",
            "These two heads cannot both be of one log: each is signed by a key of the log, both are of {size} entries, and their roots differ. Two histories were made."
        );
    }
    say!(
        l,
        "このヘッドにはこの記録簿の鍵の署名がありますが、今の記録から計算したハッシュ値と違います。署名のあとで、最初の{size}件のどこかが書き換えられています。",
        "This head is signed by a key of our log, but the entries as they are now have another root: something among the first {size} entries was changed after it was signed."
    )
}
