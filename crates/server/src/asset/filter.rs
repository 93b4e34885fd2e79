//! What a person asks the list for: filter, words, order and page, as they stand in the address.

use crate::house::web::percent;
use meguri_domain::asset::AssetState;
use serde::Deserialize;

/// The query of the list and of the export. Unknown values ask for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Filter {
    #[serde(default)]
    pub department: String,
    /// `1`, `2`, `3`, …
    #[serde(default)]
    pub importance: String,
    /// `yes` or `no`.
    #[serde(default)]
    pub personal: String,
    /// Empty for what is in use, else `retired` or `all`.
    #[serde(default)]
    pub state: String,
    #[serde(default)]
    pub q: String,
    /// The column of the order; with a minus in front it falls.
    #[serde(default)]
    pub sort: String,
    #[serde(default)]
    pub page: String,
    /// Empty for the register, `ledger` for the ledger of personal data.
    #[serde(default)]
    pub view: String,
    /// In the ledger: `yes` for what a client entrusted, `lacking` for what of it lacks its client or its end.
    #[serde(default)]
    pub entrusted: String,
    /// `csv` asks the export for plain text, `form` for the layout without rows.
    #[serde(default)]
    pub format: String,
}

/// The columns by which the list can be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Name,
    Department,
    Importance,
    Medium,
    Registered,
}

impl Order {
    fn of(text: &str) -> Self {
        match text {
            "department" => Self::Department,
            "importance" => Self::Importance,
            "medium" => Self::Medium,
            "registered" => Self::Registered,
            _ => Self::Name,
        }
    }
}

/// The two ways to look at the register; each has its own columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// 情報資産台帳: everything.
    Register,
    /// 個人情報管理台帳: what holds personal data.
    Ledger,
}

impl View {
    pub fn of(text: &str) -> Self {
        if text == "ledger" { Self::Ledger } else { Self::Register }
    }
    /// The word for addresses and for what is kept of it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Register => "",
            Self::Ledger => "ledger",
        }
    }
}

/// The part of the register that is looked at; each part has an index of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    All,
    /// What holds personal data.
    Ledger,
    /// What of it a client entrusted to us.
    Entrusted,
    /// What of that lacks its client, or its return or erasure duty.
    Lacking,
}

/// Rows of a page.
pub const PER_PAGE: i64 = 200;
/// Nobody turns further than this.
const MOST_PAGES: i64 = 10_000;
/// Words for searching are cut here.
const MOST_WORDS: usize = 200;

impl Filter {
    /// The same with searching words cut to a length that a database likes.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        self.q = self.q.trim().chars().take(MOST_WORDS).collect();
        self
    }
    pub fn order(&self) -> Order {
        Order::of(self.sort.trim_start_matches('-'))
    }
    /// Whether the order falls instead of rising.
    pub fn falls(&self) -> bool {
        self.sort.starts_with('-')
    }
    /// The importance asked for; 0 for any.
    pub fn importance(&self) -> i64 {
        self.importance.parse().ok().filter(|number| (1..=9).contains(number)).unwrap_or(0)
    }
    /// 1 for assets with personal data, 2 for those without, 0 for any.
    pub fn personal(&self) -> i64 {
        match self.personal.as_str() {
            "yes" => 1,
            "no" => 2,
            _ => 0,
        }
    }
    /// The state asked for; empty for any.
    pub fn state_code(&self) -> &'static str {
        match self.state.as_str() {
            "all" => "",
            "retired" => AssetState::Retired.code(),
            _ => AssetState::InUse.code(),
        }
    }
    pub fn view(&self) -> View {
        View::of(&self.view)
    }
    /// The part asked for. What is entrusted is asked for in the ledger only.
    pub fn part(&self) -> Part {
        match (self.view(), self.entrusted.as_str()) {
            (View::Register, _) => Part::All,
            (View::Ledger, "yes") => Part::Entrusted,
            (View::Ledger, "lacking") => Part::Lacking,
            (View::Ledger, _) => Part::Ledger,
        }
    }
    /// The page, from 1.
    pub fn page(&self) -> i64 {
        self.page.parse().unwrap_or(1).clamp(1, MOST_PAGES)
    }
    /// Whether anything but the plain list is asked for.
    pub fn is_narrow(&self) -> bool {
        let Self { department, q, .. } = self;
        !department.is_empty()
            || self.importance() != 0
            || self.personal() != 0
            || !self.state.is_empty()
            || matches!(self.part(), Part::Entrusted | Part::Lacking)
            || !q.is_empty()
    }

    /// The query of an address with some of it changed; a change turns back to the first page.
    pub fn with(&self, changes: &[(&str, &str)]) -> String {
        let mut pairs = vec![
            ("view", self.view().code()),
            ("entrusted", self.entrusted.as_str()),
            ("department", &self.department),
            ("importance", &self.importance),
            ("personal", &self.personal),
            ("state", &self.state),
            ("q", &self.q),
            ("sort", &self.sort),
            ("page", ""),
        ];
        for (name, value) in changes {
            match pairs.iter_mut().find(|(each, _)| each == name) {
                Some(pair) => pair.1 = value,
                None => pairs.push((name, value)),
            }
        }
        let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let texts: Vec<String> = filled.map(|(name, value)| [name, "=", &percent(value)].concat()).collect();
        if texts.is_empty() { String::new() } else { ["?", &texts.join("&")].concat() }
    }

    /// The query that orders by a column: rising first, falling when it rises already.
    pub fn by(&self, column: &str) -> String {
        if self.order() == Order::of(column) && !self.falls() {
            self.with(&[("sort", &["-", column].concat())])
        } else {
            self.with(&[("sort", if column == "name" { "" } else { column })])
        }
    }

    /// How a column's heading says the order to a screen reader.
    pub fn aria(&self, column: &str) -> &'static str {
        match (self.order() == Order::of(column), self.falls()) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }
    /// The same as a sign for the eye.
    pub fn arrow(&self, column: &str) -> &'static str {
        match self.aria(column) {
            "ascending" => "↑",
            "descending" => "↓",
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_stands_in_the_address_and_a_change_turns_to_the_first_page() {
        let filter = Filter { q: "名簿 &".into(), page: "3".into(), ..Filter::default() };
        assert_eq!(filter.with(&[("page", "4")]), "?q=%E5%90%8D%E7%B0%BF%20%26&page=4");
        assert_eq!(filter.with(&[("importance", "3"), ("q", "")]), "?importance=3");
        assert_eq!(Filter::default().with(&[]), "");
    }

    #[test]
    fn the_order_of_a_column_turns_over() {
        let by_medium = Filter { sort: "medium".into(), ..Filter::default() };
        assert_eq!(Filter::default().by("medium"), "?sort=medium");
        assert_eq!(by_medium.by("medium"), "?sort=-medium");
        assert_eq!(Filter::default().by("name"), "?sort=-name");
        assert_eq!((by_medium.aria("medium"), by_medium.aria("name")), ("ascending", "none"));
    }

    #[test]
    fn the_ledger_is_a_part_and_what_is_entrusted_a_part_of_it() {
        let ledger = |entrusted: &str| Filter {
            view: "ledger".into(),
            entrusted: entrusted.into(),
            ..Filter::default()
        };
        for (filter, part, narrow) in [
            (Filter::default(), Part::All, false),
            (Filter { entrusted: "yes".into(), ..Filter::default() }, Part::All, false),
            (ledger(""), Part::Ledger, false),
            (ledger("?"), Part::Ledger, false),
            (ledger("yes"), Part::Entrusted, true),
            (ledger("lacking"), Part::Lacking, true),
        ] {
            assert_eq!((filter.part(), filter.is_narrow()), (part, narrow), "{filter:?}");
        }
        assert_eq!(ledger("yes").with(&[("sort", "medium")]), "?view=ledger&entrusted=yes&sort=medium");
    }

    #[test]
    fn nonsense_asks_for_nothing() {
        let filter = Filter {
            importance: "x".into(),
            personal: "?".into(),
            page: "-4".into(),
            sort: "; DROP".into(),
            ..Filter::default()
        };
        assert_eq!(
            (filter.importance(), filter.personal(), filter.page(), filter.order()),
            (0, 0, 1, Order::Name)
        );
    }
}
