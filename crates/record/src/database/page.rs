//! The one page about a copy of a database: the same lines as of a bundle, and what is seen of a database alone.

use super::{Beside, Closed, Outcome};
use crate::bundle::{Failure, Language, Line, held, newest, row, signers, unwitnessed, went_back};

impl Outcome {
    /// Whether every entry of the database is under a head that somebody outside holds.
    pub fn is_witnessed(&self) -> bool {
        self.entries <= self.witnessed
    }

    /// The first line, as of a bundle.
    pub fn line(&self) -> String {
        let verdict = if self.is_witnessed() { "PASS" } else { "UNWITNESSED" };
        let Self { size, witnessed, entries, payloads, files, .. } = self;
        format!(
            "{verdict} size={size} witnessed={witnessed} entries={entries} payloads={}/{} files={}/{}",
            payloads.0, payloads.1, files.0, files.1
        )
    }
}

/// The page for an outcome or a failure.
pub fn page(found: &Result<Outcome, Failure>, l: Language) -> String {
    let (first, lines) = match found {
        Ok(outcome) => (outcome.line(), good(outcome, l)),
        Err(failure) => (first_line(failure), bad(failure, l)),
    };
    let lines: Vec<String> =
        lines.into_iter().map(|(name, text)| format!("{name}{}\n", printable(&text))).collect();
    format!("{}\n\n{}", printable(&first), lines.concat())
}

/// `FAIL entry 7`, or the place alone where no entry can be named.
pub fn first_line(failure: &Failure) -> String {
    match failure.entry {
        Some(entry) => format!("FAIL {} {entry}", failure.place),
        None => format!("FAIL {}", failure.place),
    }
}

/// What comes from the file may hold anything, and a terminal obeys what it is shown.
fn printable(text: &str) -> String {
    let tame = |c: char| {
        let unseen = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || unseen { '\u{fffd}' } else { c }
    };
    text.chars().take(600).map(tame).collect()
}

fn good(found: &Outcome, l: Language) -> Vec<Line> {
    let mut page = vec![row(l, "判定", "Verdict", verdict(found, l))];
    page.extend(entries(found, l));
    page.extend(private(found, l));
    page.extend(found.closed.iter().map(|log| row(l, "締めたログ", "Closed log", closed(log, l))));
    page.extend(head(found, l));
    page.push((String::new(), String::new()));
    page.push((String::new(), limits(found, l)));
    page
}

fn verdict(found: &Outcome, l: Language) -> String {
    if found.is_witnessed() {
        return l
            .t(
                "合格。このデータベースの記録は、外部が保持するヘッドの時点から変更されていません。",
                "PASS. The entries of this database have not changed since the head that is held outside.",
            )
            .to_owned();
    }
    unwitnessed((found.witnessed, found.entries.saturating_sub(1)), l)
}

fn entries(found: &Outcome, l: Language) -> Vec<Line> {
    let Outcome { entries, witnessed, size, .. } = *found;
    let last = entries.saturating_sub(1);
    let newer = entries.saturating_sub(witnessed);
    let mut lines = vec![row(
        l,
        "確認できた記録",
        "Verified",
        l.t(format!("{entries} 件（0 番から {last} 番まで）"), format!("{entries} entries, 0 to {last}")),
    )];
    lines.extend(held(witnessed, newer, l));
    if size < entries {
        let text = l.t(
            format!("記録 {size} 番から {last} 番までは、最新のヘッドに署名した後のものです"),
            format!("entries {size} to {last} came after the newest head was signed"),
        );
        lines.push(row(l, "署名前の記録", "Not signed yet", text));
    }
    lines.extend(went_back(found.time_went_back, l));
    lines
}

fn private(found: &Outcome, l: Language) -> Vec<Line> {
    let ((texts, all_texts), (files, all_files)) = (found.payloads, found.files);
    let Outcome { erased, files_erased, .. } = *found;
    let texts = if found.opened {
        l.t(
            format!("{all_texts} 件中 {texts} 件を開き、一致しました。消去の記録があるものは {erased} 件"),
            format!("{texts} of {all_texts} opened, and they match; {erased} were erased, as an entry of each says"),
        )
    } else {
        l.t(
            format!("{all_texts} 件。鍵のフォルダ（--keys）がないため開いていません。消去したとされる {erased} 件は、消去の記録があることだけを確かめました"),
            format!("{all_texts}, none opened without the folder of keys (--keys); of the {erased} that are said to be erased, only that their entry is an erasure"),
        )
    };
    let files = if files + files_erased == all_files {
        l.t(
            format!("{all_files} 件中 {files} 件が一致しました。消去の記録があるものは {files_erased} 件"),
            format!("{files} of {all_files} match; {files_erased} were erased, as an entry of each says"),
        )
    } else {
        l.t(
            format!("{all_files} 件。ファイルのフォルダ（--files）がないため確かめていません"),
            format!("{all_files}, not checked without their folder (--files)"),
        )
    };
    let tables = match found.rows {
        Some(rows) => l.t(
            format!("{rows} 行が、封印された最後の状態と一致しました"),
            format!("{rows} rows are as they were sealed last"),
        ),
        None => l
            .t(
                "確かめていません（--keys と --replay を付けると、封印された状態と照合します）",
                "not checked (--keys and --replay hold them against what was sealed)",
            )
            .to_owned(),
    };
    vec![
        row(l, "非公開本文", "Private texts", texts),
        row(l, "証跡ファイル", "Evidence files", files),
        row(l, "現在の表", "Live tables", tables),
    ]
}

fn closed(log: &Closed, l: Language) -> String {
    let Closed { id, first, size, heads, beside, linked } = log;
    let end = first + size;
    let seal = match (linked, l) {
        (true, Language::Ja) => "次のログが件数とルートを封印しています",
        (true, Language::En) => "the next log has sealed its size and root",
        (false, Language::Ja) => "次のログによる封印は、--keys がないため確かめていません",
        (false, Language::En) => "that the next log has sealed it shows only with --keys",
    };
    let off = match (beside, l) {
        (0, _) => String::new(),
        (_, Language::Ja) => format!("記録につながらないヘッドが {beside} 個あり、そのため締められました。"),
        (_, Language::En) => format!("; {beside} heads do not lead to it, which is why it was closed"),
    };
    l.t(
        format!("{id}：{size} 件（{first} 番から）。記録 {end} 番の回答で締められました。記録につながるヘッド {heads} 個。{off}{seal}"),
        format!("{id}: {size} entries from {first}, closed by the answer in entry {end}; {heads} heads lead to it{off}; {seal}"),
    )
}

fn head(found: &Outcome, l: Language) -> Vec<Line> {
    let mut lines = newest(&found.head.checkpoint, l).to_vec();
    let heads = found.heads;
    let text = l.t(
        format!("{heads} 個。署名が有効で、記録につながります"),
        format!("{heads}; their signatures hold, and the entries lead to them"),
    );
    lines.push(row(l, "ヘッドの数", "Heads", text));
    lines.extend(signers(&found.head, &found.introduced, l));
    let keys = found.keys.join(", ");
    let keys = if found.own_keys {
        l.t(format!("お手元の鍵一覧（{keys}）"), format!("your own list ({keys})"))
    } else {
        l.t(
            format!("このデータベース自身の鍵（{keys}）。そのままでは社外の裏付けになりません。別の経路で受け取った鍵と照合してください"),
            format!("that of the database itself ({keys}), so nothing outside vouches for it: compare it with one that reached you another way"),
        )
    };
    lines.push(row(l, "信頼した鍵", "Trusted key", keys));
    let beside = match found.beside {
        Beside::Nothing => return lines,
        Beside::NoWal => l
            .t(
                "WAL がありません。写したときに WAL だけにあった記録は含まれません",
                "no WAL lay beside it; entries that were only there when it was copied are missing",
            )
            .to_owned(),
        Beside::Read(bytes) => l.t(
            format!("WAL またはジャーナル（{bytes} バイト）も合わせて、一時フォルダに写して読みました。元のファイルには書き込んでいません"),
            format!("read with its WAL or journal of {bytes} bytes, in a temporary folder; nothing was written to yours"),
        ),
    };
    lines.push(row(l, "写し", "Copy", beside));
    lines
}

fn bad(failure: &Failure, l: Language) -> Vec<Line> {
    let before = failure.held_before;
    let first = match failure.entry {
        Some(entry) => l.t(format!("{entry} 番"), format!("entry {entry}")),
        None => l.t("特定できません", "cannot be named").to_owned(),
    };
    let verified = l.t(format!("先頭から {before} 件"), format!("the first {before} entries"));
    let why = l.t(format!("{}：{}", failure.place, failure.ja), format!("{}: {}", failure.place, failure.en));
    vec![
        row(l, "判定", "Verdict", l.t("不合格。", "FAIL.").to_owned()),
        row(l, "理由", "Why", why),
        row(l, "最初の不一致", "First bad entry", first),
        row(l, "確認できた記録", "Verified", verified),
    ]
}

/// What a pass does not say, in every printed page.
fn limits(found: &Outcome, l: Language) -> String {
    let live = if found.rows.is_some() {
        ""
    } else {
        l.t(
            "現在の表が記録どおりであることも示しません。",
            " Nor does it show that the live tables are what was recorded.",
        )
    };
    l.t(
        format!(
            "この結果が示すのは、記録が後から変更・削除・挿入されていないことだけです。\
             記録の内容が真実であること、書くべきことがすべて書かれたことは示しません。{live}"
        ),
        format!(
            "This shows that the entries were not changed, removed or slipped in afterwards. It does not show that what they \
             say is true, or that everything was entered.{live}"
        ),
    )
}
