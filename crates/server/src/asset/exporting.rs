//! Units of work about exports: taking a file out, which leaves its entry, and writing the file, which only looks.

use super::draft::is_ledger;
use super::filter::Filter;
use super::{export_store as own, origin, store};
use crate::house::fault::{Done, Fault};
use crate::house::work::{Rx, Tx};
use crate::people;
use axum::extract::Query;
use axum::http::Uri;
use meguri_domain::Refusal;
use meguri_domain::asset::Asset;
use meguri_domain::export::{Export, ExportFormat, ExportLayout};
use meguri_domain::ids::ExportId;
use meguri_domain::people::Act;
use meguri_sheet::{AssetRow, BookWriter, Design, Field, Layout, MEDIA, TextWriter, Title};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

/// More words for media than these do not fit a drop-down.
const MOST_MEDIA: usize = 200;

/// What is taken out.
pub struct Order {
    pub layout: ExportLayout,
    pub format: ExportFormat,
    /// The query of the list.
    pub filter: String,
}

impl Order {
    /// What the layout and the query ask for together: a ledger lists personal data only.
    pub fn filter(&self) -> Filter {
        narrowed(self.layout, &self.filter)
    }
}

fn narrowed(layout: ExportLayout, query: &str) -> Filter {
    let uri: Option<Uri> = ["/", query].concat().parse().ok();
    let asked = uri.and_then(|uri| Query::<Filter>::try_from_uri(&uri).ok());
    let mut filter = asked.map(|Query(filter)| filter).unwrap_or_default().bounded();
    match layout {
        ExportLayout::Ledger | ExportLayout::Application => "yes".clone_into(&mut filter.personal),
        ExportLayout::Ipa | ExportLayout::Origin | ExportLayout::Risks => {}
    }
    filter
}

/// How many rows a filter lets through, and how many of them hold personal data.
pub fn counts(rx: &Rx<'_>, filter: &Filter) -> Done<(i64, i64)> {
    let scope = rx.scope(Act::SeeRegister);
    let all = store::count(rx, &scope, filter)?;
    let personal = match filter.personal() {
        0 => store::count(rx, &scope, &Filter { personal: "yes".into(), ..filter.clone() })?,
        1 => all,
        _ => 0,
    };
    Ok((all, personal))
}

/// Notes who takes what out of the house.
pub fn make(tx: &Tx<'_>, order: &Order) -> Done<Export> {
    let mut filter = order.filter();
    if order.layout == ExportLayout::Origin {
        in_origin(tx, &mut filter)?;
    }
    let (rows, personal) = match order.layout {
        // Of a list of assets only the department narrows risks.
        ExportLayout::Risks => {
            filter = Filter { department: filter.department, ..Filter::default() };
            crate::risk_rows::export::counts(tx, &filter)?
        }
        ExportLayout::Ipa | ExportLayout::Ledger | ExportLayout::Origin | ExportLayout::Application => {
            counts(tx, &filter)?
        }
    };
    let most = match order.layout {
        ExportLayout::Application => super::application::MOST_ROWS,
        ExportLayout::Ipa | ExportLayout::Ledger | ExportLayout::Origin | ExportLayout::Risks => i64::MAX,
    };
    let export = Export {
        id: tx.id(ExportId::new),
        version: 1,
        person_id: tx.actor().person.clone(),
        layout: order.layout,
        format: order.format,
        filter: filter.with(&[]),
        row_count: rows.min(most),
        personal_count: personal.min(most),
        made_at: tx.who.now_ms,
    };
    tx.save(Export::make(export, tx.actor())?)
}

/// The layout that a department brought, and the filter narrowed to what it can hold: every row of a ledger holds
/// personal data, so that no other may stand in it.
fn in_origin(rx: &Rx<'_>, filter: &mut Filter) -> Done<Layout> {
    let layout = origin::of(rx, filter)?.ok_or_else(no_origin)?;
    if is_ledger(&layout) {
        "yes".clone_into(&mut filter.personal);
    }
    Ok(layout)
}

fn no_origin() -> Refusal {
    Refusal::Because((
        "この部門には、取り込んだときの様式がまだありません。Excelから一度取り込むか、ほかの様式を選んでください。",
        "There is no imported layout for this department yet. Import a workbook first, or choose another layout.",
    ))
}

/// The file of an export, as the register stands now: in one snapshot, page by page, into a file without a name.
pub fn write(rx: &Rx<'_>, export: &Export, title: &Title, folder: &Path) -> Done<File> {
    if export.layout == ExportLayout::Application {
        return super::application::write(rx, &narrowed(export.layout, &export.filter), title, folder);
    }
    let mut filter = narrowed(export.layout, &export.filter);
    if export.layout == ExportLayout::Risks {
        return crate::risk_rows::export::write(rx, export, (&filter, title), folder);
    }
    let design = match export.layout {
        ExportLayout::Origin => Design::Origin(Box::new(in_origin(rx, &mut filter)?)),
        ExportLayout::Ledger => Design::Ledger,
        ExportLayout::Ipa | ExportLayout::Application | ExportLayout::Risks => {
            let risk_owner = own::owners(rx, &rx.scope(Act::SeeRegister), &filter)? > 0;
            Design::Register { risk_owner }
        }
    };
    let target = nameless(folder)?;
    match export.format {
        ExportFormat::Text => {
            let mut writer = TextWriter::begin(&design, BufWriter::new(target)).map_err(fault)?;
            each(rx, &filter, usize::MAX, |_, row| writer.write(&row).map_err(fault))?;
            let target = writer.finish().map_err(fault)?;
            Ok(target.into_inner().map_err(|error| Fault::Full(error.to_string()))?)
        }
        ExportFormat::Workbook => {
            let mut writer = BookWriter::begin(title, &design, folder).map_err(fault)?;
            let mut media = BTreeSet::new();
            each(rx, &filter, usize::MAX, |_, row| {
                if media.len() < MOST_MEDIA && !MEDIA.contains(&row.medium.as_str()) {
                    media.insert(row.medium.clone());
                }
                writer.write(&row).map_err(fault)
            })?;
            let media: Vec<String> = media.into_iter().collect();
            let mut out = BufWriter::new(target);
            writer.finish(&media, &mut out).map_err(fault)?;
            Ok(out.into_inner().map_err(|error| Fault::Full(error.to_string()))?)
        }
    }
}

/// A file that is gone as soon as nobody holds it, even when the process is killed.
pub fn nameless(folder: &Path) -> Result<File, Fault> {
    std::fs::create_dir_all(folder).map_err(Fault::broken)?;
    tempfile::tempfile_in(folder).map_err(Fault::broken)
}

/// The rows that a filter lets through, department by department, by name; the first `most` of them.
pub fn each(
    rx: &Rx<'_>,
    filter: &Filter,
    mut most: usize,
    mut take: impl FnMut(&Asset, AssetRow) -> Result<(), Fault>,
) -> Done<()> {
    let scope = rx.scope(Act::SeeRegister);
    let names = people::store::names(rx, rx.today())?;
    for department in people::store::departments_in(rx, &scope)? {
        let asked = filter.department.is_empty() || filter.department == department.id.as_str();
        if !asked || most == 0 {
            continue;
        }
        let name = names.get(&department.id).map_or(department.code.as_str(), String::as_str);
        let mut last = (String::new(), String::new());
        loop {
            let page = own::after(rx, &scope, filter, &department.id, (&last.0, &last.1))?;
            let Some(end) = page.last() else { break };
            last = (end.name.clone(), end.id.to_string());
            for asset in page.iter().take(most) {
                take(asset, row(asset, name.to_owned()))?;
            }
            most = most.saturating_sub(page.len());
            if page.len() < own::PAGE || most == 0 {
                break;
            }
        }
    }
    Ok(())
}

/// What went wrong with a file, in the words of the house.
pub fn fault(fault: meguri_sheet::Fault) -> Fault {
    match fault {
        meguri_sheet::Fault::NoRoom => Fault::Full(fault.to_string()),
        meguri_sheet::Fault::Workbook(ref cause) => Fault::broken(format!("{fault}: {cause}")),
        meguri_sheet::Fault::Csv(ref cause) => Fault::broken(format!("{fault}: {cause}")),
    }
}

/// An asset as a row of a file.
pub fn row(asset: &Asset, department: String) -> AssetRow {
    let score = |number: i64| u8::try_from(number).unwrap_or(0);
    AssetRow {
        category: asset.category.clone(),
        name: asset.name.clone(),
        note: asset.note.clone(),
        users: asset.users.clone(),
        risk_owner: asset.risk_owner.clone(),
        department,
        medium: asset.medium.clone(),
        personal: asset.personal,
        sensitive: asset.sensitive,
        my_number: asset.my_number,
        confidentiality: score(asset.confidentiality),
        integrity: score(asset.integrity),
        availability: score(asset.availability),
        stated_importance: Some(score(asset.importance)),
        retention: asset.retention.clone(),
        registered_on: asset.registered_on,
        handling: Field::HANDLING
            .into_iter()
            .map(|field| (field, asset.handling.get(field.code())))
            .filter(|(_, text)| !text.is_empty())
            .collect(),
    }
}
