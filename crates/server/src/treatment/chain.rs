//! The chain of one plan row as a picture: asset, risk, plan, objective or item, months, checks. What is
//! missing is a gap with its sentence and the act that mends it.

use super::lines::{goes, moved};
use super::months::{Dot, Followed, said};
use crate::house::words::Lang;
use meguri_domain::Date;
use meguri_domain::approval::Standing;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::{Destination, PlanRow};

/// A link of the chain, or its gap.
pub struct Link {
    pub kind: &'static str,
    pub words: String,
    pub href: Option<String>,
    pub dots: Vec<Dot>,
    pub said: String,
    /// What is missing; the link is then drawn as a gap.
    pub gap: bool,
    /// The act that mends the gap.
    pub act: Option<(String, &'static str)>,
}

/// What the chain runs through.
pub struct Ends<'a> {
    pub l: Lang,
    pub today: Date,
    pub asset: &'a str,
    pub threat: &'a str,
    pub risk: &'a Risk,
    pub is_stale: bool,
    pub row: Option<&'a PlanRow>,
    pub followed: &'a Followed,
}

impl Ends<'_> {
    /// The chain up to its end or its first gap.
    pub fn chain(&self) -> Vec<Link> {
        let l = self.l;
        let card = format!("/risks/assets/{}#card-{}", self.risk.asset_id, self.risk.threat_id);
        let level = l.w(self.risk.level.word());
        let mut chain = vec![
            link(
                l.t("情報資産", "Asset"),
                self.asset.to_owned(),
                Some(format!("/assets/{}", self.risk.asset_id)),
            ),
            link(
                l.t("リスク", "Risk"),
                format!("{} {} {level}", self.threat, self.risk.value),
                Some(card.clone()),
            ),
        ];
        if self.is_stale {
            let words = l.t(
                "資産が変わったため、評価が古くなっています。",
                "The asset has changed since it was judged.",
            );
            chain.push(gap(l, words, Some((card, l.t("評価し直す", "Judge again")))));
        }
        let Some(row) = self.row else {
            let words = l.t(
                "受容水準以上のリスクに、対応が書かれていません。",
                "A risk above the line has no answer.",
            );
            chain.push(gap(l, words, Some(("#form".into(), l.t("行を書く", "Write the row")))));
            return chain;
        };
        chain.push(link(l.t("対応計画", "Plan"), format!("{} {}", l.w(row.policy.word()), row.task), None));
        if row.destination == Destination::Undecided {
            let words = l.t(
                "計画の行に、目標も点検項目も単発対応もありません。",
                "The row leads to no objective, item or task.",
            );
            chain.push(gap(l, words, Some(("#form".into(), l.t("展開先を決める", "Choose where it goes")))));
            return chain;
        }
        chain.extend(self.approval(row));
        if row.standing_beside(self.risk) != Standing::None || row.destination_id.is_some() {
            chain.extend(self.end(row));
        }
        chain
    }

    fn approval(&self, row: &PlanRow) -> Option<Link> {
        let l = self.l;
        if let Some(each) = row.moved(self.risk) {
            let again = l.t("もう一度承認が必要です。", "It must be approved again.");
            return Some(gap(l, &[&moved(l, each), l.t("", " "), again].concat(), None));
        }
        let words = match row.standing() {
            Standing::Current => return None,
            Standing::None => l.t(
                "リスク所有者の承認がまだです。承認すると展開先へ進みます。",
                "The risk owner has not approved it yet; once approved it goes on.",
            ),
            Standing::Outdated => l.t(
                "承認後に内容が変わりました。もう一度承認が必要です。",
                "It changed after approval and must be approved again.",
            ),
        };
        Some(gap(l, words, None))
    }

    fn end(&self, row: &PlanRow) -> Vec<Link> {
        let l = self.l;
        let goes = goes(l, row, self.followed, self.today);
        match row.destination {
            Destination::Undecided => Vec::new(),
            Destination::Task if goes.late => vec![gap(
                l,
                &format!(
                    "{} {}",
                    l.t("単発対応の期限が過ぎています。", "The one-off task is overdue."),
                    l.day(&row.due_on)
                ),
                Some(("#completion".into(), l.t("完了を記録", "Record it as done"))),
            )],
            Destination::Acceptance if goes.late => vec![gap(
                l,
                &format!(
                    "{} {}",
                    l.t("受容の期限が過ぎています。", "The acceptance has expired."),
                    l.day(&row.due_on)
                ),
                Some(("#form".into(), l.t("見直す", "Review"))),
            )],
            Destination::Task => vec![link(l.t("単発対応", "Task"), goes.words, None)],
            Destination::Acceptance => vec![link(l.t("受容", "Acceptance"), goes.words, None)],
            Destination::Objective | Destination::CheckItem => self.months(row, goes.words, goes.href),
        }
    }

    fn months(&self, row: &PlanRow, words: String, href: Option<String>) -> Vec<Link> {
        let l = self.l;
        let (kind, place) = match row.destination {
            Destination::Objective => (l.t("目標", "Objective"), href.clone().unwrap_or_default()),
            _ => (l.t("点検項目", "Check item"), "/inspections".to_owned()),
        };
        if href.is_none() {
            return vec![gap(
                l,
                l.t(
                    "展開先が見つかりません。事務局に連絡してください。",
                    "Its destination is not there. Tell the secretariat.",
                ),
                None,
            )];
        }
        let dots = self.followed.dots(row);
        let objective = self.followed.objective(row).map(|each| each.title.clone());
        let item = self.followed.item(row).map(|each| l.t(&each.text_ja, &each.text_en).to_owned());
        let mut chain = vec![link(kind, objective.or(item).unwrap_or(words), href)];
        let months =
            Link { said: said(l, &dots), ..link(l.t("毎月の記録", "Months"), String::new(), None) };
        if let Some(missed) = dots.iter().find(|dot| dot.class == "late") {
            let words =
                format!("{} {}", l.month(&missed.month), l.t("の記録がありません。", "has no record."));
            let mend = if self.l.is_ja() { "記録する" } else { "Record it" };
            chain.push(Link { dots: dots.clone(), ..months });
            chain.push(gap(l, &words, Some((with_month(&place, &missed.month.to_string()), mend))));
            return chain;
        }
        chain.push(Link { dots: dots.clone(), ..months });
        chain.push(self.checks(&dots));
        chain
    }

    fn checks(&self, dots: &[Dot]) -> Link {
        let l = self.l;
        let kind = l.t("事務局のチェック", "Secretariat's check");
        let checked = dots.iter().rfind(|dot| dot.class == "good");
        let words = match checked {
            Some(dot) => format!("{}{}", l.month(&dot.month), l.t("分まで済み", " checked")),
            None if dots.iter().any(|dot| dot.class == "warn") => {
                l.t("確認待ち", "Waiting for the check").to_owned()
            }
            None => l.t("最初の記録を待っています", "Waits for the first record").to_owned(),
        };
        link(kind, words, None)
    }
}

fn with_month(place: &str, month: &str) -> String {
    [place, "?month=", month].concat()
}

fn link(kind: &'static str, words: String, href: Option<String>) -> Link {
    Link { kind, words, href, dots: Vec::new(), said: String::new(), gap: false, act: None }
}

fn gap(l: Lang, words: &str, act: Option<(String, &'static str)>) -> Link {
    Link { gap: true, act, ..link(l.t("切れ目", "Break"), words.to_owned(), None) }
}
