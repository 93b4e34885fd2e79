//! Pages of one department's sheet: its rows, and its way from the department to the secretariat.

use super::store::{PER_PAGE, Tally};
use super::views::{self, Badge, Chip, Group, LineView, Step, either};
use super::{acts, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, go_saying, page, percent};
use crate::house::work::{Rx, Tx};
use crate::people::store as people;
use askama::Template;
use axum::extract::{Form, Path, Query};
use meguri_domain::Refusal;
use meguri_domain::approval::State;
use meguri_domain::ids::{AssetId, DepartmentId, InventorySheetId};
use meguri_domain::inventory::{Inventory, InventorySheet};
use meguri_domain::people::Act;
use serde::Deserialize;

/// One department's sheet.
#[derive(Template)]
#[template(path = "inventory/sheet.html")]
struct SheetPage {
    shell: Shell,
    req: String,
    id: String,
    lead: String,
    badge: Badge,
    version: i64,
    tally: Tally,
    left: i64,
    none_held: bool,
    lines: Vec<LineView>,
    chips: Vec<Chip>,
    only: String,
    at: i64,
    pages: i64,
    steps: Vec<Step>,
    has_sheet: bool,
    /// May confirm rows now.
    writes: bool,
    /// May approve now, and whether as deputy.
    approves: bool,
    deputy: bool,
    accepts: bool,
    /// May send back now.
    returns: bool,
    /// Would be the checker of an own record.
    own_hand: bool,
    /// Whether the sheet is handed in.
    closed: bool,
    /// May confirm what came to the department after that.
    confirms_after: bool,
}

#[derive(Deserialize)]
pub struct SheetQuery {
    #[serde(default)]
    only: String,
    #[serde(default)]
    page: String,
}

/// GET /inventory/{department}
pub async fn sheet(ctx: Ctx, Path(id): Path<String>, Query(query): Query<SheetQuery>) -> Answer {
    let id = department(id)?;
    let at: i64 = query.page.parse().unwrap_or(1).clamp(1, 1_000);
    let template = ctx.read(|rx| filled(&ctx, rx, &id, (query.only, at))).await?;
    page(&template)
}

fn filled(ctx: &Ctx, rx: &Rx<'_>, id: &DepartmentId, (only, at): (String, i64)) -> Done<SheetPage> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeRegister);
    let department = people::department(rx, &scope, id)?;
    let inventory = store::must_be_open(rx)?;
    let sheet = store::sheet_of(rx, &scope, &inventory.id, id)?;
    let tally = store::tally(rx, &scope, &inventory.id, id)?;
    let left = tally.held - tally.confirmed;
    let lines = store::lines(rx, &scope, &inventory.id, id, (&only, at))?;
    let closed = sheet.as_ref().is_some_and(|each| !each.flow.is_open());
    let lines = lines.into_iter().map(|each| views::line(l, each, closed, ctx.app.chance.id())).collect();
    let shown = match only.as_str() {
        "open" => left,
        "unchanged" => tally.unchanged,
        "changed" => tally.changed,
        "new" => tally.new,
        "retired" => tally.retired,
        _ => tally.held + tally.retired,
    };
    let state = sheet.as_ref().map_or(State::Draft, |each| each.flow.state);
    let late = Group::of(sheet.as_ref(), &inventory, rx.today()) == Group::Late;
    let badge = views::badge(l, sheet.as_ref(), tally.confirmed > 0 || tally.retired > 0, late);
    let may = |act| ctx.actor.may(act, id);
    let approves = state == State::Submitted && may(Act::ApproveInventory);
    let checks = state == State::Confirmed && may(Act::AcceptInventory);
    let own_hand = checks && sheet.as_ref().is_some_and(|each| each.flow.has_hand_of(&ctx.actor.person));
    let returns = matches!(state, State::Submitted | State::Confirmed)
        && (may(Act::ApproveInventory) || may(Act::AcceptInventory));
    let steps = sheet.as_ref().map_or_else(Vec::new, |each| views::timeline(l, &each.flow));
    let mut shell = Shell::new(ctx, "棚卸", "Inventory", ctx.this_month());
    let name = people::names(rx, rx.today())?.remove(id).unwrap_or(department.code);
    shell.title = [name.as_str(), l.t("の棚卸", " inventory")].concat();
    Ok(SheetPage {
        req: ctx.app.chance.id(),
        id: id.to_string(),
        lead: sheet_lead(ctx, &inventory, state, (&tally, late)),
        badge,
        version: sheet.as_ref().map_or(0, |each| each.version),
        left,
        none_held: sheet.as_ref().is_some_and(|each| each.none_held),
        lines,
        chips: line_chips(ctx, &tally, &only),
        only,
        at,
        pages: (shown.max(1) + PER_PAGE - 1) / PER_PAGE,
        steps,
        has_sheet: sheet.is_some(),
        writes: matches!(state, State::Draft | State::Returned) && may(Act::ConfirmInventory),
        approves,
        deputy: ctx.actor.stands_in_for(id),
        accepts: checks && !own_hand,
        returns,
        own_hand,
        closed,
        confirms_after: closed && left > 0 && may(Act::ConfirmInventory),
        shell,
        tally,
    })
}

fn line_chips(ctx: &Ctx, tally: &Tally, only: &str) -> Vec<Chip> {
    let l = ctx.l;
    let all = [
        ("", l.t("すべて", "All"), tally.held + tally.retired),
        ("open", l.t("未確認", "Unconfirmed"), tally.held - tally.confirmed),
        ("unchanged", l.t("継続", "Unchanged"), tally.unchanged),
        ("changed", l.t("変更", "Changed"), tally.changed),
        ("new", l.t("追加", "New"), tally.new),
        ("retired", l.t("廃止", "Retired"), tally.retired),
    ];
    all.into_iter()
        .map(|(code, word, count)| Chip { code, word: word.to_owned(), count, current: only == code })
        .collect()
}

fn sheet_lead(ctx: &Ctx, inventory: &Inventory, state: State, (tally, late): (&Tally, bool)) -> String {
    let l = ctx.l;
    let (year, due) = (l.year(inventory.fiscal_year), l.long_day(&inventory.due_on));
    let left = tally.held - tally.confirmed;
    let ja = l.is_ja();
    match state {
        State::Draft | State::Returned => {
            let mut text = match (ja, tally.held, left) {
                (true, 0, _) => format!("{year}分。台帳に情報資産がありません。締切は{due}です。"),
                (true, _, 0) => format!(
                    "{year}分。{}件すべて確認しました。提出してください。締切は{due}です。",
                    tally.held
                ),
                (true, ..) => format!(
                    "{year}分。{}件のうち、あと{left}件を確認してください。締切は{due}です。",
                    tally.held
                ),
                (false, 0, _) => format!("{year}. The register holds no assets. Due {due}."),
                (false, _, 0) => format!("{year}. All {} rows are confirmed. Submit by {due}.", tally.held),
                (false, ..) => {
                    format!("{year}. {left} of {} rows are still to be confirmed. Due {due}.", tally.held)
                }
            };
            if late {
                text.push_str(l.t("期限を過ぎています。", " Overdue."));
            }
            text
        }
        State::Submitted if ja => format!("{year}分を提出しました。部門長の承認を待っています。"),
        State::Submitted => format!("{year}. Submitted; waiting for the head to approve."),
        State::Confirmed if ja => format!("{year}分を部門が承認しました。事務局の受理を待っています。"),
        State::Confirmed => format!("{year}. Approved; waiting for the secretariat to accept."),
        State::Checked if ja => {
            format!("{year}分は完了しました。このあとの登録と変更は、その時点で確認済みになります。")
        }
        State::Checked => {
            format!("{year}. Done. What is registered or changed from now on is confirmed by that very act.")
        }
    }
}

/// `asset` is confirmed; without it all that are left, but those that `except` names, as often as it stands.
type Pairs = Vec<(String, String)>;

fn first<'a>(form: &'a Pairs, name: &str) -> &'a str {
    form.iter().find(|(each, _)| each == name).map_or("", |(_, value)| value.as_str())
}

/// POST /inventory/{department}/confirmations
pub async fn confirmations(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Pairs>) -> Answer {
    let id = department(id)?;
    let asset = AssetId::new(first(&form, "asset"));
    let all = first(&form, "asset").is_empty();
    let except = form.iter().filter(|(name, _)| name == "except");
    let except: Vec<AssetId> = except.filter_map(|(_, value)| AssetId::new(value.as_str())).collect();
    let said = ctx
        .write(|tx| {
            if all {
                return acts::confirm_rest(tx, &id, &except);
            }
            acts::confirm(tx, &asset.ok_or(Stop::Refusal(Refusal::NotFound))?)?;
            Ok(1)
        })
        .await?;
    let at: u16 = first(&form, "page").parse().unwrap_or(1);
    let address = format!("/inventory/{id}?only={}&page={at}", percent(first(&form, "only")));
    if !all {
        return go(address);
    }
    let rows = ctx.l.count(said, "件", "row", "rows");
    let mut sentence = either(
        ctx.l,
        format!("{rows}を「継続」として確認しました。"),
        format!("{rows} confirmed as unchanged."),
    );
    if !except.is_empty() {
        let left = except.len();
        sentence += &either(
            ctx.l,
            format!("印を付けた{left}件は未確認のままです。変更か廃止を登録してください。"),
            format!(" The {left} ticked rows are left. Change or retire them."),
        );
    }
    go_saying(address, &sentence)
}

#[derive(Deserialize)]
pub struct RetirementForm {
    #[serde(default)]
    asset: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    only: String,
    #[serde(default)]
    page: String,
}

/// POST /inventory/{department}/retirements
pub async fn retirement(ctx: Ctx, Path(id): Path<String>, Form(form): Form<RetirementForm>) -> Answer {
    let id = department(id)?;
    let asset = AssetId::new(form.asset).ok_or(Refusal::NotFound)?;
    let retired = ctx.write(|tx| acts::retire(tx, &asset, &id, &form.reason)).await?;
    let at: u16 = form.page.parse().unwrap_or(1);
    let name = retired.name;
    let said = either(ctx.l, format!("「{name}」を廃止しました。"), format!("“{name}” was retired."));
    go_saying(format!("/inventory/{id}?only={}&page={at}", percent(&form.only)), &said)
}

/// POST /inventory/{department}/sheet: a department that was opened after the inventory gets its sheet.
pub async fn begin(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = department(id)?;
    ctx.write(|tx| acts::begin_sheet(tx, &id)).await?;
    let mine = ctx.actor.may(Act::ConfirmInventory, &id);
    let address = if mine { ["/inventory/", id.as_str()].concat() } else { "/inventory".into() };
    go_saying(address, ctx.l.t("棚卸票を追加しました。", "The department has its sheet now."))
}

#[derive(Deserialize)]
pub struct StepForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    none_held: String,
    #[serde(default)]
    reason: String,
}

/// POST /inventory/{department}/submission
pub async fn submission(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let none_held = !form.none_held.is_empty();
    let said = ctx.l.t(
        "棚卸を提出しました。部門長の承認を待っています。",
        "Submitted. It now waits for the head to approve.",
    );
    step(&ctx, id, &form, said, |tx, sheet, version| acts::submit(tx, sheet, version, none_held)).await
}

/// POST /inventory/{department}/approval
pub async fn approval(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t(
        "棚卸を承認しました。事務局の受理を待っています。",
        "Approved. It now waits for the secretariat to accept.",
    );
    step(&ctx, id, &form, said, acts::approve).await
}

/// POST /inventory/{department}/acceptance
pub async fn acceptance(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    step(&ctx, id, &form, ctx.l.t("棚卸を受理しました。", "Accepted."), acts::accept).await
}

/// POST /inventory/{department}/return
pub async fn send_back(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t("理由を付けて部門に差し戻しました。", "Sent back to the department with your reason.");
    step(&ctx, id, &form, said, |tx, sheet, version| acts::send_back(tx, sheet, version, &form.reason)).await
}

/// One step of the sheet of the current inventory.
async fn step(
    ctx: &Ctx,
    id: String,
    form: &StepForm,
    said: &str,
    act: impl FnOnce(&Tx<'_>, &InventorySheetId, i64) -> Done<InventorySheet>,
) -> Answer {
    let id = department(id)?;
    let version: i64 = form.version.parse().unwrap_or(0);
    ctx.write(|tx| {
        let inventory = store::must_be_open(tx)?;
        let sheet = store::sheet_of(tx, &tx.scope(Act::SeeRegister), &inventory.id, &id)?
            .ok_or(Stop::Refusal(Refusal::NotFound))?;
        act(tx, &sheet.id, version)
    })
    .await?;
    go_saying(["/inventory/", id.as_str()].concat(), said)
}

fn department(id: String) -> Result<DepartmentId, Stop> {
    DepartmentId::new(id).ok_or(Stop::Refusal(Refusal::NotFound))
}
