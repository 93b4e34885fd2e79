//! The heads under which a package is made: the newest is signed first, and of the others those that bind.

use super::package::Heads;
use crate::house::fault::{Done, Fault};
use crate::house::web::App;
use crate::people::session;
use crate::record::heads::{Head, all, policy, sign_now};
use crate::record::signing::Signed;
use crate::record::{store, witnesses};
use meguri_domain::Refusal;
use meguri_record::Note;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The heads of the current log, the newest of them signed now and shown to the witnesses. One that does not cosign stops nothing:
/// the auditor sees up to where the log is witnessed.
pub fn now(app: &App) -> Done<Heads> {
    if let Signed::Off(_) = sign_now(app)? {
        return Err(Refusal::Because((
            "記録簿のヘッドに署名できない状態のため、審査用ファイルを作れません。[稼働状況]で原因を確かめてください。",
            "The head of the record log cannot be signed, so no package can be made. See why on the Health page.",
        ))
        .into());
    }
    witnesses::ask_all(app)?;
    let policy = policy(app)?;
    app.db.read(session::house(app), |rx| {
        let log = store::head(rx)?;
        let notes = binding(all(rx)?)?;
        Ok(Heads { policy, first: log.first, notes })
    })
}

/// A head is signed every minute at most, for years: kept are the first and the last, those that lie outside, those of more
/// signatures than one, by which a key hands over to the next, and of the rest one a day.
fn binding(heads: Vec<Head>) -> Result<Vec<(u64, String)>, Fault> {
    let (mut kept, mut day) = (Vec::new(), i64::MIN);
    let last = heads.last().map(|head| head.size);
    for head in heads {
        let outside = head.witnessed_at.max(head.mailed_at).max(head.paper_at) > 0;
        let signatures = Note::read(&head.note).map_err(Fault::broken)?.signatures().len();
        let today = head.made_at.div_euclid(DAY_MS);
        if outside || signatures > 1 || today != day || Some(head.size) == last {
            kept.push((head.size, head.note));
        }
        day = today;
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_heads_those_are_kept_that_bind() {
        let note = |more: &str| format!("a/b\n1\nAAAA\n\n— a/b AAAAAAAA\n{more}");
        let head = |size, made_at, mailed_at, more| Head {
            log: "b".into(),
            size,
            root: String::new(),
            note: note(more),
            made_at,
            witnessed_at: 0,
            mailed_at,
            paper_at: 0,
        };
        let both = "— a/b BBBBBBBB\n";
        let all = vec![
            head(1, 5, 0, ""),
            head(2, 6, 0, ""),
            head(3, 7, 9, ""),
            head(4, 8, 0, ""),
            head(5, 9, 0, both),
            head(6, DAY_MS, 0, ""),
            head(7, DAY_MS + 1, 0, ""),
            head(8, DAY_MS + 2, 0, ""),
        ];
        let sizes: Vec<u64> = binding(all).unwrap().into_iter().map(|(size, _)| size).collect();
        assert_eq!(sizes, [1, 3, 5, 6, 8]);
    }
}
