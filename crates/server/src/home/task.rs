//! One line of 今月やること, and the order in which lines are shown.

use crate::closing::views::badge;
use crate::house::words::Lang;
use meguri_domain::Date;
use meguri_domain::approval::State;

/// The badge of a line: class, letter, word.
pub type Badge = (&'static str, &'static str, &'static str);

/// Where a line stands on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Late,
    Now,
    /// Handed on; somebody else is at work.
    Waiting,
    Done,
}

/// A line: one thing with one act.
#[derive(Debug, Clone)]
pub struct Task {
    pub group: Group,
    /// What was sent back comes first.
    pub returned: bool,
    pub due: Option<Date>,
    pub what: String,
    /// The department, or what else helps to know it.
    pub note: String,
    pub badge: Badge,
    pub href: String,
    pub act: &'static str,
}

impl Task {
    /// Something to do by a day: late once the day has passed.
    pub fn due(l: Lang, due: Option<Date>, today: Date) -> Self {
        let late = due.is_some_and(|day| today > day);
        let badge = if late {
            ("late", "!", l.t("期限超過", "Overdue"))
        } else {
            ("quiet", "・", l.t("未着手", "To do"))
        };
        let group = if late { Group::Late } else { Group::Now };
        Self {
            group,
            returned: false,
            due,
            what: String::new(),
            note: String::new(),
            badge,
            href: String::new(),
            act: l.t("開く", "Open"),
        }
    }

    #[must_use]
    pub fn about(self, what: String, note: &str) -> Self {
        Self { what, note: note.to_owned(), ..self }
    }

    #[must_use]
    pub fn leads(self, href: String, act: &'static str) -> Self {
        Self { href, act, ..self }
    }

    /// Begun and not handed in: it says so, unless that it is late says more.
    #[must_use]
    pub fn begun(self, l: Lang) -> Self {
        let badge = if self.group == Group::Late { self.badge } else { badge(l, State::Draft) };
        Self { badge, act: l.t("続きを入力", "Go on"), ..self }
    }

    /// Sent back: it keeps its place by its date, but says so and comes first.
    #[must_use]
    pub fn sent_back(self, l: Lang) -> Self {
        Self {
            returned: true,
            badge: ("bad", "↩", l.t("差戻し", "Returned")),
            act: l.t("直す", "Correct it"),
            ..self
        }
    }

    /// Handed on to somebody else.
    #[must_use]
    pub fn handed_on(self, badge: Badge, act: &'static str) -> Self {
        Self { group: if badge.0 == "good" { Group::Done } else { Group::Waiting }, badge, act, ..self }
    }
}

/// Sorts lines as they are shown: group, returned first, then by date.
pub fn sort(tasks: &mut [Task]) {
    tasks.sort_by(|one, other| {
        let key = |task: &Task| (task.group, !task.returned, task.due.unwrap_or(Date::MAX));
        key(one).cmp(&key(other)).then_with(|| one.what.cmp(&other.what))
    });
}
