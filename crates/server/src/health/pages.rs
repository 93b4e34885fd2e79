//! The page of the health of the house; to who has not signed in it says only that the database answers.

use crate::house::fit::room;
use crate::house::layout::Shell;
use crate::house::round::{Round, Went, last};
use crate::house::web::{Answer, App, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::APP_VERSION;
use crate::people::{session, store};
use crate::record::pages::time;
use crate::rounds::ROUNDS;
use crate::say;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::IntoResponse;
use meguri_domain::Word;
use meguri_domain::people::Act;
use std::path::Path;

/// Less room than this is red.
const LEAST_BYTES: u64 = 1 << 30;

#[derive(Template)]
#[template(path = "health/index.html")]
struct HealthPage {
    shell: Shell,
    lead: String,
    lines: Vec<Line>,
    rooms: Vec<Room>,
    facts: Vec<(&'static str, String)>,
}

struct Line {
    word: &'static str,
    badge: (&'static str, &'static str, &'static str),
    said: String,
    /// What to do, where it is red.
    advice: Option<&'static str>,
    at: String,
    good_at: String,
    next: String,
}

struct Room {
    word: &'static str,
    path: String,
    badge: (&'static str, &'static str, &'static str),
    free: String,
    advice: Option<&'static str>,
}

/// GET /health
pub async fn index(State(app): State<App>, ctx: Option<Extension<Ctx>>) -> Answer {
    let Some(Extension(ctx)) = ctx else {
        let look = || app.db.read(session::house(&app), |rx| store::is_empty(rx).map_err(Into::into));
        tokio::task::block_in_place(look)?;
        return Ok("ok".into_response());
    };
    ctx.actor.must_everywhere(Act::SeeHealth)?;
    let l = ctx.l;
    let went = ctx.read(|rx| ROUNDS.iter().map(|round| last(rx, round.name)).collect::<Result<Vec<_>, _>>());
    let lines: Vec<Line> =
        ROUNDS.iter().zip(went.await?).map(|(round, went)| line(&app, l, round, went)).collect();
    let rooms = rooms(&app, l);
    let wrong = lines.iter().filter(|line| line.advice.is_some()).count()
        + rooms.iter().filter(|room| room.advice.is_some()).count();
    let version = tokio::task::block_in_place(|| app.db.version())?;
    let template = HealthPage {
        shell: Shell::new(&ctx, "稼働状況", "Health", ctx.this_month()),
        lead: lead(l, wrong),
        lines,
        rooms,
        facts: vec![
            (l.t("プログラム", "Program"), APP_VERSION.to_owned()),
            (l.t("データベース", "Database"), format!("{} {version}", app.db.kind())),
            (l.t("いまの時刻", "Time"), time(&app, app.clock.now_ms())),
        ],
    };
    page(&template)
}

fn lead(l: Lang, wrong: usize) -> String {
    match wrong {
        0 => l.t("対応の必要なものはありません。", "Nothing needs attention.").to_owned(),
        _ => say!(
            l,
            "対応の必要なものが{wrong}件あります。赤い行の「対応」を見てください。",
            "Needs attention: {wrong}. See what to do on each red line."
        ),
    }
}

fn line(app: &App, l: Lang, round: &Round, went: Option<Went>) -> Line {
    let word = l.w(round.word);
    let Some(went) = went else {
        let said = l.t("まだ実行していません。", "It has not gone yet.").to_owned();
        let badge = ("quiet", "─", l.t("未実行", "Not yet"));
        let none = || "—".to_owned();
        return Line { word, badge, said, advice: None, at: none(), good_at: none(), next: none() };
    };
    let good_at = match went.good_at_ms {
        0 => l.t("まだありません", "never").to_owned(),
        at => time(app, at),
    };
    let overdue = went.is_overdue(round, app.clock.now_ms());
    let good = went.said.good && !overdue;
    let advice = if overdue { STAYED_AWAY } else { advice(round.name) };
    Line {
        word,
        badge: badge(l, good),
        said: went.said.words(l).to_owned(),
        advice: (!good).then(|| l.w(advice)),
        at: time(app, went.at_ms),
        good_at,
        next: time(app, went.at_ms + round.every_s * 1_000),
    }
}

fn badge(l: Lang, good: bool) -> (&'static str, &'static str, &'static str) {
    if good { ("good", "○", l.t("正常", "Good")) } else { ("bad", "!", l.t("要対応", "Act")) }
}

/// What to do about a round that has not come again.
const STAYED_AWAY: Word = (
    "予定の時刻を過ぎても実行されていません。サーバーのログに「round」の行がないか確かめ、プログラムを再起動してください。",
    "It is long overdue. Look for lines about this round in the server's log, then restart the program.",
);

/// What to do about a round that failed.
fn advice(name: &str) -> Word {
    match name {
        "backup" => (
            "保存先のディスクが接続されているか、空きがあるかを確かめ、`meguri backup --to フォルダー` を手で実行してください。",
            "See that the disk of the backups is there and has room, then run `meguri backup --to FOLDER` by hand.",
        ),
        "verification" => (
            "データベースと証跡ファイルをこのまま保全し、最後に合格した日のバックアップと見比べてください。直接書き換えた人がいないかも確かめてください。",
            "Keep database and evidence files as they are, and compare them with the last backup that was good. Find out whether somebody altered them directly.",
        ),
        "witness" => (
            "「応答がありません」なら、証人のサーバーとネットワークを確かめてください。「古いデータ」や「履歴が2通り」とあるときは、データベースと keys フォルダーをこのまま保全し、証人の管理者と突き合わせてください。手順は docs/manual/witness.ja.md にあります。",
            "If it cannot be reached or does not answer, see to its server and the network. If it speaks of older data or of two histories, keep the database and the folder keys as they are and compare with the administrator of the witness. docs/manual/witness.md has the steps.",
        ),
        "mail" => (
            "[送信箱]で、送れなかったメールと理由を確かめてください。設定（--smtp、--mail-from）やメールサーバーを直したら、[もう一度送る]を押してください。",
            "See in the outbox which mails could not be sent and why. When the settings (--smtp, --mail-from) or the mail server are mended, choose “Send again”.",
        ),
        "drill" => (
            "結果の紙（REPORT.txt）に失敗した段階が書かれています。直したら `meguri drill --to 空のフォルダー` で確かめてください。",
            "The page REPORT.txt names the step that failed. When it is mended, run `meguri drill --to EMPTY-FOLDER`.",
        ),
        _ => (
            "サーバーのログで、同じ時刻の行を確かめてください。次の回も失敗するときは、システム管理者に連絡してください。",
            "Look into the server's log at that time. If it fails again, tell the administrator.",
        ),
    }
}

fn rooms(app: &App, l: Lang) -> Vec<Room> {
    let data = app.files.parent().map(Path::to_path_buf);
    let places = [(l.t("データ", "Data"), data), (l.t("バックアップ", "Backups"), app.backups.to.clone())];
    places.into_iter().filter_map(|(word, path)| path.map(|path| room_of(l, word, &path))).collect()
}

fn room_of(l: Lang, word: &'static str, path: &Path) -> Room {
    let found = room(path);
    let enough = found.is_some_and(|(free, all)| free >= LEAST_BYTES && free >= all / 20);
    let gigabytes = |bytes: u64| format!("{}.{}", bytes >> 30, ((bytes & ((1 << 30) - 1)) * 10) >> 30);
    let free = found.map_or_else(
        || l.t("見つかりません", "not there").to_owned(),
        |(free, all)| {
            let (free, all) = (gigabytes(free), gigabytes(all));
            say!(l, "空き{free}GB（全体{all}GB）", "{free} GB free of {all} GB")
        },
    );
    let advice = l.t(
        "ディスクの空きを増やしてください。いっぱいになると保存できなくなります。フォルダーがないときは、ディスクの接続を確かめてください。",
        "Make room on the disk: when it is full nothing can be saved. If the folder is not there, see whether the disk is.",
    );
    Room {
        word,
        path: path.display().to_string(),
        badge: badge(l, enough),
        free,
        advice: (!enough).then_some(advice),
    }
}
