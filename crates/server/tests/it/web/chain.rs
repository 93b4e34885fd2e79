//! The chain of anything: all it comes from, all it leads to, and every break in red at its place.

use super::breaks::{answer, april, item, row};
use super::risks::{judge, register};
use crate::support::{House, each_database};
use meguri::breaks::names::Names;
use meguri::breaks::words::line_of;
use meguri::calendar;
use meguri::house::words::Lang;
use meguri::house::work::{Rx, Tx};
use meguri::{asset, breaks, inspection, risk};
use meguri_domain::breaks::{Break, Gap, World};
use meguri_domain::ids::{CheckItemId, DepartmentId};
use meguri_domain::inspection::{AnswerDraft, Mark, Rhythm};
use meguri_domain::people::Act;
use meguri_domain::treatment::Destination;

/// A thing that a break speaks of, by the address of its chain.
fn place(rx: &Rx<'_>, world: &World, each: &Break) -> Option<String> {
    let own =
        |id: &str| world.sheets.iter().find(|it| it.id.as_str() == id).map(|it| it.department_id.clone());
    let asset_of = |department: Option<&DepartmentId>| {
        let assets = asset::store::in_use(rx, &rx.scope(Act::SeeRegister), department?).unwrap();
        assets.into_iter().next()
    };
    Some(match &each.gap {
        Gap::InventoryLate { .. } => format!("asset/{}", asset_of(each.department_id.as_ref())?.id),
        Gap::AssetUnconfirmed(id) | Gap::AssetNotAssessed(id) | Gap::AssetStale(id) => format!("asset/{id}"),
        Gap::RiskUnanswered(id) | Gap::RiskApprovalOutdated(id) => format!("risk/{id}"),
        Gap::AssessmentOpen { .. } | Gap::AssessmentUnchecked { .. } => {
            let asset = asset_of(each.department_id.as_ref())?.id;
            format!("risk/{}", risk::store::history(rx, &rx.scope(Act::SeeRisk), &asset).unwrap().first()?.id)
        }
        Gap::PlanRowNowhere(id)
        | Gap::PlanApprovalOutdated(id)
        | Gap::TaskOverdue { row: id, .. }
        | Gap::AcceptanceExpired { row: id, .. } => format!("plan_row/{id}"),
        Gap::AnswerMissing { item, .. } => format!("check_item/{item}"),
        Gap::ReviewMissing { objective, .. } => format!("objective/{objective}"),
        Gap::InspectionUnchecked { .. } | Gap::Tampered(_) => format!("check_item/{}", item()),
        Gap::ReviewUnchecked { review, .. } => format!("review/{review}"),
        Gap::CrossWithoutCorrection { answer, .. } => format!("answer/{answer}"),
        Gap::CorrectionIncomplete(id) | Gap::CorrectionOverdue { correction: id, .. } => {
            format!("correction/{id}")
        }
        Gap::OwnCheck { subject, .. } => match own(subject) {
            Some(department) => format!("asset/{}", asset_of(Some(&department))?.id),
            None if world.corrections.iter().any(|it| it.id.as_str() == subject) => {
                format!("correction/{subject}")
            }
            None if world.records.reviews.iter().any(|it| it.id.as_str() == subject) => {
                format!("review/{subject}")
            }
            None => format!("check_item/{}", item()),
        },
    })
}

/// A break that is named is red on the chain of what it speaks of.
#[track_caller]
pub fn is_red(house: &House, sentence: &str) {
    let look = |rx: &Rx<'_>| {
        let world = breaks::store::world(rx, &rx.scope(Act::SeeBoard))?;
        let names = Names::load(rx, Lang::Ja, &world)?;
        let found = meguri_domain::breaks::breaks(&world, &calendar::store::calendar(rx)?, rx.today());
        let named = found.iter().filter(|each| line_of(&names, &world, each).what.contains(sentence));
        Ok(named.filter_map(|each| place(rx, &world, each)).collect::<Vec<_>>())
    };
    let mut places = house.read("渡辺", look).unwrap();
    if places.is_empty() {
        // The log and the tables disagree: that is so for every chain.
        places.push(format!("check_item/{}", item()));
    }
    for place in places {
        let page = house.as_("渡辺").get(&format!("/chain/{place}"));
        page.is(200).has("切れ目が").has(sentence).has("class=\"gap\"");
    }
}

#[test]
fn a_cross_leads_back_to_its_asset_and_an_asset_down_to_the_cross() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        let risk = judge(house, "佐藤", &asset, "T001", (3, 3)).unwrap();
        let written = row(house, &risk, 0, "毎月、鍵を数える", Destination::CheckItem);
        let approved = house
            .act("田中", |tx| meguri::treatment::acts::approve(tx, &written.id, written.version))
            .unwrap();
        let born = approved.destination_id.clone().unwrap();
        let department = house.department("営業部");
        house.move_to("2026-05-11");
        let item_id = CheckItemId::new(born.as_str()).unwrap();
        let cross = AnswerDraft { item_id: item_id.clone(), ..answer(Mark::Bad) };
        let sheet = house
            .act("佐藤", |tx| {
                inspection::acts::save_sheet(tx, &department, april(), 0, &[cross], "担当者の休み")
            })
            .unwrap();
        let answers = |rx: &Rx<'_>| Ok(inspection::store::answers(rx, &rx.scope(Act::SeeMonth), &sheet.id)?);
        let cross =
            house.read("佐藤", answers).unwrap().into_iter().find(|each| each.item_id == item_id).unwrap();
        for (at, others) in [
            (format!("asset/{}", asset.id), ["毎月、鍵を数える", "書類の放置による盗み見"]),
            (format!("check_item/{born}"), ["応募者の履歴書", "書類の放置による盗み見"]),
            (format!("answer/{}", cross.id), ["応募者の履歴書", "毎月、鍵を数える"]),
            (format!("plan_row/{}", written.id), ["応募者の履歴書", "×"]),
        ] {
            let page = house.as_("佐藤").get(&format!("/chain/{at}"));
            page.is(200).has("aria-current=\"true\"");
            for words in others {
                page.has(words);
            }
        }
        house.as_("鈴木").get(&format!("/chain/asset/{}", asset.id)).is(404);
        house.as_("鈴木").get(&format!("/chain/check_item/{born}")).is(200).lacks("応募者の履歴書");
    });
}

#[test]
fn a_cross_of_long_ago_is_on_the_chain_however_many_departments_answer() {
    each_database(|house| {
        let persons = [("佐藤", "営業部"), ("鈴木", "人事部")];
        for (_, department) in persons {
            let department = house.department(department);
            let assign =
                |tx: &Tx<'_>| inspection::acts::assign(tx, &item(), &department, Rhythm::Monthly, april());
            house.act("渡辺", assign).unwrap();
        }
        house.move_to("2026-11-10");
        for month in 0..7 {
            for (who, department) in persons {
                let is_the_one = month == 0 && who == "鈴木";
                let answer = answer(if is_the_one { Mark::Bad } else { Mark::Good });
                let (department, month) = (house.department(department), april().plus(month));
                let save = |tx: &Tx<'_>| {
                    inspection::acts::save_sheet(tx, &department, month, 0, &[answer], "担当者の休み")
                };
                house.act(who, save).unwrap();
            }
        }
        let page = house.as_("渡辺").get(&format!("/chain/check_item/{}", item()));
        page.is(200).has("できていない").has("2026年4月");
    });
}
