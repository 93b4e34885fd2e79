//! The SQL of addresses outside and of papers that were handed out.

use crate::house::db::Value;
use crate::house::fault::{Done, Stop};
use crate::house::kept::{Column, cell};
use crate::house::work::Rx;
use crate::{kept, open};
use meguri_domain::Refusal;
use meguri_domain::ids::HeadAddressId;
use meguri_domain::outside::{HandingOut, HeadAddress};

kept!(company HeadAddress, "head_address", [id, version, name, email, tongue, in_force]);
kept!(company HandingOut, "handing_out", [id, version, log_id, size, root, to_whom, on_date]);

/// So many people outside are written to.
pub const MOST_ADDRESSES: usize = 50;

/// The addresses to which heads are mailed.
pub fn addresses(rx: &Rx<'_>) -> Done<Vec<HeadAddress>> {
    let text = open!("SELECT * FROM head_address WHERE in_force ORDER BY name, id LIMIT 50");
    Ok(rx.open_list(text, &[])?)
}

/// One of them, also one that was withdrawn.
pub fn address(rx: &Rx<'_>, id: &HeadAddressId) -> Done<HeadAddress> {
    let found = rx.open_one(open!("SELECT * FROM head_address WHERE id = $1"), &[id.to_value()])?;
    found.ok_or(Stop::Refusal(Refusal::NotFound))
}

/// The newest papers of a log, at most 200.
pub fn handed_out(rx: &Rx<'_>, log: &str) -> Done<Vec<HandingOut>> {
    let text =
        open!("SELECT * FROM handing_out WHERE log_id = $1 ORDER BY on_date DESC, size DESC, id LIMIT 200");
    Ok(rx.open_list(text, &[Value::Text(log.to_owned())])?)
}

/// Sizes of the heads of a log of which a paper was handed out, but that do not say so yet.
pub fn handed_out_unsaid(rx: &Rx<'_>, log: &str) -> Done<Vec<i64>> {
    let text = open!(
        "SELECT DISTINCT o.size FROM handing_out o JOIN head h ON h.log_id = o.log_id AND h.size = o.size AND h.root = o.root
         WHERE o.log_id = $1 AND h.paper_at = 0 ORDER BY o.size LIMIT 200"
    );
    Ok(rx
        .open_rows(text, &[Value::Text(log.to_owned())])?
        .iter()
        .map(|row| cell(row, 0))
        .collect::<Result<_, _>>()?)
}
