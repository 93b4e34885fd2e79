//! Rows saved from the sheet: many at once, each with the version it was filled from and an answer of its own.
//!
//! A body is a form like any other. Each row begins with `row=<id>`; `version=…` and the cells that were written
//! follow, by the codes of their columns: `req=…&row=17&version=3&name=…&medium=…&row=18&…`.

use super::form::AssetForm;
use super::grid::{self, Kind};
use super::{acts, store};
use crate::house::door::fields;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::refused;
use crate::house::web::{Answer, Ctx};
use crate::house::words::Lang;
use crate::house::work::{Rx, Tx};
use crate::{criteria, people};
use axum::extract::{RawForm, RawQuery};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use meguri_domain::Refusal;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::criteria::Method;
use meguri_domain::ids::{AssetId, DepartmentId};
use meguri_domain::people::Act;
use meguri_sheet::Field;
use serde::Serialize;
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// A page holds as many rows, and no save is larger.
const MOST_ROWS: usize = 200;

/// A row as it was sent.
struct Order {
    id: String,
    version: i64,
    /// Only columns that are written in the sheet; whatever else was sent is not here.
    cells: Vec<(Field, String)>,
}

/// What became of a row.
#[derive(Serialize)]
struct Told {
    id: String,
    /// `saved`, `unfit`, `stale`, `refused`, `gone`; `now` where nothing was asked.
    state: &'static str,
    #[serde(skip)]
    refusal: Option<Refusal>,
    version: i64,
    /// Every column as it stands now; empty ones are left out.
    cells: BTreeMap<&'static str, String>,
    /// What does not fit, by column.
    errors: BTreeMap<&'static str, String>,
    /// What is to be said of the row as a whole.
    says: String,
    /// What entrusted data lacks.
    lacks: String,
}

/// Departments' names, the method in force and the language: what every row of a batch needs.
struct Desk {
    names: BTreeMap<DepartmentId, String>,
    method: Method,
    l: Lang,
}

impl Desk {
    fn open(rx: &Rx<'_>, l: Lang) -> Done<Self> {
        let names = people::store::names(rx, rx.today())?.into_iter().collect();
        Ok(Self { names, method: criteria::acts::method(rx)?, l })
    }
}

/// POST /assets/rows
pub async fn save(ctx: Ctx, RawForm(bytes): RawForm) -> Answer {
    let orders = orders(fields(&bytes))?;
    let mut told = Vec::new();
    let done = ctx
        .write(|tx| {
            let desk = Desk::open(tx, ctx.l)?;
            for order in &orders {
                told.push(save_row(tx, &desk, order)?);
            }
            // Where nothing was saved nothing is kept, not even that it was asked: it may be sent again.
            match told.iter_mut().find_map(|row| row.refusal.take()) {
                Some(refusal) if told.iter().all(|row| row.state != "saved") => Err(refusal.into()),
                _ => Ok(()),
            }
        })
        .await;
    match done {
        Ok(()) => {
            let mut response = answer(StatusCode::OK, &told)?;
            // A repetition of the same request is led to the rows as they stand.
            let place = HeaderValue::from_str(&address(&orders)).map_err(Fault::broken)?;
            response.headers_mut().insert(header::LOCATION, place);
            Ok(response)
        }
        Err(Stop::Refusal(refusal)) if !told.is_empty() => {
            answer(refused::status(&Stop::Refusal(refusal)), &told)
        }
        Err(stop) => Err(stop),
    }
}

/// GET /assets/rows
pub async fn look(ctx: Ctx, RawQuery(query): RawQuery) -> Answer {
    let orders = orders(fields(query.unwrap_or_default().as_bytes()))?;
    let told = ctx
        .read(|rx| {
            let desk = Desk::open(rx, ctx.l)?;
            let scope = rx.scope(Act::SeeRegister);
            let look = |order: &Order| match AssetId::new(order.id.clone()) {
                Some(id) => Ok(Told::now(&desk, &store::find(rx, &scope, &id)?, "now")),
                None => Err(Refusal::NotFound.into()),
            };
            orders.iter().map(look).collect::<Done<Vec<Told>>>()
        })
        .await?;
    answer(StatusCode::OK, &told)
}

fn answer(status: StatusCode, told: &[Told]) -> Answer {
    let text = serde_json::to_string(&serde_json::json!({ "rows": told })).map_err(Fault::broken)?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], text).into_response())
}

fn address(orders: &[Order]) -> String {
    let rows: Vec<String> = orders.iter().map(|order| ["row=", &order.id].concat()).collect();
    ["/assets/rows?", &rows.join("&")].concat()
}

/// The rows of a form, in its order.
fn orders(fields: Vec<(String, String)>) -> Result<Vec<Order>, Refusal> {
    let mut orders: Vec<Order> = Vec::new();
    for (name, value) in fields {
        if name == "row" {
            orders.push(Order { id: value, version: 0, cells: Vec::new() });
        } else if let Some(order) = orders.last_mut() {
            match Field::from_code(&name) {
                Some(field) if Kind::of(field) != Kind::Fixed => order.cells.push((field, value)),
                _ if name == "version" => order.version = value.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
    if orders.is_empty() {
        return Err(Refusal::NotFound);
    }
    if orders.len() > MOST_ROWS {
        return Err(Refusal::Because((
            "一度に保存できるのは200行までです。200行ずつに分けて、もう一度保存してください。",
            "At most 200 rows are saved at once. Save them 200 at a time.",
        )));
    }
    Ok(orders)
}

/// One row: a refusal is its answer and leaves the others alone; a fault stops them all.
fn save_row(tx: &Tx<'_>, desk: &Desk, order: &Order) -> Done<Told> {
    let found = match AssetId::new(order.id.clone()) {
        Some(id) => store::find(tx, &tx.scope(Act::SeeRegister), &id),
        None => Err(Refusal::NotFound.into()),
    };
    let asset = match found {
        Ok(asset) => asset,
        Err(Stop::Refusal(refusal)) => return Ok(Told::gone(&order.id, refusal, desk.l)),
        Err(stop) => return Err(stop),
    };
    let (draft, errors) = drafted(&asset, order, desk);
    match asset.clone().edit(order.version, draft.clone(), &desk.method, tx.actor()) {
        Err(Refusal::Stale { .. }) if errors.is_empty() && draft == asset.draft() => {
            Ok(Told::now(desk, &asset, "saved"))
        }
        Err(refusal @ Refusal::Stale { .. }) => Ok(Told::now(desk, &asset, "stale").because(refusal, desk.l)),
        Err(refusal) if refusal.field().is_none() => {
            Ok(Told::now(desk, &asset, "refused").because(refusal, desk.l))
        }
        Ok(_) if errors.is_empty() => {
            Ok(Told::now(desk, &acts::edit(tx, &asset.id, order.version, draft)?, "saved"))
        }
        Ok(_) | Err(_) => Ok(Told::unfit(desk, &asset, errors)),
    }
}

/// What stands with the cells that were sent written over it, and what of them does not fit; those are left out.
fn drafted(asset: &Asset, order: &Order, desk: &Desk) -> (AssetDraft, Vec<(&'static str, Refusal)>) {
    let standing = AssetForm::of(asset);
    let mut form = standing.clone();
    let mut errors = Vec::new();
    for (field, text) in &order.cells {
        match typed(*field, text) {
            Ok(text) => *cell(&mut form, *field) = text,
            Err(refusal) => errors.push((field.code(), refusal)),
        }
    }
    loop {
        let refusal = match form.parse().and_then(|draft| draft.checked(&desk.method)) {
            Ok(draft) => return (draft, errors),
            Err(refusal) => refusal,
        };
        let field = refusal.field().and_then(Field::from_code);
        let Some(field) = field.filter(|field| errors.iter().all(|(code, _)| *code != field.code())) else {
            errors.push((refusal.field().unwrap_or("name"), refusal));
            return (asset.draft(), errors);
        };
        // The next refusal is asked for without this one.
        let stands = std::mem::take(cell(&mut standing.clone(), field));
        *cell(&mut form, field) = stands;
        errors.push((field.code(), refusal));
    }
}

/// The place of a column in the form of a row.
fn cell(form: &mut AssetForm, field: Field) -> &mut String {
    match field {
        Field::Category => &mut form.category,
        Field::Name => &mut form.name,
        Field::Note => &mut form.note,
        Field::Users => &mut form.users,
        Field::RiskOwner => &mut form.risk_owner,
        Field::Medium => &mut form.medium,
        Field::Personal => &mut form.personal,
        Field::Sensitive => &mut form.sensitive,
        Field::MyNumber => &mut form.my_number,
        Field::Confidentiality => &mut form.confidentiality,
        Field::Integrity => &mut form.integrity,
        Field::Availability => &mut form.availability,
        Field::Retention => &mut form.retention,
        Field::RegisteredOn => &mut form.registered_on,
        field => form.more.entry(field.code().to_owned()).or_default(),
    }
}

/// What was typed or pasted, as the form of a row takes it: marks as offices write them, digits of any width.
fn typed(field: Field, text: &str) -> Result<String, Refusal> {
    let word = (field.ja(), field.en());
    match Kind::of(field) {
        Kind::Mark => match meguri_sheet::mark(text) {
            Some(true) => Ok("○".to_owned()),
            Some(false) => Ok(String::new()),
            None => {
                let hint = ("「○」か空欄にしてください。", "Enter ○, or leave it empty.");
                Err(Refusal::Unfit { field: field.code(), word, hint })
            }
        },
        Kind::Score => {
            let digits: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
            // What is no number lies outside every scale, and the method says what would fit.
            let number =
                if digits.parse::<i64>().is_ok() || digits.is_empty() { digits } else { "0".to_owned() };
            Ok(number)
        }
        Kind::Text | Kind::Long | Kind::Date | Kind::Count | Kind::Fixed => Ok(text.to_owned()),
    }
}

impl Told {
    fn now(desk: &Desk, asset: &Asset, state: &'static str) -> Self {
        let department = desk.names.get(&asset.department_id).map_or("", String::as_str);
        let cells =
            Field::ALL.into_iter().map(|field| (field.code(), grid::text(asset, department, field, desk.l)));
        Self {
            id: asset.id.to_string(),
            state,
            refusal: None,
            version: asset.version,
            cells: cells.filter(|(_, text)| !text.is_empty()).collect(),
            errors: BTreeMap::new(),
            says: String::new(),
            lacks: grid::lacking(asset, desk.l).unwrap_or_default(),
        }
    }

    fn because(self, refusal: Refusal, l: Lang) -> Self {
        Self { says: l.refusal(&refusal), refusal: Some(refusal), ..self }
    }

    fn unfit(desk: &Desk, asset: &Asset, errors: Vec<(&'static str, Refusal)>) -> Self {
        let sentences = errors.iter().map(|(code, refusal)| (*code, desk.l.refusal(refusal))).collect();
        let first = errors.into_iter().next().map(|(_, refusal)| refusal);
        Self { errors: sentences, refusal: first, ..Self::now(desk, asset, "unfit") }
    }

    fn gone(id: &str, refusal: Refusal, l: Lang) -> Self {
        Self {
            id: id.to_owned(),
            state: "gone",
            says: l.refusal(&refusal),
            refusal: Some(refusal),
            version: 0,
            cells: BTreeMap::new(),
            errors: BTreeMap::new(),
            lacks: String::new(),
        }
    }
}
