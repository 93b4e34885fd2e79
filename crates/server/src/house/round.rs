//! Rounds: what the running program does by itself, again and again. Each leaves when it last went and how, so that
//! the health page can say so; one that fails goes on failing aloud, and never takes the others with it.

use super::db::Value;
use super::fault::{Done, Stop};
use super::kept::cell;
use super::web::App;
use super::words::Lang;
use super::work::{Rx, Who};
use crate::people::session;
use crate::{open, plain};
use meguri_domain::Word;
use std::time::Duration;

/// Something done again and again.
pub struct Round {
    /// Its name in the database.
    pub name: &'static str,
    pub word: Word,
    /// Seconds from one beginning to the next, at least.
    pub every_s: i64,
    /// Does it. What it says is shown to the administrator; a stop is a failure.
    pub go: fn(&App) -> Done<Said>,
}

/// How a round went, in both languages; nothing when there was nothing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whether a person need not look.
    pub good: bool,
    pub ja: String,
    pub en: String,
}

impl Said {
    pub fn good(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { good: true, ja: ja.into(), en: en.into() }
    }
    pub fn bad(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { good: false, ja: ja.into(), en: en.into() }
    }
    pub fn words(&self, l: Lang) -> &str {
        match l {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

/// When a round last went, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Went {
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    /// When it last went well; 0 for never.
    pub good_at_ms: i64,
    pub said: Said,
}

impl Went {
    /// Whether a round has stayed away so long that something keeps it: two turns and a quarter of an hour.
    pub fn is_overdue(&self, round: &Round, now_ms: i64) -> bool {
        now_ms > self.at_ms + (2 * round.every_s + 900) * 1_000
    }
}

/// How long the program sleeps between two looks at what is due.
const LOOK: Duration = Duration::from_secs(5);

/// Goes the rounds as long as the program runs. Each goes by itself: a long one never keeps the others waiting.
pub fn keep_going(app: &App, rounds: &'static [Round]) {
    for round in rounds {
        tokio::spawn(keep_one(app.clone(), round));
    }
}

async fn keep_one(app: App, round: &'static Round) {
    loop {
        let turn = app.clone();
        let gone = tokio::task::spawn_blocking(move || all_due(&turn, std::slice::from_ref(round))).await;
        if let Err(error) = gone {
            tracing::error!(round = round.name, cause = %error, "a round broke off");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.db.called() => {}
        }
    }
}

/// Goes every round that is due.
pub fn all_due(app: &App, rounds: &[Round]) {
    for round in rounds {
        if let Err(stop) = if_due(app, round) {
            tracing::error!(round = round.name, cause = %stop, "a round could not be written down");
        }
    }
}

fn if_due(app: &App, round: &Round) -> Done<()> {
    let last = app.db.read(house(app), |rx| last(rx, round.name))?;
    let rests = last.is_some_and(|went| app.clock.now_ms() < went.at_ms + round.every_s * 1_000);
    if !app.db.was_called(round.name) && rests {
        return Ok(());
    }
    go(app, round).map(|_| ())
}

/// Goes a round now and writes down how it went.
pub fn go(app: &App, round: &Round) -> Done<Said> {
    let at_ms = app.clock.now_ms();
    let said = match (round.go)(app) {
        Ok(said) => said,
        Err(stop) => {
            tracing::error!(round = round.name, cause = %stop, "a round failed");
            failed(&stop)
        }
    };
    app.db.write(house(app), &app.chance, |tx| {
        let values = [
            Value::Text(round.name.into()),
            Value::Int(at_ms),
            Value::Int(if said.good { at_ms } else { 0 }),
            Value::Bool(said.good),
            Value::Text(said.ja.clone()),
            Value::Text(said.en.clone()),
        ];
        let text = plain!(
            "INSERT INTO round (name, at, good_at, good, said_ja, said_en) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (name) DO UPDATE SET at = excluded.at, good = excluded.good,
               good_at = CASE WHEN excluded.good_at = 0 THEN round.good_at ELSE excluded.good_at END,
               said_ja = excluded.said_ja, said_en = excluded.said_en"
        );
        tx.run(text, &values)?;
        Ok(())
    })?;
    Ok(said)
}

/// What is written down of a failure: a refusal in its own words; the cause of a fault stands in the log only.
fn failed(stop: &Stop) -> Said {
    match stop {
        Stop::Refusal(refusal) => Said::bad(refusal.ja(), refusal.en()),
        _ => Said::bad(
            "できませんでした。原因はサーバーのログにあります。",
            "It could not be done. The server's log says why.",
        ),
    }
}

/// When a round last went; none if it never did.
pub fn last(rx: &Rx<'_>, name: &str) -> Done<Option<Went>> {
    let text = open!("SELECT at, good_at, good, said_ja, said_en FROM round WHERE name = $1");
    let rows = rx.open_rows(text, &[Value::Text(name.into())])?;
    let Some(row) = rows.first() else { return Ok(None) };
    let said = Said { good: cell(row, 2)?, ja: cell(row, 3)?, en: cell(row, 4)? };
    Ok(Some(Went { at_ms: cell(row, 0)?, good_at_ms: cell(row, 1)?, said }))
}

fn house(app: &App) -> Who {
    session::house(app)
}
