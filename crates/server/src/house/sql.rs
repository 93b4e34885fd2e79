//! SQL is plain static text that says at compile time whom it may show: [`scoped!`] texts carry the
//! scope predicate, [`open!`] texts touch no department's table, [`plain!`] texts write only to
//! tables that are no records. What none of the three accepts does not compile.

/// A text whose first parameter is the scope.
#[derive(Clone, Copy)]
pub struct Scoped(pub(super) &'static str);
/// A text that touches only tables of the company as a whole.
#[derive(Clone, Copy)]
pub struct Open(pub(super) &'static str);
/// A text that writes to a table that is no record: sessions, invitations, drafts of imports.
#[derive(Clone, Copy)]
pub struct Plain(pub(super) &'static str);

/// The predicate of a scoped text for a department column: `seen!("a.department_id")`.
#[macro_export]
macro_rules! seen {
    ($column:literal) => {
        concat!("($1 = '*' OR $1 LIKE '%|' || ", $column, " || '|%')")
    };
}

/// The rows of a table that the departments within the scope hold, led to by these departments: `held!("risk r", "r.department_id")`.
/// Who serves one department is not made to walk through the rows of all; the order of a CROSS JOIN is kept.
#[macro_export]
macro_rules! held {
    ($table:literal, $column:literal) => {
        concat!(
            "department w CROSS JOIN ",
            $table,
            " WHERE ",
            $crate::seen!("w.id"),
            " AND ",
            $column,
            " = w.id"
        )
    };
}

/// A query under a scope, bound as `$1`; its own parameters begin with `$2`.
#[macro_export]
macro_rules! scoped {
    ($($text:expr),+ $(,)?) => {{
        const TEXT: $crate::house::sql::Scoped = $crate::house::sql::Scoped::check(concat!($($text),+));
        TEXT
    }};
}

/// A query over tables of the company as a whole; parameters begin with `$1`.
#[macro_export]
macro_rules! open {
    ($($text:expr),+ $(,)?) => {{
        const TEXT: $crate::house::sql::Open = $crate::house::sql::Open::check(concat!($($text),+));
        TEXT
    }};
}

/// A write to a table that is no record.
#[macro_export]
macro_rules! plain {
    ($($text:expr),+ $(,)?) => {{
        const TEXT: $crate::house::sql::Plain = $crate::house::sql::Plain::check(concat!($($text),+));
        TEXT
    }};
}

/// Tables whose rows belong to a department.
pub const DEPARTMENTAL: &[&str] = &[
    "asset",
    "pattern",
    "origin",
    "inventory_sheet",
    "confirmation",
    "assessment",
    "risk",
    "measure",
    "plan_row",
    "objective",
    "review",
    "assignment",
    "inspection",
    "answer",
    "evidence",
    "correction",
    "closing",
];

/// Tables that hold no records: what is in them may be lost without loss to the loop.
pub const PASSING: &[&str] = &[
    "session",
    "invitation",
    "sign_in_failure",
    "request",
    "import_draft",
    "import_piece",
    "import_undo",
    "import_mapping",
    "column_choice",
    "saved_filter",
    "round",
    // What binds of a signed head lies outside and in the folder of keys; these are its copies.
    "head",
    "erasing",
    "mail",
];

impl Scoped {
    pub const fn check(text: &'static str) -> Self {
        assert!(holds(text, "$1 LIKE '%|' ||", false), "a scoped query needs seen!(…)");
        Self(text)
    }
}

impl Open {
    pub const fn check(text: &'static str) -> Self {
        let mut i = 0;
        while i < DEPARTMENTAL.len() {
            assert!(
                !holds(text, DEPARTMENTAL[i], true),
                "an open query touches a department's table; use scoped!"
            );
            i += 1;
        }
        Self(text)
    }
}

impl Plain {
    pub const fn check(text: &'static str) -> Self {
        let mut i = 0;
        let mut found = false;
        while i < PASSING.len() {
            found = found || holds(text, PASSING[i], true);
            i += 1;
        }
        assert!(found, "plain! writes only to passing tables; records are saved by a sealed Change");
        let _ = Open::check(text);
        Self(text)
    }
}

/// Whether `text` holds `word`; as a whole word when `whole`.
const fn holds(text: &str, word: &str, whole: bool) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let mut at = 0;
    while at + word.len() <= text.len() {
        let mut i = 0;
        while i < word.len() && text[at + i] == word[i] {
            i += 1;
        }
        let ends = at + word.len() == text.len() || !is_word(text[at + word.len()]);
        let begins = at == 0 || !is_word(text[at - 1]);
        if i == word.len() && (!whole || (begins && ends)) {
            return true;
        }
        at += 1;
    }
    false
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn words_are_found_whole() {
        assert!(holds("SELECT * FROM asset WHERE 1", "asset", true));
        assert!(holds("FROM asset", "asset", true));
        assert!(!holds("FROM asset_name", "asset", true));
        assert!(!holds("SELECT r.review FROM x", "review", true));
        assert!(holds("($1 = '*' OR $1 LIKE '%|' || id", "$1 LIKE '%|' ||", false));
    }
}
