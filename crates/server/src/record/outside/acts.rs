//! Units of work about heads outside: naming and withdrawing an address, handing out a paper, and remembering in the folder
//! of keys what came to lie outside by mail or on paper.

use super::store;
use crate::house::clock::Clock;
use crate::house::fault::Done;
use crate::house::mail::{is_address, outbox};
use crate::house::web::App;
use crate::house::work::Tx;
use crate::people::{session, store as people};
use crate::record::heads::{self, Head, Way};
use crate::record::store as record;
use meguri_domain::ids::{HandingOutId, HeadAddressId};
use meguri_domain::outside::{HandingOut, HeadAddress, Named, Printed};
use meguri_domain::people::Act;
use meguri_domain::{Date, Refusal};

/// What mails about heads are called in the outbox; log and size follow.
pub const ABOUT: &str = "head/";

/// Names somebody outside to whom heads are mailed.
pub fn name(tx: &Tx<'_>, named: Named) -> Done<HeadAddress> {
    tx.actor().must_everywhere(Act::KeepHeads)?;
    let email = named.email.trim().to_lowercase();
    let all = store::addresses(tx)?;
    if all.iter().any(|each| each.email == email) {
        return Err(Refusal::Already {
            what: ("このアドレスの送付先", "A recipient with this address")
        }
        .into());
    }
    if all.len() >= store::MOST_ADDRESSES {
        return Err(Refusal::Because((
            "送付先は50件までです。使っていない送付先をやめてから、加えてください。",
            "There can be 50 recipients. Withdraw one that is no longer needed first.",
        ))
        .into());
    }
    let is_inside = people::person_by_email(tx, &email)?.is_some();
    let change = HeadAddress::name(tx.id(HeadAddressId::new), named, is_inside, tx.actor())?;
    if !is_address(&email) {
        let word = ("メールアドレス", "Mail address");
        let hint =
            ("半角の「name@example.co.jp」の形で入力してください。", "Write it like name@example.com.");
        return Err(Refusal::Unfit { field: "email", word, hint }.into());
    }
    tx.save(change)
}

/// Mails him no more; what waits for him is taken back.
pub fn withdraw(tx: &Tx<'_>, id: &HeadAddressId) -> Done<HeadAddress> {
    let address = tx.save(store::address(tx, id)?.withdraw(tx.actor())?)?;
    outbox::take_back(tx, ABOUT, &address.email)?;
    Ok(address)
}

/// A paper as the form asks for it.
pub struct Paper {
    pub size: u64,
    pub to_whom: String,
    pub on_date: Date,
}

/// Records that a head of the current log was handed out on paper.
pub fn hand_out(tx: &Tx<'_>, clock: &Clock, paper: &Paper) -> Done<HandingOut> {
    tx.actor().must_everywhere(Act::KeepHeads)?;
    let hint = (
        "この件数のヘッドはありません。紙に印刷された「記録簿の件数」を入力してください。締めた記録簿のヘッドは登録できません。",
        "There is no head of so many entries. Enter the number of entries printed on the paper. Heads of closed logs cannot be entered.",
    );
    let unfit =
        Refusal::Unfit { field: "size", word: ("紙に印刷された件数", "Entries on the paper"), hint };
    let head = heads::find(tx, &record::head(tx)?.log, paper.size)?.ok_or(unfit.clone())?;
    let printed = Printed {
        signed_on: clock.day_of(head.made_at),
        log_id: head.log,
        size: i64::try_from(head.size).map_err(|_| unfit)?,
        root: head.root,
    };
    let id = tx.id(HandingOutId::new);
    tx.save(HandingOut::record(id, printed, (&paper.to_whom, paper.on_date), tx.actor(), tx.today())?)
}

/// Remembers in the folder of keys, and at the heads, what came to lie outside: papers that were handed out, and mails that a
/// mail server took. Heads of a log that is closed bind nothing any more.
pub fn settle(app: &App) -> Done<usize> {
    let found: Vec<(Head, Way)> = app.db.read(session::house(app), |rx| {
        let log = record::head(rx)?.log;
        let mut found = Vec::new();
        for size in store::handed_out_unsaid(rx, &log)? {
            let head = heads::find(rx, &log, u64::try_from(size).unwrap_or(0))?;
            found.extend(head.map(|head| (head, Way::Paper)));
        }
        let about = about(&log, "");
        for each in outbox::sent_about(rx, &about)? {
            let Some(size) = each.strip_prefix(&about).and_then(|size| size.parse().ok()) else { continue };
            let head = heads::find(rx, &log, size)?.filter(|head| head.mailed_at == 0);
            found.extend(head.map(|head| (head, Way::Mail)));
        }
        Ok(found)
    })?;
    for (head, way) in &found {
        heads::held_outside(app, head, *way, &head.note)?;
    }
    Ok(found.len())
}

/// What a mail about a head is called in the outbox.
pub fn about(log: &str, size: &str) -> String {
    [ABOUT, log, "/", size].concat()
}
