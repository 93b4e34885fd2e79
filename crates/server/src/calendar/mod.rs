//! The organisation's calendar and what it says of itself: settings, deadlines, holidays.

pub mod acts;
pub mod store;

use crate::house::fault::Done;
use crate::house::web::App;
use crate::people::session;

/// Reads the organisation's name and fiscal year anew into what every request shares.
pub fn refresh(app: &App) -> Done<()> {
    let (name, start) = tokio::task::block_in_place(|| {
        app.db.read(session::house(app), |rx| {
            Ok((store::setting(rx, store::ORGANISATION)?, store::calendar(rx)?.fiscal_start))
        })
    })?;
    app.set_about(name.unwrap_or_default(), start);
    Ok(())
}
