//! The one page that the auditor prints: a line for machines, the verdict, what it rests on and what it leaves open.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Counts, Failure, Outcome};
use crate::checkpoint::Checkpoint;
use crate::trust::SignedHead;

/// The language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// 日本語
    Ja,
    /// English
    En,
}

impl Language {
    pub(crate) fn t<T>(self, ja: T, en: T) -> T {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }
}

impl Outcome {
    /// Whether every entry of the bundle is under a head that somebody outside holds.
    pub fn is_witnessed(&self) -> bool {
        self.counts.range.1 < self.witnessed
    }

    /// The first line, on which every verifier must agree.
    pub fn line(&self) -> String {
        let verdict = if self.is_witnessed() { "PASS" } else { "UNWITNESSED" };
        let Counts { entries, payloads, files, .. } = self.counts;
        format!(
            "{verdict} size={} witnessed={} entries={entries} payloads={}/{} files={}/{}",
            self.head.checkpoint.size, self.witnessed, payloads.0, payloads.1, files.0, files.1
        )
    }
}

impl Failure {
    /// The first line, on which every verifier must agree.
    pub fn line(&self) -> String {
        match self.line {
            Some(line) => format!("FAIL {} {line}", self.place),
            None => format!("FAIL {}", self.place),
        }
    }
}

/// The page for an outcome or a failure.
pub fn page(found: &Result<Outcome, Failure>, l: Language) -> String {
    let (first, lines) = match found {
        Ok(outcome) => (outcome.line(), good(outcome, l)),
        Err(failure) => (failure.line(), bad(failure, l)),
    };
    let lines: Vec<String> = lines.into_iter().map(|(name, text)| format!("{name}{text}\n")).collect();
    format!("{first}\n\n{}", lines.concat())
}

pub(crate) type Line = (String, String);

fn good(found: &Outcome, l: Language) -> Vec<Line> {
    let mut page = vec![row(l, "判定", "Verdict", verdict(found, l))];
    page.extend(entries(found, l));
    page.extend(head(found, l));
    if !found.unchecked.is_empty() {
        let shown: Vec<String> = found.unchecked.iter().take(10).map(|name| format!("{name:?}")).collect();
        let more = if found.unchecked.len() > 10 { ", …" } else { "" };
        page.push(row(l, "確認の対象外", "Not checked", format!("{}{more}", shown.join(", "))));
    }
    page.push((String::new(), String::new()));
    page.push((String::new(), limits(found, l)));
    page
}

fn verdict(found: &Outcome, l: Language) -> String {
    let (last, from) = (found.counts.range.1, found.counts.range.0.max(found.witnessed));
    if found.is_witnessed() {
        return l
            .t(
                "合格。この審査用ファイルの記録は、外部が保持するヘッドの時点から変更されていません。",
                "PASS. The entries of this bundle have not changed since the head that is held outside.",
            )
            .to_owned();
    }
    unwitnessed((from, last), l)
}

/// What is said of entries that no head outside binds, from the first to the last of them.
pub(crate) fn unwitnessed((from, last): (u64, u64), l: Language) -> String {
    l.t(
        format!(
            "整合していますが、記録 {from} 番から {last} 番までは外部が保持するヘッドに含まれていません。\
             この部分は社内だけで作り直せるため、合格とはしません。"
        ),
        format!(
            "Consistent, but entries {from} to {last} are under no head that is held outside. The house alone could \
             still have made them, so this is not a pass."
        ),
    )
}

/// That nothing is amiss, and up to where somebody outside holds a head.
pub(crate) fn held(witnessed: u64, newer: u64, l: Language) -> [Line; 2] {
    let text = l.t(
        format!("{witnessed} 件まで。それより新しい記録は {newer} 件"),
        format!("{witnessed} entries; {newer} are newer"),
    );
    [
        row(l, "最初の不一致", "First bad entry", l.t("なし", "none").to_owned()),
        row(l, "外部のヘッド", "Witnessed", text),
    ]
}

/// How many entries say an earlier time than the one before; nothing where none does.
pub(crate) fn went_back(count: u64, l: Language) -> Option<Line> {
    let text = l.t(
        format!("前の記録より時刻が戻っている記録が {count} 件あります（不合格の理由にはなりません）"),
        format!("goes back at {count} entries; worth a question, refutes nothing"),
    );
    (count > 0).then(|| row(l, "時刻", "Time", text))
}

/// The log and its newest head.
pub(crate) fn newest(head: &Checkpoint, l: Language) -> [Line; 2] {
    let (size, root) = (head.size, STANDARD.encode(head.root.0));
    let text = l.t(format!("{size} 件、{root}"), format!("{size} entries, {root}"));
    [row(l, "ログ", "Log", head.origin.clone()), row(l, "最新のヘッド", "Newest head", text)]
}

fn entries(found: &Outcome, l: Language) -> Vec<Line> {
    let Counts { entries, range, payloads, files, time_went_back } = found.counts;
    let size = found.head.checkpoint.size;
    let whole = if found.whole {
        l.t("ログの全件", "the whole log")
    } else {
        l.t("ログの一部。選ばれなかった記録の有無は分かりません", "a part; what was not chosen is not shown")
    };
    let mut lines = vec![row(
        l,
        "確認できた記録",
        "Verified",
        l.t(
            format!("{entries} 件（{} 番から {} 番まで。{whole}）", range.0, range.1),
            format!("{entries} entries, {} to {} ({whole})", range.0, range.1),
        ),
    )];
    lines.extend(held(found.witnessed, size - found.witnessed, l));
    lines.push(row(l, "非公開本文", "Private texts", shown(payloads, l)));
    lines.push(row(l, "証跡ファイル", "Evidence files", shown(files, l)));
    lines.extend(went_back(time_went_back, l));
    lines
}

fn head(found: &Outcome, l: Language) -> Vec<Line> {
    let mut lines = newest(&found.head.checkpoint, l).to_vec();
    let heads = l.t(
        format!("{} 個。いずれも前のヘッドの続きです", found.heads),
        format!("{}, each going on from the one before", found.heads),
    );
    lines.push(row(l, "ヘッドの数", "Heads", heads));
    lines.extend(signers(&found.head, &found.introduced, l));
    let keys = found.keys.join(", ");
    let keys = if found.own_keys {
        l.t(format!("お手元の鍵一覧（{keys}）"), format!("your own list ({keys})"))
    } else {
        l.t(
            format!("このフォルダの鍵（{keys}）。別の経路で受け取った鍵と照合してください"),
            format!("that of the folder itself ({keys}): compare it with one that reached you another way"),
        )
    };
    lines.push(row(l, "信頼した鍵", "Trusted key", keys));
    lines
}

/// Who signed the newest head, who cosigned it, and which keys came in on the way.
pub(crate) fn signers(head: &SignedHead, introduced: &[(String, u64)], l: Language) -> Vec<Line> {
    let mut lines = vec![row(l, "署名した鍵", "Signed by", head.signers.join(", "))];
    for (witness, time) in &head.cosigned {
        lines.push(row(l, "証人の署名", "Cosigned by", format!("{witness}, {}", utc(*time))));
    }
    for (key, size) in introduced {
        let text = l.t(
            format!("{key}（{size} 件のヘッドで、それまでの鍵と並んで署名）"),
            format!("{key}, beside an older key on the head of {size} entries"),
        );
        lines.push(row(l, "引き継がれた鍵", "Key handed over", text));
    }
    lines
}

fn bad(failure: &Failure, l: Language) -> Vec<Line> {
    let verdict = l.t("不合格。", "FAIL.").to_owned();
    let why = l.t(format!("{}：{}", failure.place, failure.ja), format!("{}: {}", failure.place, failure.en));
    let first = match (failure.entry, failure.line) {
        (Some(entry), _) => l.t(format!("{entry} 番"), format!("entry {entry}")),
        (None, Some(line)) => {
            l.t(format!("entries.jsonl の {line} 行目"), format!("line {line} of entries.jsonl"))
        }
        (None, None) => l.t("特定できません", "cannot be named").to_owned(),
    };
    let before = l.t(
        format!("ファイルの先頭から {} 件", failure.held_before),
        format!("the first {} entries of the file", failure.held_before),
    );
    vec![
        row(l, "判定", "Verdict", verdict),
        row(l, "理由", "Why", why),
        row(l, "最初の不一致", "First bad entry", first),
        row(l, "確認できた記録", "Verified", before),
    ]
}

fn shown((shown, all): (u64, u64), l: Language) -> String {
    l.t(
        format!("{all} 件中 {shown} 件が開示され、一致しました。非開示または消去は {} 件", all - shown),
        format!("{shown} of {all} shown, and they match; {} withheld or erased", all - shown),
    )
}

/// What a pass does not say, in every printed page.
fn limits(found: &Outcome, l: Language) -> String {
    let part = if found.whole {
        ""
    } else {
        l.t(
            "また、この一部だけからは、不都合な記録が選び落とされていないことは分かりません。",
            " Nor does a part show that nothing unwelcome was left out of it.",
        )
    };
    l.t(
        format!(
            "この結果が示すのは、記録が後から変更・削除・挿入されていないことだけです。\
             記録の内容が真実であること、書くべきことがすべて書かれたことは示しません。{part}"
        ),
        format!(
            "This shows that the entries were not changed, removed or slipped in afterwards. It does not show that what they \
             say is true, or that everything was entered.{part}"
        ),
    )
}

/// A name, filled up to the width of the longest, and its text. A Japanese sign is as wide as two.
pub(crate) fn row(l: Language, ja: &str, en: &str, text: String) -> Line {
    let name = l.t(ja, en);
    let width: usize = name.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    (format!("{name}{}", " ".repeat(18_usize.saturating_sub(width))), text)
}

/// Seconds since 1970 as a date and time in UTC (the civil calendar by counting eras of 400 years from 1 March).
fn utc(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let (hours, minutes) = (rest / 3_600, rest / 60 % 60);
    format!("{:04}-{month:02}-{date:02} {hours:02}:{minutes:02} UTC", era * 400 + year + next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_dates() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_399, "2000-02-28 23:59 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_679_315_147, "2023-03-20 12:25 UTC"),
            (4_107_542_399, "2100-02-28 23:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
        ] {
            assert_eq!(utc(seconds), text);
        }
        let _ = utc(i64::MAX.cast_unsigned());
    }
}
