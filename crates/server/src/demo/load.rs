//! Departments and assets beyond the sample, for load: branches with a member and a head, a register of
//! ordinary things, every threat of them judged, every month kept.

use super::BEGINNING;
use super::company::{HOMES, ITEMS, ITEMS_OF_ALL, SECRETARIAT};
use super::diary::Diary;
use super::life::Life;
use super::register::{accept, approve, at, submit};
use super::risks;
use crate::asset::acts::{self as assets, ImportRow};
use crate::house::fault::{Done, Fault};
use crate::{inspection, inventory, risk};
use meguri_domain::Month;
use meguri_domain::asset::AssetDraft;
use meguri_domain::ids::{CheckItemId, ThreatId};
use meguri_domain::people::{Act, Role};
use meguri_domain::risk::Judgement;

/// So many rows come in with one import.
const ROWS: usize = 10_000;
const TOWNS: [&str; 20] = [
    "札幌",
    "仙台",
    "盛岡",
    "新潟",
    "金沢",
    "高崎",
    "大宮",
    "千葉",
    "横浜",
    "静岡",
    "名古屋",
    "京都",
    "大阪",
    "神戸",
    "岡山",
    "広島",
    "高松",
    "福岡",
    "熊本",
    "那覇",
];
const KINDS: [&str; 15] = [
    "支店",
    "営業所",
    "配送センター",
    "サービスセンター",
    "ショールーム",
    "第二営業所",
    "倉庫",
    "保守課",
    "法人営業課",
    "受付センター",
    "研修所",
    "工事課",
    "調達課",
    "開発室",
    "出張所",
];
const FAMILIES: [&str; 15] = [
    "青木", "石川", "上田", "遠藤", "岡田", "川口", "木村", "小島", "坂本", "清水", "谷口", "土屋", "西村",
    "野口", "吉田",
];
const GIVEN: [&str; 20] = [
    "明",
    "恵",
    "一郎",
    "花子",
    "誠司",
    "京子",
    "武",
    "直美",
    "徹",
    "裕子",
    "浩",
    "真理",
    "茂",
    "陽子",
    "修",
    "久美子",
    "進",
    "典子",
    "実",
    "和子",
];
const THINGS: [(&str, &str, bool, [i64; 3]); 10] = [
    ("顧客名簿", "社内サーバー", true, [3, 2, 2]),
    ("見積書控え", "書類", false, [2, 2, 1]),
    ("請求書控え", "書類", false, [2, 3, 1]),
    ("業務用PC", "事務所PC", true, [3, 2, 2]),
    ("作業報告書", "社外サーバー", false, [1, 2, 2]),
    ("電話応対記録", "社外サーバー", true, [3, 2, 2]),
    ("契約書綴り", "書類", false, [2, 3, 1]),
    ("在庫一覧", "社内サーバー", false, [1, 2, 2]),
    ("配送伝票", "書類", true, [3, 1, 1]),
    ("点検写真", "可搬電子媒体", false, [2, 2, 1]),
];

/// Opens the generated departments with their people.
pub fn open(life: &mut Life) -> Done<()> {
    for n in HOMES.len()..life.options.departments {
        let (town, kind) = (TOWNS[n % TOWNS.len()], KINDS[(n / TOWNS.len()) % KINDS.len()]);
        let round = n / (TOWNS.len() * KINDS.len());
        let name = if round == 0 { format!("{town}{kind}") } else { format!("{town}{kind}{}", round + 1) };
        let person = |m: usize| {
            format!(
                "{} {}{}",
                FAMILIES[m % 15],
                GIVEN[(m / 15) % 20],
                if m < 300 { String::new() } else { (m / 300 + 1).to_string() }
            )
        };
        let (member, head) = (person(2 * n), person(2 * n + 1));
        life.open(&format!("9{n:04}"), &name, &member, &head)?;
        life.employ(&member, &format!("m{n}@mihon.example"), &[(Role::Member, Some(n), BEGINNING)])?;
        life.employ(&head, &format!("h{n}@mihon.example"), &[(Role::Head, Some(n), BEGINNING)])?;
    }
    Ok(())
}

/// Writes their register, their items, their inventory and their judgements into the diary.
pub fn plan(life: &Life, diary: &mut Diary) {
    let generated = life.homes.len() - HOMES.len();
    if generated == 0 {
        return;
    }
    let april = Month::of(BEGINNING);
    for from in (0..life.options.assets).step_by(ROWS) {
        diary.on(BEGINNING, at(17, 0), move |life| import(life, from));
    }
    for index in ITEMS.len()..life.homes.len() {
        diary.on(life.calendar.business_day(april, 3), at(17, 0), move |life| assign(life, index));
        diary.on(life.calendar.business_day(april, 10), at(17, 0), move |life| take_stock(life, index));
        diary.on(life.calendar.business_day(april.plus(2), 2), at(17, 0), move |life| judge(life, index));
    }
}

fn import(life: &Life, from: usize) -> Done<()> {
    let homes = life.homes.get(HOMES.len()..).unwrap_or_default();
    let row = |n: usize| {
        let (thing, medium, personal, scores) = THINGS[(n / homes.len()) % THINGS.len()];
        let [confidentiality, integrity, availability] = scores;
        let draft = AssetDraft {
            category: "営業".into(),
            name: format!("{thing} {:05}", n + 1),
            users: "部員".into(),
            medium: medium.into(),
            retention: "5年".into(),
            registered_on: Some(BEGINNING),
            personal,
            confidentiality,
            integrity,
            availability,
            ..AssetDraft::default()
        };
        ImportRow { department: homes[n % homes.len()].id.clone(), draft }
    };
    let rows: Vec<ImportRow> = (from..life.options.assets.min(from + ROWS)).map(row).collect();
    life.act(SECRETARIAT, |tx| assets::import(tx, &rows))?;
    Ok(())
}

fn assign(life: &Life, index: usize) -> Done<()> {
    let home = life.home(index)?;
    for (item, rhythm) in ITEMS_OF_ALL {
        let item = CheckItemId::new(*item).ok_or_else(|| Fault::broken(item))?;
        life.act(SECRETARIAT, |tx| {
            inspection::acts::assign(tx, &item, &home.id, *rhythm, Month::of(tx.today()))
        })?;
    }
    Ok(())
}

fn take_stock(life: &Life, index: usize) -> Done<()> {
    let home = life.home(index)?;
    life.act(&home.member, |tx| inventory::acts::confirm_rest(tx, &home.id, &[]))?;
    submit(life, index)?;
    approve(life, index)?;
    accept(life, index)
}

/// One threat for each asset, all in one unit of work: a load has no months to spare.
fn judge(life: &Life, index: usize) -> Done<()> {
    let home = life.home(index)?;
    let held = life.look(&home.member, |rx| {
        Ok(crate::asset::store::in_use(rx, &rx.scope(Act::SeeRegister), &home.id)?)
    })?;
    let threat = ThreatId::new("T017").ok_or_else(|| Fault::broken("T017"))?;
    life.act(&home.member, |tx| {
        for asset in &held {
            let order = Judgement {
                threat: 1,
                vulnerability: 2,
                note: "部門ごとの権限で守っている".into(),
                answerable: true,
            };
            risk::acts::judge(tx, &asset.id, &threat, &order)?;
        }
        Ok(())
    })?;
    if held.is_empty() {
        return Ok(());
    }
    risks::submit(life, index)?;
    risks::approve(life, index)
}
