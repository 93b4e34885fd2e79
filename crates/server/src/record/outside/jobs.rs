//! What the calendar starts: every day the newest head is mailed to those outside, unless they have it.

use super::{acts, store, text};
use crate::calendar::store as calendar;
use crate::house::fault::Done;
use crate::house::mail::outbox::{self, Letter};
use crate::house::round::{Round, Said};
use crate::house::web::App;
use crate::house::work::{Rx, Tx};
use crate::people::session;
use crate::record::heads::{self, Head};
use meguri_domain::outside::HeadAddress;

/// The round that mails heads. It looks every minute, so that a head counts as outside soon after it was mailed.
pub const ROUND: Round =
    Round {
        name: "head_mail", word: ("ヘッドのメール送付", "Mailing heads"), every_s: 60, go: mail_heads
    };

fn mail_heads(app: &App) -> Done<Said> {
    acts::settle(app)?;
    let (named, due) = app.db.read(session::house(app), |rx| {
        Ok((store::addresses(rx)?.len(), due(app, rx)?.map_or(0, |(_, due)| due.len())))
    })?;
    if due > 0 {
        app.db.write(session::house(app), &app.chance, |tx| write(app, tx))?;
    }
    Ok(match (named, due) {
        (0, _) => Said::good(
            "送付先が決められていません。記録簿の[ヘッドと社外の控え]で加えられます。",
            "No recipients are named. They are added under Record log, heads.",
        ),
        (_, 0) => Said::good("送るヘッドはありません。", "No head to mail."),
        (_, n) => Said::good(
            format!("最新のヘッドを{n}件の送付先へのメールにしました。"),
            format!("Mails with the newest head were written: {n}."),
        ),
    })
}

/// The newest head, and those who are to be mailed: today nothing was written to them yet, and what was written last was
/// another head.
fn due(app: &App, rx: &Rx<'_>) -> Done<Option<(Head, Vec<HeadAddress>)>> {
    let Some(head) = heads::newest(rx)? else { return Ok(None) };
    let about = acts::about(&head.log, &head.size.to_string());
    let mut due = Vec::new();
    for address in store::addresses(rx)?.into_iter().filter(|each| !each.is_erased()) {
        let last = outbox::last_to(rx, acts::ABOUT, &address.email)?;
        if last.is_none_or(|(said, at)| said != about && app.clock.day_of(at) < rx.today()) {
            due.push(address);
        }
    }
    Ok(Some((head, due)))
}

fn write(app: &App, tx: &Tx<'_>) -> Done<()> {
    let Some((head, due)) = due(app, tx)? else { return Ok(()) };
    let organisation = calendar::setting(tx, calendar::ORGANISATION)?.unwrap_or_default();
    let about = acts::about(&head.log, &head.size.to_string());
    for address in due {
        // Whoever has not got the last one yet is better served by this one.
        outbox::take_back(tx, acts::ABOUT, &address.email)?;
        let signed_on = app.clock.day_of(head.made_at);
        let (subject, body) = text::of(&head, &address, &organisation, signed_on);
        let letter = Letter {
            about: &about,
            recipient: &address.email,
            name: &address.name,
            subject: &subject,
            body: &body,
        };
        outbox::post(tx, &letter)?;
    }
    Ok(())
}
