//! Two signed heads side by side: whether they can both be of one log, for somebody who trusts neither side.
//!
//! Two heads of one size with different roots, both signed by a key of the log, prove that whoever has the key has shown two
//! histories. Nothing else is needed for that, so the page that is printed here can be shown to anybody.

use std::fmt::Write;

use crate::bundle::Language;
use crate::tree::{Hash, verify_consistency};
use crate::trust::{HeadError, SignedHead, Trust};

/// What two signed heads say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They are one head, or the proof leads from the smaller to the larger: one history, as far as they go.
    Agree,
    /// They are of one size and have different roots: they cannot both be of one log.
    Fork,
    /// They are of different sizes, and no proof leads from one to the other. That is not yet a fork: whoever has the log
    /// must show the proof.
    Open,
}

/// Two heads, their signatures checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// In the order in which they were given.
    pub heads: [SignedHead; 2],
    /// What they say together.
    pub verdict: Verdict,
}

/// Holds two signed heads against each other, with the proof that leads from the smaller to the larger where there is one.
///
/// # Errors
/// The number of the note at fault, 1 or 2, and why; [`HeadError::OtherLog`] when they are of two logs.
pub fn compare(trust: &Trust, notes: [&str; 2], proof: Option<&[Hash]>) -> Result<Pair, (usize, HeadError)> {
    let [one, other] = notes;
    let one = trust.open(one).map_err(|error| (1, error))?;
    let other = trust.open(other).map_err(|error| (2, error))?;
    if one.checkpoint.origin != other.checkpoint.origin {
        return Err((2, HeadError::OtherLog));
    }
    let (a, b) = (&one.checkpoint, &other.checkpoint);
    let (old, new) = if a.size <= b.size { (a, b) } else { (b, a) };
    let verdict = if old.size == new.size {
        if old.root == new.root { Verdict::Agree } else { Verdict::Fork }
    } else if proof.is_some_and(|proof| verify_consistency(old.size, new.size, &old.root, &new.root, proof)) {
        Verdict::Agree
    } else {
        Verdict::Open
    };
    Ok(Pair { heads: [one, other], verdict })
}

/// One page for a person. The first line is for machines: `FORK`, `AGREE` or `OPEN`, and the sizes.
pub fn page(pair: &Pair, language: Language) -> String {
    let [one, other] = &pair.heads;
    let word = match pair.verdict {
        Verdict::Agree => "AGREE",
        Verdict::Fork => "FORK",
        Verdict::Open => "OPEN",
    };
    let mut page = format!("{word} size={} size={}\n\n", one.checkpoint.size, other.checkpoint.size);
    let japanese = language == Language::Ja;
    page.push_str(if japanese { ja(pair.verdict) } else { en(pair.verdict) });
    page.push_str("\n\n");
    let names = if japanese {
        ["ログ", "件数", "ルート", "署名した鍵", "証人", "ヘッド"]
    } else {
        ["Log", "Entries", "Root", "Signed by", "Witnesses", "Head"]
    };
    let [log, size, root, signers, witnesses, head] = names;
    for (number, each) in (1..).zip(&pair.heads) {
        let cosigned: Vec<&str> = each.cosigned.iter().map(|(label, _)| label.as_str()).collect();
        let lines = [
            (log, each.checkpoint.origin.clone()),
            (size, each.checkpoint.size.to_string()),
            (root, grouped(&each.checkpoint.root)),
            (signers, each.signers.join(", ")),
            (witnesses, if cosigned.is_empty() { "-".to_owned() } else { cosigned.join(", ") }),
        ];
        let _ = writeln!(page, "{head} {number}");
        for (name, value) in lines {
            let _ = writeln!(page, "  {name}: {value}");
        }
        page.push('\n');
    }
    page.push_str(if japanese { JA_FOOT } else { EN_FOOT });
    page
}

/// A root in groups that two people can compare aloud.
fn grouped(root: &Hash) -> String {
    let hex = root.to_string();
    let (groups, _) = hex.as_bytes().as_chunks::<8>();
    groups.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(" ")
}

fn ja(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agree => "一致しています。この 2 つのヘッドは、どちらも同じ 1 つの履歴のものです。",
        Verdict::Fork => {
            "分岐しています。この 2 つのヘッドは件数が同じで、どちらもログの鍵で正しく署名されていますが、ルートが違います。\n\
             同じログのものとして両立することはありません。鍵を持つ者が、2 通りの履歴を見せています。"
        }
        Verdict::Open => {
            "まだ分かりません。件数が違うヘッドどうしは、間をつなぐ証明がないと比べられません。\n\
             ログを持つ側に、小さいほうから大きいほうへの証明（整合性証明）を求め、--proof で渡してください。"
        }
    }
}

fn en(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agree => "They agree: both heads are of one and the same history.",
        Verdict::Fork => {
            "A fork: the heads are of the same number of entries, both are properly signed by a key of the log, and their roots\n\
             differ. They cannot both be of one log. Whoever has the key has shown two histories."
        }
        Verdict::Open => {
            "Open: heads of different numbers of entries cannot be compared without a proof.\n\
             Ask whoever has the log for the consistency proof from the smaller to the larger, and give it with --proof."
        }
    }
}

const JA_FOOT: &str = "署名は、お手元の鍵一覧（--policy）の鍵で確かめました。2 つのヘッドのファイルと鍵一覧があれば、誰でも同じ結果を得られます。\n\
                       どちらの履歴が正しいか、誰が見せたかは、ここからは分かりません。\n";
const EN_FOOT: &str = "The signatures were checked with the keys of your own list (--policy). Anybody with the two files and that list comes to the\n\
                       same result. Which history is the true one, and who showed the other, is not to be seen from here.\n";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::Checkpoint;
    use crate::key::{Duty, SignerKey};
    use crate::note::Note;
    use crate::prover::Prover;
    use crate::tree::leaf;

    fn prover(word: &str) -> Prover {
        Prover::new(
            (0..9)
                .map(|n| leaf(if n < 5 { format!("{n}") } else { format!("{word}{n}") }.as_bytes()))
                .collect(),
        )
    }

    fn note(prover: &Prover, size: u64, seed: u8) -> String {
        let key = SignerKey::new("a.example/1", Duty::Log, [seed; 32]).unwrap();
        let head = Checkpoint { origin: "a.example/1".into(), size, root: prover.root(size).unwrap() };
        let mut note = Note::new(&head.text()).unwrap();
        note.add(key.sign(note.text()).unwrap());
        note.to_string()
    }

    #[test]
    fn two_heads_are_one_history_two_histories_or_not_yet_known() {
        let trust = Trust::of_log(SignerKey::new("a.example/1", Duty::Log, [1; 32]).unwrap().verifier());
        let (good, other) = (prover("a"), prover("b"));
        let with = |one: &str, two: &str, proof: Option<&[Hash]>| {
            compare(&trust, [one, two], proof).map(|pair| pair.verdict)
        };
        let (seven, nine) = (note(&good, 7, 1), note(&good, 9, 1));
        assert_eq!(with(&seven, &seven, None), Ok(Verdict::Agree));
        assert_eq!(with(&seven, &note(&other, 7, 1), None), Ok(Verdict::Fork));
        assert_eq!(
            with(&note(&good, 5, 1), &note(&other, 5, 1), None),
            Ok(Verdict::Agree),
            "they part later"
        );
        let proof = good.consistency(7, 9).unwrap();
        assert_eq!(with(&seven, &nine, None), Ok(Verdict::Open));
        assert_eq!(with(&seven, &nine, Some(&proof)), Ok(Verdict::Agree));
        assert_eq!(with(&nine, &seven, Some(&proof)), Ok(Verdict::Agree), "in either order");
        assert_eq!(
            with(&seven, &note(&other, 9, 1), Some(&proof)),
            Ok(Verdict::Open),
            "a bad proof proves nothing"
        );
        // What anybody could have made says nothing.
        assert_eq!(with(&seven, &note(&other, 7, 2), None), Err((2, HeadError::Unsigned)));
        let changed = seven.replacen("\n7\n", "\n8\n", 1);
        assert!(matches!(with(&changed, &seven, None), Err((1, HeadError::Signature { .. }))));
    }

    #[test]
    fn the_page_shows_both_heads_and_says_what_they_mean() {
        let trust = Trust::of_log(SignerKey::new("a.example/1", Duty::Log, [1; 32]).unwrap().verifier());
        let (one, two) = (note(&prover("a"), 7, 1), note(&prover("b"), 7, 1));
        let pair = compare(&trust, [&one, &two], None).unwrap();
        for (language, words) in [(Language::En, "cannot both be of one log"), (Language::Ja, "2 通りの履歴")]
        {
            let text = page(&pair, language);
            assert!(text.starts_with("FORK size=7 size=7\n") && text.contains(words), "{text}");
            for head in &pair.heads {
                assert!(
                    text.contains(&grouped(&head.checkpoint.root)) && text.contains("a.example/1+"),
                    "{text}"
                );
            }
            assert!(text.lines().count() < 30, "one page");
        }
    }
}
