//! The package behind the pages: made after the answer, called off, taken, and fetched.

use super::package::Order;
use super::pages::{address, audit_id};
use super::reading::Room;
use super::{acts, heads, store};
use crate::house::body::of_file;
use crate::house::fault::Fault;
use crate::house::web::{Answer, Ctx, download, go, go_saying};
use axum::extract::Path;
use meguri_domain::Refusal;
use meguri_domain::people::Act;

/// POST /audits/{id}/package
pub async fn make(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = audit_id(id)?;
    ctx.actor.must_everywhere(Act::EditAudit)?;
    ctx.read(|rx| Ok(store::audit(rx, &id)?.must_be_open(rx.today())?)).await?;
    let Ok(place) = ctx.app.exports.clone().try_acquire_owned() else {
        return Err(Fault::Busy("other files are being written".into()).into());
    };
    let key = acts::errand(&id);
    let errand = ctx.app.errands.begin(&key)?;
    let (behind, whose) = (ctx.behind(), id.clone());
    tokio::spawn(async move {
        let told = |done, all| {
            errand.reach(done, all);
            if errand.is_off() { Err(called_off().into()) } else { Ok(()) }
        };
        let done = tokio::task::block_in_place(|| {
            let heads = heads::now(&behind.app)?;
            let order = Order { portion: None, heads: &heads, files: &behind.app.files, told: &told };
            acts::make(&behind.app, &|| Ok(behind.who()), &whose, &order).map(|_| ())
        });
        drop(place);
        let refused = Ctx::told(done).filter(|_| !errand.is_off());
        behind.app.errands.end(&acts::errand(&whose), refused);
    });
    go(address(&id))
}

fn called_off() -> Refusal {
    Refusal::Because(("作成をやめました。", "The making was called off."))
}

/// POST /audits/{id}/package/cancellation
pub async fn call_off(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = audit_id(id)?;
    ctx.actor.must_everywhere(Act::EditAudit)?;
    ctx.read(|rx| store::audit(rx, &id).map(|_| ())).await?;
    if let Some(errand) = ctx.app.errands.find(&acts::errand(&id)) {
        errand.call_off();
    }
    let said = ctx.l.t("審査用ファイルの作成をやめました。", "The making of the package was called off.");
    go_saying(address(&id), said)
}

/// POST /audits/{id}/package/taking
pub async fn take(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = audit_id(id)?;
    if !Room::of(&ctx.app, &id).zip().is_file() {
        // Whether the audit is there at all is not told by the disk.
        ctx.read(|rx| store::audit(rx, &id).map(|_| ())).await?;
        return Err(gone().into());
    }
    ctx.write(|tx| acts::take(tx, &id)).await?;
    go([&address(&id), "/package/file"].concat())
}

fn gone() -> Refusal {
    Refusal::Because((
        "審査用ファイルがありません。事務局が作ると、受け取れます。",
        "There is no package. It can be fetched once the secretariat has made it.",
    ))
}

/// GET /audits/{id}/package/file
pub async fn file(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = audit_id(id)?;
    let (handed, package) = ctx
        .read(|rx| {
            store::audit(rx, &id)?;
            let package = store::package(rx, &id)?.ok_or_else(gone)?;
            Ok((package.is_handed_to(rx.actor(), rx.who.now_ms), package))
        })
        .await?;
    if !handed {
        return Err(Refusal::Because((
            "受け取りの時間（1時間）を過ぎたか、ほかの人が後から受け取りました。審査の画面で、もう一度[受け取る]を押してください。",
            "The hour for fetching has passed, or somebody else took it since. Press [Fetch] on the audit's page again.",
        ))
        .into());
    }
    let file = std::fs::File::open(Room::of(&ctx.app, &id).zip()).map_err(|_| gone())?;
    let day = ctx.app.clock.show(package.made_at).chars().take(10).collect::<String>().replace('-', "");
    download(
        &["審査用ファイル_", &day, ".zip"].concat(),
        "application/zip",
        of_file(file).map_err(Fault::broken)?,
    )
}
