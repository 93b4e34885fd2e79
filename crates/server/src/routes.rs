//! The floor plan: every address of the house in one table.

use crate::asset::views::{columns as asset_columns, filters as asset_filters};
use crate::asset::{
    confirm as asset_confirm, export as asset_export, import as asset_import, list as asset_list,
    pages as asset, rows as asset_rows, scale as asset_scale, upload as asset_upload,
};
use crate::audit::{packaging, pages as audits, room as audit_room};
use crate::breaks::pages as breaks;
use crate::catalogue::pages as threats;
use crate::chain::pages as chain;
use crate::closing::{cell, forms as month, pages as closing};
use crate::correction::pages as corrections;
use crate::criteria::pages as criteria;
use crate::effect::pages as effects;
use crate::erasure::pages as erasures;
use crate::handover::pages as handover;
use crate::health::{mails, pages as health};
use crate::home::pages as home;
use crate::house::door::{door, foreign, frame, lost};
use crate::house::statics;
use crate::house::web::App;
use crate::inspection::{catalogue, evidence, pages as inspections};
use crate::inventory::{difference as inventory_difference, pages as inventory, year as inventory_year};
use crate::measure::pages as measures;
use crate::objective::{form as objective, pages as objectives, review as reviews};
use crate::pattern::pages as patterns;
use crate::people::pages as people;
use crate::record::keys::pages as keys;
use crate::record::outside::{forms as outside, pages as heads};
use crate::record::{entry, pages as record};
use crate::report::pages as report;
use crate::risk::{answers, department as assessment, helped, judging, pages as risk, pictures, what_if};
use crate::risk_rows::{self, pages as risk_files};
use crate::search::pages as search;
use crate::settings::{calendar, departments, organisation, people as persons};
use crate::statement::{
    comparison as statements, file as statement_file, lines as statement_lines, own as own_controls,
    pages as statement, versions as statement_versions,
};
use crate::treatment::{pages as plan, row as plan_row, second as plan_second, tasks as plan_tasks};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use std::sync::LazyLock;
use tower_http::csrf::CsrfLayer;

/// A file may be this large; forms are bounded at the door.
const MOST_BODY: usize = 52 * 1024 * 1024;

/// The addresses with their methods. `GET` looks, `POST` acts; a new verb is a new resource.
#[expect(clippy::too_many_lines, reason = "every address stands in one table on purpose")]
pub fn table() -> Vec<(&'static str, &'static [&'static str], MethodRouter<App>)> {
    vec![
        ("/health", &["GET"], get(health::index)),
        ("/health/mails", &["GET"], get(mails::index)),
        ("/health/mails/{id}", &["GET"], get(mails::mail)),
        ("/health/mails/{id}/resending", &["POST"], post(mails::send_again)),
        ("/sign-in", &["GET", "POST"], get(people::sign_in_page).post(people::sign_in_act)),
        ("/sign-out", &["POST"], post(people::sign_out)),
        ("/set-up/{secret}", &["GET", "POST"], get(people::set_up_page).post(people::set_up_act)),
        ("/language", &["POST"], post(people::language)),
        ("/theme", &["POST"], post(people::theme)),
        ("/assets", &["GET", "POST"], get(asset_list::list).post(asset::create)),
        ("/assets/rows", &["GET", "POST"], get(asset_rows::look).post(asset_rows::save)),
        ("/assets/columns", &["GET", "POST"], get(asset_columns::show).post(asset_columns::keep)),
        ("/assets/filters", &["POST"], post(asset_filters::keep)),
        ("/assets/filters/{id}/withdrawal", &["POST"], post(asset_filters::drop)),
        ("/assets/new", &["GET"], get(asset::new)),
        ("/assets/export", &["GET"], get(asset_export::menu)),
        ("/assets/exports", &["POST"], post(asset_export::make)),
        ("/assets/exports/{id}", &["GET"], get(asset_export::ready)),
        ("/assets/exports/{id}/file", &["GET"], get(asset_export::file)),
        ("/assets/import", &["GET", "POST"], get(asset_upload::upload).post(asset_upload::read)),
        ("/assets/import/{id}", &["GET"], get(asset_import::show)),
        ("/assets/import/{id}/mapping", &["POST"], post(asset_import::map)),
        ("/assets/import/{id}/scale", &["POST"], post(asset_scale::choose)),
        ("/assets/import/{id}/rows", &["POST"], post(asset_import::mend)),
        ("/assets/import/{id}/confirmation", &["POST"], post(asset_confirm::confirm)),
        ("/assets/import/{id}/cancellation", &["POST"], post(asset_upload::cancel)),
        ("/assets/import/{id}/undo", &["POST"], post(asset_confirm::take_back)),
        ("/assets/{id}", &["GET", "POST"], get(asset::show).post(asset::edit)),
        ("/assets/{id}/retirement", &["POST"], post(asset::retire)),
        ("/chain/{kind}/{id}", &["GET"], get(chain::chain)),
        ("/criteria", &["GET", "POST"], get(criteria::index).post(criteria::draft)),
        ("/criteria/{id}", &["GET"], get(criteria::edition)),
        ("/criteria/{id}/approval", &["POST"], post(criteria::approval)),
        ("/inventory", &["GET"], get(inventory_year::index)),
        ("/inventory/difference", &["GET"], get(inventory_difference::difference)),
        ("/inventory/opening", &["POST"], post(inventory_year::opening)),
        ("/inventory/{department}", &["GET"], get(inventory::sheet)),
        ("/inventory/{department}/sheet", &["POST"], post(inventory::begin)),
        ("/inventory/{department}/confirmations", &["POST"], post(inventory::confirmations)),
        ("/inventory/{department}/retirements", &["POST"], post(inventory::retirement)),
        ("/inventory/{department}/submission", &["POST"], post(inventory::submission)),
        ("/inventory/{department}/approval", &["POST"], post(inventory::approval)),
        ("/inventory/{department}/acceptance", &["POST"], post(inventory::acceptance)),
        ("/inventory/{department}/return", &["POST"], post(inventory::send_back)),
        ("/", &["GET"], get(home::home)),
        ("/report", &["GET"], get(report::index)),
        ("/search", &["GET"], get(search::index)),
        ("/record", &["GET"], get(record::index)),
        ("/record/verification", &["POST"], post(record::verification)),
        ("/record/keys", &["GET"], get(keys::index)),
        ("/record/keys/policy", &["GET"], get(keys::policy)),
        ("/record/keys/comparison", &["POST"], post(keys::comparison)),
        ("/record/heads", &["GET"], get(heads::index)),
        ("/record/heads/addresses", &["POST"], post(outside::name)),
        ("/record/heads/addresses/{id}/withdrawal", &["POST"], post(outside::withdraw)),
        ("/record/heads/papers", &["POST"], post(outside::hand_out)),
        ("/record/heads/{size}", &["GET"], get(heads::one)),
        ("/record/heads/{size}/note", &["GET"], get(heads::note)),
        ("/record/{idx}", &["GET"], get(entry::entry)),
        ("/erasures", &["GET", "POST"], get(erasures::list).post(erasures::ask)),
        ("/erasures/new", &["GET"], get(erasures::new)),
        ("/erasures/{id}", &["GET"], get(erasures::erasure)),
        ("/erasures/{id}/approval", &["POST"], post(erasures::approval)),
        ("/erasures/{id}/rejection", &["POST"], post(erasures::rejection)),
        ("/breaks", &["GET"], get(breaks::index)),
        ("/audits", &["GET", "POST"], get(audits::index).post(audits::plan)),
        ("/audits/{id}", &["GET"], get(audits::audit)),
        ("/audits/{id}/auditors", &["POST"], post(audits::invite)),
        ("/audits/{id}/end", &["POST"], post(audits::end)),
        ("/audits/{id}/package", &["POST"], post(packaging::make)),
        ("/audits/{id}/package/cancellation", &["POST"], post(packaging::call_off)),
        ("/audits/{id}/package/taking", &["POST"], post(packaging::take)),
        ("/audits/{id}/package/file", &["GET"], get(packaging::file)),
        ("/audits/{id}/records/{table}", &["GET"], get(audit_room::records)),
        ("/audits/{id}/records/{table}/{record}", &["GET"], get(audit_room::record)),
        ("/audits/{id}/entries/{idx}", &["GET"], get(audit_room::entry)),
        ("/audits/{id}/evidence/{evidence}", &["GET"], get(audit_room::evidence)),
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
        ("/risks/import", &["GET", "POST"], get(risk_files::files).post(risk_files::read)),
        ("/risks/import/{id}", &["GET"], get(risk_files::show)),
        ("/risks/import/{id}/mapping", &["POST"], post(risk_rows::map)),
        ("/risks/import/{id}/rows", &["POST"], post(risk_files::mend)),
        ("/risks/import/{id}/confirmation", &["POST"], post(risk_rows::confirm)),
        ("/risks/import/{id}/cancellation", &["POST"], post(risk_rows::cancel)),
        ("/risks/pictures", &["GET"], get(pictures::pictures)),
        ("/risks/pictures/file", &["GET"], get(pictures::file)),
        ("/what-if", &["GET"], get(what_if::what_if)),
        ("/what-if/controls/{control}", &["GET"], get(helped::helped)),
        ("/what-if/effects", &["GET"], get(effects::index)),
        ("/what-if/effects/{control}", &["POST"], post(effects::set)),
        ("/what-if/rows", &["GET", "POST"], get(answers::preview).post(answers::write)),
        ("/risks/{department}", &["GET"], get(assessment::department)),
        ("/risks/{assessment}/submission", &["POST"], post(assessment::submit)),
        ("/risks/{assessment}/approval", &["POST"], post(assessment::approve)),
        ("/risks/{assessment}/check", &["POST"], post(assessment::check)),
        ("/risks/{assessment}/return", &["POST"], post(assessment::send_back)),
        ("/risks/assets/{asset}", &["GET", "POST"], get(judging::asset).post(judging::judge)),
        ("/risks/assets/{asset}/confirmation", &["POST"], post(judging::confirm)),
        ("/risks/assets/{asset}/last-year", &["POST"], post(judging::as_last_year)),
        ("/risks/assets/{asset}/threats", &["GET", "POST"], get(threats::free).post(threats::add_free)),
        ("/risks/{department}/last-year", &["POST"], post(assessment::as_last_year)),
        ("/risks/{department}/measures", &["GET", "POST"], get(measures::index).post(measures::answer)),
        ("/risks/{department}/measures/following", &["POST"], post(measures::follow)),
        ("/risks/{department}/measures/judgements", &["POST"], post(measures::judge)),
        ("/threats", &["GET", "POST"], get(threats::index).post(threats::add)),
        ("/threats/{id}", &["GET", "POST"], get(threats::threat).post(threats::change)),
        ("/threats/{id}/update", &["POST"], post(threats::decide)),
        ("/patterns", &["GET", "POST"], get(patterns::index).post(patterns::form)),
        ("/patterns/{id}/members", &["POST"], post(patterns::add)),
        ("/patterns/{id}/departures", &["POST"], post(patterns::departure)),
        ("/patterns/{id}/dissolution", &["POST"], post(patterns::dissolution)),
        ("/settings", &["GET"], get(persons::settings)),
        ("/settings/people", &["GET", "POST"], get(persons::index).post(persons::enrol)),
        ("/settings/people/{id}", &["GET"], get(persons::person)),
        ("/settings/people/{id}/invitation", &["POST"], post(persons::invitation)),
        ("/settings/people/{id}/postings", &["POST"], post(persons::posting)),
        ("/settings/people/{id}/departure", &["POST"], post(persons::departure)),
        ("/settings/postings/{id}/end", &["POST"], post(persons::end_posting)),
        ("/settings/departments", &["GET", "POST"], get(departments::index).post(departments::open)),
        ("/settings/departments/{id}", &["GET"], get(departments::department)),
        ("/settings/departments/{id}/names", &["POST"], post(departments::rename)),
        ("/settings/departments/{id}/closing", &["POST"], post(departments::closing)),
        ("/settings/departments/{id}/merger", &["GET", "POST"], get(handover::merger).post(handover::merge)),
        ("/settings/departments/{id}/split", &["GET", "POST"], get(handover::parting).post(handover::split)),
        ("/settings/calendar", &["GET"], get(calendar::index)),
        ("/settings/calendar/terms", &["POST"], post(calendar::term)),
        ("/settings/calendar/holidays", &["POST"], post(calendar::holiday)),
        ("/settings/holidays/{id}/withdrawal", &["POST"], post(calendar::withdrawal)),
        ("/settings/organisation", &["GET", "POST"], get(organisation::index).post(organisation::save)),
        ("/settings/about", &["GET"], get(organisation::about)),
        ("/inspections", &["GET"], get(inspections::list)),
        ("/inspections/{id}/{month}", &["GET", "POST"], get(inspections::sheet).post(inspections::save)),
        ("/inspections/{id}/{month}/items/{item}/evidence", &["POST"], post(evidence::attach_to_answer)),
        (
            "/inspections/{id}/submission",
            &["GET", "POST"],
            get(inspections::summary).post(inspections::submission),
        ),
        ("/inspections/{id}/confirmation", &["POST"], post(inspections::confirmation)),
        ("/inspections/{id}/check", &["POST"], post(inspections::check)),
        ("/inspections/{id}/return", &["POST"], post(inspections::send_back)),
        ("/evidence/{id}", &["GET"], get(evidence::evidence)),
        ("/evidence/{id}/withdrawal", &["POST"], post(evidence::withdrawal)),
        ("/reviews/{id}/evidence", &["POST"], post(evidence::attach_to_review)),
        ("/plan", &["GET"], get(plan::plan)),
        ("/plan/risks/{risk}", &["GET", "POST"], get(plan_row::of_risk).post(plan_row::write)),
        ("/plan/rows/{id}", &["GET"], get(plan_row::row)),
        ("/plan/rows/{id}/approval", &["POST"], post(plan_row::approve)),
        ("/plan/rows/{id}/completion", &["POST"], post(plan_row::complete)),
        ("/plan/rows/{id}/tasks", &["POST"], post(plan_tasks::set)),
        ("/plan/rows/{id}/judgement", &["POST"], post(plan_second::judge)),
        ("/statement", &["GET"], get(statement::index)),
        ("/statement/lines", &["GET", "POST"], get(statement_lines::lines).post(statement_lines::write)),
        ("/statement/decisions", &["POST"], post(statement::decide)),
        ("/statement/proposals", &["POST"], post(statement::proposals)),
        ("/statement/submission", &["POST"], post(statement::submission)),
        ("/statement/controls/{control}", &["GET"], get(statement_lines::control)),
        ("/statement/versions/{id}", &["GET"], get(statement_versions::version)),
        ("/statement/versions/{id}/approval", &["POST"], post(statement_versions::approval)),
        ("/statement/versions/{id}/return", &["POST"], post(statement_versions::send_back)),
        ("/statement/comparison", &["GET"], get(statements::comparison)),
        ("/statement/file", &["GET"], get(statement_file::file)),
        ("/statement/own", &["GET", "POST"], get(own_controls::list).post(own_controls::add)),
        ("/statement/own/{id}", &["GET", "POST"], get(own_controls::control).post(own_controls::edit)),
        ("/corrections", &["GET"], get(corrections::list)),
        ("/corrections/{id}", &["GET"], get(corrections::correction)),
        ("/corrections/{id}/completion", &["POST"], post(corrections::completion)),
        ("/corrections/{id}/verification", &["POST"], post(corrections::verification)),
        ("/corrections/{id}/return", &["POST"], post(corrections::send_back)),
        ("/objectives", &["GET"], get(objectives::list)),
        ("/objectives/new", &["GET", "POST"], get(objective::new).post(objective::set)),
        ("/objectives/{id}", &["GET"], get(objectives::objective)),
        ("/objectives/{id}/edition", &["GET", "POST"], get(objective::edition).post(objective::edit)),
        ("/objectives/{id}/end", &["POST"], post(objective::end)),
        ("/objectives/{id}/reviews/{month}", &["GET", "POST"], get(reviews::review).post(reviews::save)),
        ("/reviews/{id}/submission", &["POST"], post(reviews::submission)),
        ("/reviews/{id}/confirmation", &["POST"], post(reviews::confirmation)),
        ("/reviews/{id}/check", &["POST"], post(reviews::check)),
        ("/reviews/{id}/return", &["POST"], post(reviews::send_back)),
        ("/items", &["GET", "POST"], get(catalogue::items).post(catalogue::add)),
        ("/items/assignments", &["POST"], post(catalogue::assign)),
        ("/items/{id}", &["GET"], get(catalogue::item)),
        ("/assignments/{id}/rhythm", &["POST"], post(catalogue::change_rhythm)),
        ("/assignments/{id}/end", &["POST"], post(catalogue::end)),
    ]
}

/// The addresses with their methods alone, for those who ask what an address is.
pub fn plan() -> &'static [(&'static str, &'static [&'static str])] {
    static PLAN: LazyLock<Vec<(&str, &[&str])>> =
        LazyLock::new(|| table().into_iter().map(|(address, methods, _)| (address, methods)).collect());
    &PLAN
}

/// The whole router.
pub fn router(app: App) -> Router {
    let mut rooms = Router::new();
    for (address, _, handler) in table() {
        rooms = rooms.route(address, handler);
    }
    let rooms = rooms.fallback(lost).layer(DefaultBodyLimit::max(MOST_BODY));
    let rooms = rooms.layer(from_fn_with_state(app.clone(), door));
    let rooms = rooms.layer(CsrfLayer::new().with_rejection_response(foreign));
    // Outermost, so that every no becomes a page, also that of the layer below.
    let rooms = rooms.layer(from_fn_with_state(app.clone(), frame));
    Router::new().route("/static/{hash}/{name}", get(statics::file)).merge(rooms).with_state(app)
}
