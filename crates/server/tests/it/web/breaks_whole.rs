//! The breaks are reckoned from those rows of the register of which an invariant could speak. Whatever was lived, they
//! are the same as those of the whole register: for the company, for a department, in every order of events.

use super::breaks::{open_inventory, row};
use super::breaks_year::Luck;
use super::risks::{judge, register};
use crate::support::{House, day, each_database};
use meguri::house::fault::Fault;
use meguri::house::work::Rx;
use meguri::{breaks, calendar, criteria, held, scoped, seen};
use meguri_domain::Change;
use meguri_domain::approval::{Approval, Flow, Signed, State};
use meguri_domain::asset::{Asset, AssetState};
use meguri_domain::breaks::World;
use meguri_domain::criteria::Criteria;
use meguri_domain::ids::{ConfirmationId, CriteriaId, PlanRowId, RiskId};
use meguri_domain::inventory::{Confirmation, InventorySheet, Outcome};
use meguri_domain::people::{Act, Department, Scope};
use meguri_domain::risk::Risk;
use meguri_domain::treatment::{Destination, PlanRow};
use std::collections::HashMap;

/// The world with every row of the register, its confirmations and its risks.
fn whole(rx: &Rx<'_>, scope: &Scope) -> meguri::house::fault::Done<World> {
    let assets =
        scoped!("SELECT a.* FROM ", held!("asset a", "a.department_id"), " ORDER BY a.id LIMIT 500000");
    let confirmations = scoped!(
        "SELECT f.* FROM confirmation f WHERE ",
        seen!("f.department_id"),
        " ORDER BY f.id LIMIT 500000"
    );
    let risks =
        scoped!("SELECT r.* FROM risk r WHERE ", seen!("r.department_id"), " ORDER BY r.id LIMIT 500000");
    Ok(World {
        assets: rx.list(assets, scope, &[])?,
        unconfirmed: HashMap::new(),
        confirmations: rx.list(confirmations, scope, &[])?,
        risks: rx.list(risks, scope, &[])?,
        ..breaks::store::world(rx, scope)?
    })
}

fn told(world: &World, rx: &Rx<'_>) -> Result<Vec<String>, Fault> {
    let found = meguri_domain::breaks::breaks(world, &calendar::store::calendar(rx)?, rx.today());
    let mut told: Vec<String> = found.iter().map(|each| format!("{each:?}")).collect();
    told.sort();
    Ok(told)
}

/// What is turned over in the register by chance, past every rule: the breaks must be right in any state.
struct Chance<'a> {
    house: &'a House,
    luck: Luck,
    editions: [CriteriaId; 2],
}

impl Chance<'_> {
    fn id<T>(&self, make: fn(String) -> Option<T>) -> T {
        self.house.write_as_system(|tx| Ok(tx.id(make))).unwrap()
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        let at = self.luck.below(all.len().max(1));
        all.get(at).cloned()
    }

    fn yes(&mut self) -> bool {
        self.luck.below(2) == 0
    }

    fn signed(&self) -> Signed {
        let by = self.house.person("田中");
        Signed { by, name: "田中".into(), on: day("2026-05-01"), deputy: false }
    }

    fn save<T>(&self, change: Change<T>)
    where
        T: meguri::house::kept::Kept + meguri::house::work::Departmental,
    {
        self.house.write_as_system(|tx| tx.save(change)).unwrap();
    }

    /// Turns one thing over.
    fn step(&mut self) {
        let world = self.house.read("渡辺", |rx| whole(rx, &rx.scope(Act::SeeBoard))).unwrap();
        match self.luck.below(8) {
            0 | 1 => self.asset(&world),
            2 | 3 => self.risk(&world),
            4 => self.confirmation(&world),
            5 => self.plan_row(&world),
            6 => self.sheet(&world),
            _ => self.department(&world),
        }
    }

    fn asset(&mut self, world: &World) {
        let Some(before) = self.of(&world.assets) else { return };
        let mut asset = Asset { version: before.version + 1, ..before };
        match self.luck.below(4) {
            0 if asset.state == AssetState::InUse => {
                (asset.state, asset.retired_reason) = (AssetState::Retired, "廃棄".into());
            }
            0 => (asset.state, asset.retired_reason) = (AssetState::InUse, String::new()),
            1 => asset.department_id = self.of(&world.plan.departments).unwrap().id,
            _ => asset.revision += 1,
        }
        self.save(Change::new(asset, "asset.edited"));
    }

    fn risk(&mut self, world: &World) {
        let Some(before) = self.of(&world.risks) else { return };
        let mut risk = Risk { version: before.version + 1, ..before };
        let revision = world.assets.iter().find(|each| each.id == risk.asset_id).map(|each| each.revision);
        match self.luck.below(7) {
            0 => risk.asset_revision = revision.unwrap_or(1),
            1 => risk.criteria_id = self.editions[self.luck.below(2)].clone(),
            2 => (risk.importance, risk.likelihood, risk.value) = (3, 3, 9),
            3 => risk.answerable = !risk.answerable,
            4 => risk.approval = None,
            5 => {
                risk.approval = Some(Approval { signed: self.signed(), revision: risk.revision });
                risk.revision += i64::from(self.yes());
            }
            _ => {
                let taken = |year| {
                    let same = |each: &&Risk| {
                        (&each.asset_id, &each.threat_id, each.fiscal_year)
                            == (&risk.asset_id, &risk.threat_id, year)
                    };
                    world.risks.iter().any(|each| same(&each))
                };
                if taken(risk.fiscal_year + 1) {
                    risk.revision += 1;
                } else {
                    let (id, criteria_id) = (self.id(RiskId::new), self.editions[self.luck.below(2)].clone());
                    risk = Risk { id, version: 1, fiscal_year: risk.fiscal_year + 1, criteria_id, ..risk };
                }
            }
        }
        self.save(Change::new(risk, "risk.judged"));
    }

    fn confirmation(&mut self, world: &World) {
        let Some(asset) = self.of(&world.assets) else { return };
        if world.confirmations.iter().any(|each| each.asset_id == asset.id) {
            return;
        }
        let confirmation = Confirmation {
            id: self.id(ConfirmationId::new),
            version: 1,
            inventory_id: world.inventory.as_ref().unwrap().id.clone(),
            department_id: asset.department_id,
            asset_id: asset.id,
            outcome: Outcome::Unchanged,
            asset_revision: asset.revision,
            confirmed_on: day("2026-05-01"),
            contents: None,
        };
        self.save(Change::new(confirmation, "asset.confirmed"));
    }

    fn plan_row(&mut self, world: &World) {
        let Some(risk) = self.of(&world.risks) else { return };
        let before = world.plan_rows.iter().find(|each| each.risk_id == risk.id).cloned();
        let destinations = [Destination::Undecided, Destination::Task, Destination::Acceptance];
        let Some(model) = before.clone().or_else(|| world.plan_rows.first().cloned()) else { return };
        let (id, version) =
            before.map_or_else(|| (self.id(PlanRowId::new), 1), |row| (row.id, row.version + 1));
        let revision = 1 + i64::from(self.yes());
        let row = PlanRow {
            id,
            version,
            revision,
            department_id: risk.department_id,
            fiscal_year: risk.fiscal_year,
            risk_id: risk.id,
            destination: destinations[self.luck.below(3)],
            approval: self.yes().then(|| Approval { signed: self.signed(), revision: 1 }),
            ..model
        };
        self.save(Change::new(row, "plan.written"));
    }

    fn sheet(&mut self, world: &World) {
        let Some(before) = self.of(&world.sheets) else { return };
        let states = [State::Draft, State::Submitted, State::Confirmed, State::Checked, State::Returned];
        let flow = Flow { state: states[self.luck.below(5)], ..before.flow };
        self.save(Change::new(
            InventorySheet { flow, version: before.version + 1, ..before },
            "inventory_sheet.submitted",
        ));
    }

    fn department(&mut self, world: &World) {
        let Some(before) = self.of(&world.plan.departments) else { return };
        let closes_on = self.yes().then(|| day("2026-06-15"));
        self.save(Change::new(
            Department { closes_on, version: before.version + 1, ..before },
            "department.closed",
        ));
    }
}

/// A second edition of the criteria, not in force, under which a risk may have been judged too.
fn editions(house: &House) -> [CriteriaId; 2] {
    let first: Criteria = house.read("渡辺", |rx| Ok(criteria::store::all(rx)?.remove(0))).unwrap();
    let second = house
        .write_as_system(|tx| {
            let id = tx.id(CriteriaId::new);
            let superseded = meguri_domain::criteria::CriteriaState::Superseded;
            let second = Criteria { id, version: 1, number: 99, state: superseded, ..first.clone() };
            tx.save(Change::new(second, "criteria.drafted"))
        })
        .unwrap();
    [first.id, second.id]
}

fn hold(house: &House, case: &str) {
    for today in ["2026-06-10", "2026-06-30", "2026-07-01"] {
        house.move_to(today);
        for who in ["渡辺", "佐藤", "鈴木"] {
            let (expected, found, count) = house
                .read(who, |rx| {
                    let scope = rx.scope(Act::SeeMonth);
                    let world = breaks::store::world(rx, &scope)?;
                    Ok((told(&whole(rx, &scope)?, rx)?, told(&world, rx)?, world.assets.len()))
                })
                .unwrap();
            assert_eq!(found, expected, "{case}, {today}, {who}, from {count} assets");
        }
    }
}

/// `MEGURI_CASES` lives more of them.
#[test]
fn the_rows_of_which_an_invariant_could_speak_say_what_the_whole_register_says() {
    let cases: u64 = std::env::var("MEGURI_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    for seed in 0..cases {
        each_database(|house| {
            let first: Vec<Asset> = (0..9)
                .map(|nth| {
                    let (who, department) =
                        [("佐藤", "営業部"), ("鈴木", "人事部"), ("渡辺", "経理部")][nth % 3];
                    register(house, who, department, &format!("資産{nth}"))
                })
                .collect();
            open_inventory(house);
            let risk = judge(house, "佐藤", &first[0], "T001", (3, 3)).unwrap();
            row(house, &risk, 0, "鍵をかける", Destination::Task);
            for asset in [&first[1], &first[4]] {
                judge(house, "鈴木", asset, "T001", (1, 1)).unwrap();
                judge(house, "鈴木", asset, "T002", (3, 3)).unwrap();
            }
            let editions = editions(house);
            let mut chance = Chance { house, luck: Luck(seed), editions };
            for step in 0..60 {
                chance.step();
                if step % 3 == 0 {
                    hold(house, &format!("seed {seed}, step {step}"));
                }
            }
        });
    }
}

/// What stands in order is not brought along: the page of a large register would be slow for nothing.
#[test]
fn what_is_in_order_stays_in_the_database() {
    each_database(|house| {
        let assets = ["一", "二", "三"].map(|name| register(house, "佐藤", "営業部", name));
        open_inventory(house);
        let loaded = || {
            let look = |rx: &Rx<'_>| breaks::store::world(rx, &rx.scope(Act::SeeBoard));
            let world = house.read("渡辺", look).unwrap();
            (world.assets.len(), world.risks.len())
        };
        assert_eq!(loaded(), (0, 0), "nobody has handed in, and it is not late");
        let department = house.department("営業部");
        house.act("佐藤", |tx| meguri::inventory::acts::confirm_rest(tx, &department, &[])).unwrap();
        assert_eq!(loaded(), (3, 0), "none of them is assessed");
        let [risk, ..] = assets.map(|asset| judge(house, "佐藤", &asset, "T001", (1, 1)).unwrap());
        assert_eq!(loaded(), (0, 0), "all are confirmed and assessed");
        let by = house.person("田中");
        let signed = Signed { by, name: "田中".into(), on: day("2026-05-01"), deputy: false };
        let approval = Some(Approval { signed, revision: risk.revision });
        let approved = Risk { version: risk.version + 1, approval, ..risk };
        let approved = house.write_as_system(|tx| tx.save(Change::new(approved, "risk.approved"))).unwrap();
        assert_eq!(loaded(), (0, 0), "an approval that stands is in order");
        let (version, revision) = (approved.version + 1, approved.revision + 1);
        let judged = Risk { version, revision, ..approved };
        house.write_as_system(|tx| tx.save(Change::new(judged, "risk.judged"))).unwrap();
        assert_eq!(loaded(), (1, 1), "it was changed after its approval");
    });
}
