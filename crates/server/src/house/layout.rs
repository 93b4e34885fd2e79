//! The frame around every page: navigation by role, month switch, person, language and appearance.

use super::web::Ctx;
use super::words::Lang;
use meguri_domain::Month;
use meguri_domain::people::Act;

/// What the base templates need.
pub struct Shell {
    pub l: Lang,
    pub title: String,
    pub organisation: String,
    pub year_label: String,
    pub month_label: String,
    pub months: Vec<MonthLink>,
    pub person: String,
    pub posts: String,
    pub nav: Vec<NavItem>,
    pub path: String,
    /// A fresh idempotency key for the forms of this page.
    pub req: String,
    pub flash: Option<String>,
    pub theme: &'static str,
    pub assets: &'static str,
    pub demo: bool,
}

pub struct MonthLink {
    pub label: String,
    pub href: String,
    pub current: bool,
}

pub struct NavItem {
    pub href: &'static str,
    pub label: &'static str,
    pub icon: &'static str,
    pub count: usize,
    pub current: bool,
}

/// The rooms in the order of the loop, each with the act without which it is not shown.
const ROOMS: &[(&str, &str, &str, &str, Option<Act>)] = &[
    ("/", "今月やること", "This month", "home", None),
    ("/assets", "情報資産台帳", "Asset register", "register", Some(Act::SeeRegister)),
    ("/inventory", "棚卸", "Inventory", "inventory", Some(Act::SeeRegister)),
    ("/risks", "リスク", "Risks", "risk", Some(Act::SeeRisk)),
    ("/plan", "対応計画", "Treatment plan", "plan", Some(Act::SeePlan)),
    ("/statement", "適用宣言書", "Applicability", "file", Some(Act::SeeStatement)),
    ("/objectives", "目標", "Objectives", "objective", Some(Act::SeeMonth)),
    ("/inspections", "自主点検", "Self-inspection", "inspection", Some(Act::SeeMonth)),
    ("/board", "月次ボード", "Month board", "board", Some(Act::SeeBoard)),
    ("/corrections", "是正処置", "Corrections", "correction", Some(Act::SeeMonth)),
    ("/breaks", "切れ目", "Breaks", "break", Some(Act::SeeBoard)),
    ("/report", "月次報告", "Monthly report", "report", Some(Act::SeeBoard)),
    ("/record", "記録簿", "Record log", "log", Some(Act::SeeRecord)),
    ("/audits", "審査", "Audits", "check", Some(Act::SeeAudit)),
    ("/health", "稼働状況", "Health", "clock", Some(Act::SeeHealth)),
    ("/settings", "設定", "Settings", "settings", Some(Act::SeePeople)),
];

impl Shell {
    /// The frame of a signed-in person's page. `month` is the one the page speaks of.
    pub fn new(ctx: &Ctx, ja: &str, en: &str, month: Month) -> Self {
        let l = ctx.l;
        let calendar = &ctx.app.calendar_start();
        let months = (0..6).map(|back| Month::of(ctx.today()).plus(-back));
        let link = |each: Month| MonthLink {
            label: l.month(&each),
            href: with_month(&ctx.path, each),
            current: each == month,
        };
        let current = |href: &str| if href == "/" { ctx.path == "/" } else { ctx.path.starts_with(href) };
        let shown = ROOMS.iter().filter(|(.., act)| act.is_none_or(|act| ctx.actor.may_somewhere(act)));
        let nav = shown.map(|(href, ja, en, icon, _)| NavItem {
            href,
            label: l.t(ja, en),
            icon,
            count: 0,
            current: current(href),
        });
        let posts: Vec<&str> = ctx.actor.roles().into_iter().map(|role| l.w(role.word())).collect();
        let year = i64::from(month.year()) - i64::from(month.month() < *calendar);
        Self {
            l,
            title: l.t(ja, en).to_owned(),
            organisation: ctx.app.organisation(),
            year_label: l.year(year),
            month_label: l.short_month(&month),
            months: months.map(link).collect(),
            person: ctx.actor.name.clone(),
            posts: posts.join(l.t("・", ", ")),
            nav: nav.collect(),
            path: ctx.address.clone(),
            req: ctx.app.chance.id(),
            flash: ctx.flash.clone(),
            theme: ctx.theme,
            assets: super::statics::hash(),
            demo: ctx.app.demo,
        }
    }

    /// The title as a heading: a month in it is not broken over two lines.
    pub fn heading(&self) -> String {
        unbroken(&self.title)
    }

    /// The frame of a page for somebody who is not signed in.
    pub fn bare(app: &super::web::App, l: Lang, theme: &'static str, title: &str, path: &str) -> Self {
        Self {
            l,
            title: title.to_owned(),
            organisation: app.organisation(),
            year_label: String::new(),
            month_label: String::new(),
            months: Vec::new(),
            person: String::new(),
            posts: String::new(),
            nav: Vec::new(),
            path: path.to_owned(),
            req: app.chance.id(),
            flash: None,
            theme,
            assets: super::statics::hash(),
            demo: app.demo,
        }
    }
}

/// Japanese breaks lines anywhere, so the parts of a date are joined by what is not seen and not broken.
fn unbroken(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        let unit = |c: char| matches!(c, '年' | '月' | '日');
        let joins =
            (before.is_ascii_digit() && unit(c)) || (unit(before) && (c.is_ascii_digit() || c == '分'));
        if joins {
            out.push('\u{2060}');
        }
        out.push(c);
        before = c;
    }
    out
}

/// The address of the same page for another month.
fn with_month(path: &str, month: Month) -> String {
    [path, "?month=", &month.to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::unbroken;

    #[test]
    fn a_month_in_a_heading_holds_together() {
        let joined = "総務部 2026\u{2060}年\u{2060}10\u{2060}月\u{2060}分の自主点検";
        assert_eq!(unbroken("総務部 2026年10月分の自主点検"), joined);
        assert_eq!(unbroken("年間の目標、日々の記録"), "年間の目標、日々の記録");
    }
}
