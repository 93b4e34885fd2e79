//! April and May: the register comes in from the workbook, the criteria are approved, every department owes
//! its items, and the inventory is confirmed; one department hands in late, one sheet comes back once.

use super::company::{CAMPAIGN, EXECUTIVE, FAN_CLUB, GENERAL, ITEMS, SECRETARIAT, SERVICE, SYSTEMS};
use super::diary::Diary;
use super::life::Life;
use crate::asset::acts::{self as assets, ImportRow};
use crate::asset::merge;
use crate::house::fault::{Done, Fault};
use crate::{criteria, inspection, inventory};
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::ids::CheckItemId;
use meguri_domain::inventory::InventorySheet;
use meguri_domain::people::Act;
use meguri_domain::{Date, Month};
use meguri_sheet::{AssetRow, Known, Limits, find_layouts, read, read_assets};

const WORKBOOK: &[u8] = include_bytes!("../../../../samples/asset-register-ipa.xlsx");

/// Writes the spring of 2026 into the diary.
pub fn plan(life: &Life, diary: &mut Diary) {
    diary.on(april(1), at(13, 30), import);
    diary.on(april(2), at(10, 5), approve_criteria);
    for (index, items) in ITEMS.iter().enumerate() {
        for (n, (item, rhythm)) in items.iter().enumerate() {
            let minute = at(14, 0) + i16::try_from(index * 12 + n).unwrap_or(0);
            let rhythm = *rhythm;
            diary.on(april(3), minute, move |life| {
                let home = life.home(index)?.id.clone();
                let item = CheckItemId::new(*item).ok_or_else(|| Fault::broken(item))?;
                life.act(SECRETARIAT, |tx| {
                    inspection::acts::assign(tx, &item, &home, rhythm, Month::of(tx.today()))
                })?;
                Ok(())
            });
        }
    }
    diary.on(april(6), at(9, 30), |life| {
        life.act(SECRETARIAT, |tx| inventory::acts::open(tx, 2026, may(15)))?;
        Ok(())
    });
    edits(diary);
    let days = [
        (CAMPAIGN, april(22)),
        (SERVICE, april(24)),
        (GENERAL, may(8)),
        (SYSTEMS, april(20)),
        (FAN_CLUB, may(21)),
    ];
    for (index, day) in days {
        hand_in(life, diary, index, day);
    }
    return_once(life, diary);
}

fn import(life: &Life) -> Done<()> {
    let rows = sample(life)?;
    life.act(SECRETARIAT, |tx| assets::import(tx, &rows))?;
    Ok(())
}

/// The rows of the sample workbook, as the import page reads them.
fn sample(life: &Life) -> Done<Vec<ImportRow>> {
    let book = read(WORKBOOK, &Limits::default()).map_err(|refused| Fault::broken(refused.en()))?;
    let layouts = find_layouts(&book).layouts;
    let layout = layouts.first().ok_or_else(|| Fault::broken("the sample has no register"))?;
    let rows = read_assets(&book, layout, &Known::default());
    let row = |row: AssetRow| {
        let home = life.homes.iter().find(|home| home.name == row.department);
        let home = home.ok_or_else(|| Fault::broken(format!("the sample names {}", row.department)))?;
        Ok(ImportRow { department: home.id.clone(), draft: merge::draft(&row)? })
    };
    rows.into_iter().filter_map(|each| each.outcome.ok()).map(row).collect()
}

fn approve_criteria(life: &Life) -> Done<()> {
    let edition = life.look(EXECUTIVE, |rx| Ok(criteria::store::all(rx)?))?;
    let edition = edition.first().ok_or_else(|| Fault::broken("no criteria were drafted"))?;
    life.act(EXECUTIVE, |tx| criteria::acts::approve(tx, &edition.id))?;
    Ok(())
}

/// What the departments changed in their registers while they took stock.
fn edits(diary: &mut Diary) {
    diary.on(april(14), at(11, 20), |life| {
        let reason = "在庫管理システムへ移行し、表計算での管理を終了したため";
        retire(life, CAMPAIGN, "在庫管理表", reason)
    });
    diary.on(april(15), at(15, 5), |life| {
        add(
            life,
            CAMPAIGN,
            &[
                "SNSキャンペーン応募者リスト",
                "キャンペーン事務局",
                "SNS経由の応募。抽選後に当選者のみ名簿へ移す",
                "事務局担当",
                "社外サーバー",
                "終了後3か月",
            ],
            [3, 2, 2],
            true,
        )
    });
    diary.on(april(16), at(10, 40), |life| {
        add(
            life,
            SERVICE,
            &[
                "チャット応対ログ",
                "メール受付",
                "有人チャットの会話記録",
                "オペレーター、SV",
                "社外サーバー",
                "1年",
            ],
            [3, 2, 2],
            true,
        )
    });
    diary.on(april(14), at(16, 10), |life| {
        change(life, SYSTEMS, "貸与PC・スマートフォン", |draft| {
            draft.note = "MDM管理。2026年4月時点で128台".into();
        })
    });
    diary.on(may(12), at(13, 45), |life| {
        change(life, FAN_CLUB, "会員データベース", |draft| {
            draft.note = "約33,500人、決済情報は保持しない".into();
        })
    });
}

/// Confirms what is left unchanged, hands in, is approved by the head and accepted by the secretariat.
fn hand_in(life: &Life, diary: &mut Diary, index: usize, day: Date) {
    let next = |n: i32| after(life, day, n);
    diary.on(day, at(15, 10), move |life| {
        let home = life.home(index)?;
        life.act(&home.member, |tx| inventory::acts::confirm_rest(tx, &home.id, &[]))?;
        submit(life, index)
    });
    diary.on(next(1), at(11, 15), move |life| approve(life, index));
    if index != GENERAL {
        diary.on(next(3), at(14, 25), move |life| accept(life, index));
    }
}

/// The general affairs sheet comes back from the secretariat for a missing row.
fn return_once(life: &Life, diary: &mut Diary) {
    let day = may(8);
    diary.on(after(life, day, 2), at(10, 30), |life| {
        let sheet = sheet(life, GENERAL)?;
        let reason = "2月から使っている請求書受領サービスが台帳にありません。追加してから提出してください。";
        life.act(SECRETARIAT, |tx| inventory::acts::send_back(tx, &sheet.id, sheet.version, reason))?;
        Ok(())
    });
    diary.on(after(life, day, 3), at(9, 50), |life| {
        add(
            life,
            GENERAL,
            &[
                "請求書受領サービス",
                "経理",
                "取引先の請求書をクラウドで受領",
                "経理担当",
                "社外サーバー",
                "7年",
            ],
            [2, 3, 2],
            false,
        )?;
        submit(life, GENERAL)
    });
    diary.on(after(life, day, 3), at(16, 40), |life| approve(life, GENERAL));
    diary.on(after(life, day, 4), at(13, 30), |life| accept(life, GENERAL));
}

/// The sheet of a department in the newest inventory.
pub fn sheet(life: &Life, index: usize) -> Done<InventorySheet> {
    let home = life.home(index)?;
    let found = life.look(SECRETARIAT, |rx| {
        let Some(inventory) = inventory::store::current(rx)? else { return Ok(None) };
        Ok(inventory::store::sheet_of(rx, &rx.scope(Act::SeeRegister), &inventory.id, &home.id)?)
    })?;
    Ok(found.ok_or_else(|| Fault::broken(format!("{} has no inventory sheet", home.name)))?)
}

pub fn submit(life: &Life, index: usize) -> Done<()> {
    let (home, sheet) = (life.home(index)?, sheet(life, index)?);
    let held = life.look(&home.member, |rx| {
        Ok(crate::asset::store::in_use(rx, &rx.scope(Act::SeeRegister), &home.id)?.len())
    })?;
    life.act(&home.member, |tx| inventory::acts::submit(tx, &sheet.id, sheet.version, held == 0))?;
    Ok(())
}

pub fn approve(life: &Life, index: usize) -> Done<()> {
    let (home, sheet) = (life.home(index)?, sheet(life, index)?);
    life.act(&home.head, |tx| inventory::acts::approve(tx, &sheet.id, sheet.version))?;
    Ok(())
}

pub fn accept(life: &Life, index: usize) -> Done<()> {
    let sheet = sheet(life, index)?;
    life.act(SECRETARIAT, |tx| inventory::acts::accept(tx, &sheet.id, sheet.version))?;
    Ok(())
}

/// An asset of a department by its name.
pub fn asset(life: &Life, index: usize, name: &str) -> Done<Asset> {
    let home = life.home(index)?;
    let held = life.look(&home.member, |rx| {
        Ok(crate::asset::store::in_use(rx, &rx.scope(Act::SeeRegister), &home.id)?)
    })?;
    let found = held.into_iter().find(|asset| asset.name == name);
    Ok(found.ok_or_else(|| Fault::broken(format!("{} holds no {name}", home.name)))?)
}

/// Changes a row of the register.
pub fn change(life: &Life, index: usize, name: &str, change: impl FnOnce(&mut AssetDraft)) -> Done<()> {
    let (home, asset) = (life.home(index)?, asset(life, index, name)?);
    let mut draft = asset.draft();
    change(&mut draft);
    life.act(&home.member, |tx| assets::edit(tx, &asset.id, asset.version, draft))?;
    Ok(())
}

fn retire(life: &Life, index: usize, name: &str, reason: &str) -> Done<()> {
    let (home, asset) = (life.home(index)?, asset(life, index, name)?);
    life.act(&home.member, |tx| assets::retire(tx, &asset.id, asset.version, reason))?;
    Ok(())
}

/// Adds a row: name, business, note, users, medium, retention.
fn add(life: &Life, index: usize, words: &[&str; 6], scores: [i64; 3], personal: bool) -> Done<()> {
    let home = life.home(index)?;
    let [name, category, note, users, medium, retention] = words.map(ToOwned::to_owned);
    let [confidentiality, integrity, availability] = scores;
    let draft = AssetDraft {
        category,
        name,
        note,
        users,
        medium,
        retention,
        personal,
        confidentiality,
        integrity,
        availability,
        registered_on: Some(life.app.clock.today()),
        ..AssetDraft::default()
    };
    life.act(&home.member, |tx| assets::register(tx, &home.id, draft))?;
    Ok(())
}

/// The `n`-th business day after a day.
pub fn after(life: &Life, day: Date, n: i32) -> Date {
    let mut day = day;
    let mut left = n;
    while left > 0 {
        day = day.tomorrow().unwrap_or(day);
        left -= i32::from(life.calendar.is_business_day(day));
    }
    day
}

/// Minutes since midnight.
pub fn at(hour: i16, minute: i16) -> i16 {
    hour * 60 + minute
}

fn april(day: i8) -> Date {
    Date::constant(2026, 4, day)
}

fn may(day: i8) -> Date {
    Date::constant(2026, 5, day)
}
