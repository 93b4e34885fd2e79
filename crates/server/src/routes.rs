//! The floor plan: every address of the house in one table.

use crate::breaks::pages as breaks;
use crate::closing::{cell, forms as month, pages as closing};
use crate::criteria::pages as criteria;
use crate::house::door::{door, lost};
use crate::house::statics;
use crate::house::web::App;
use crate::inventory::{pages as inventory, year as inventory_year};
use crate::people::pages as people;
use crate::risk::{department as assessment, judging, pages as risk};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use tower_http::csrf::CsrfLayer;

/// A file may be this large; forms are bounded at the door.
const MOST_BODY: usize = 52 * 1024 * 1024;

/// The addresses with their methods. `GET` looks, `POST` acts; a new verb is a new resource.
pub fn table() -> Vec<(&'static str, &'static [&'static str], MethodRouter<App>)> {
    vec![
        ("/health", &["GET"], get(people::health)),
        ("/sign-in", &["GET", "POST"], get(people::sign_in_page).post(people::sign_in_act)),
        ("/sign-out", &["POST"], post(people::sign_out)),
        ("/set-up/{secret}", &["GET", "POST"], get(people::set_up_page).post(people::set_up_act)),
        ("/language", &["POST"], post(people::language)),
        ("/theme", &["POST"], post(people::theme)),
        ("/criteria", &["GET", "POST"], get(criteria::index).post(criteria::draft)),
        ("/criteria/{id}", &["GET"], get(criteria::edition)),
        ("/criteria/{id}/approval", &["POST"], post(criteria::approval)),
        ("/inventory", &["GET"], get(inventory_year::index)),
        ("/inventory/opening", &["POST"], post(inventory_year::opening)),
        ("/inventory/{department}", &["GET"], get(inventory::sheet)),
        ("/inventory/{department}/sheet", &["POST"], post(inventory::begin)),
        ("/inventory/{department}/confirmations", &["POST"], post(inventory::confirmations)),
        ("/inventory/{department}/submission", &["POST"], post(inventory::submission)),
        ("/inventory/{department}/approval", &["POST"], post(inventory::approval)),
        ("/inventory/{department}/acceptance", &["POST"], post(inventory::acceptance)),
        ("/inventory/{department}/return", &["POST"], post(inventory::send_back)),
        ("/breaks", &["GET"], get(breaks::index)),
        ("/board", &["GET"], get(closing::board)),
        ("/board/checks", &["POST"], post(closing::checks)),
        ("/board/closings", &["POST"], post(closing::closings)),
        ("/board/{department}/{month}", &["GET"], get(cell::cell)),
        ("/board/{department}/{month}/confirmation", &["POST"], post(month::confirm)),
        ("/board/{department}/{month}/check", &["POST"], post(month::check)),
        ("/board/{department}/{month}/return", &["POST"], post(month::send_back)),
        ("/board/{department}/{month}/closing", &["POST"], post(month::close)),
        ("/closings/{id}/reopening", &["POST"], post(month::reopen)),
        ("/risks", &["GET"], get(risk::overview)),
        ("/risks/{department}", &["GET"], get(assessment::department)),
        ("/risks/{assessment}/submission", &["POST"], post(assessment::submit)),
        ("/risks/{assessment}/approval", &["POST"], post(assessment::approve)),
        ("/risks/{assessment}/return", &["POST"], post(assessment::send_back)),
        ("/risks/assets/{asset}", &["GET", "POST"], get(judging::asset).post(judging::judge)),
        ("/risks/assets/{asset}/confirmation", &["POST"], post(judging::confirm)),
    ]
}

/// The whole router.
pub fn router(app: App) -> Router {
    let mut rooms = Router::new();
    for (address, _, handler) in table() {
        rooms = rooms.route(address, handler);
    }
    let rooms = rooms.fallback(lost).layer(DefaultBodyLimit::max(MOST_BODY));
    let rooms = rooms.layer(from_fn_with_state(app.clone(), door)).layer(CsrfLayer::new());
    Router::new().route("/static/{hash}/{name}", get(statics::file)).merge(rooms).with_state(app)
}
