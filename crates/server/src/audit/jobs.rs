//! What the running program does about audits by itself.

use super::acts;
use crate::house::round::{Round, Said};
use crate::house::words::Lang;
use crate::say;

/// Packages are removed when their time is over, even when nobody looks.
pub const ROUND: Round = Round {
    name: "packages",
    word: ("審査用ファイルの片付け", "Removing packages of audits"),
    every_s: 60 * 60,
    go: |app| {
        let gone = acts::put_away(app)?;
        if gone == 0 {
            return Ok(Said::good("片付けるものはありません。", "Nothing was to be removed."));
        }
        let said = |l: Lang| {
            say!(
                l,
                "期限の過ぎた審査用ファイルを{gone}件消しました。",
                "{gone} packages whose time was over were removed."
            )
        };
        Ok(Said::good(said(Lang::Ja), said(Lang::En)))
    },
};
