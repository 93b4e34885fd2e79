//! What the command line says of the record log: whether the program may serve, an administrator's answer, a change of keys.

use super::answer;
use super::signer::{Rotated, end_rotation, rotate};
use super::signing::check;
use crate::house::fault::Done;
use crate::house::web::App;
use crate::house::words::Lang;

/// Why the program does not serve, and what to do, in both languages; nothing where all is well.
pub fn refusal_to_serve(app: &App) -> Done<Option<String>> {
    let Err(off) = check(app)? else { return Ok(None) };
    Ok(Some(format!(
        "起動を中止しました。{}\n\
         まず、データベースのファイルと keys フォルダーの写しを取り、復元を誤っていないか確かめてください。正しいデータがあれば、それに戻してください。\n\
         いまのデータで続けるしかない場合は、システム管理者が次のように答えてください。前の記録簿は締められ、新しい記録簿がその答えから始まります。\n\
         Not serving. {}\n\
         First keep copies of the database and of the folder keys, and see whether the wrong data was restored. If the right data exists, put it back.\n\
         If there is no way but to go on with what stands, an administrator answers as follows. The log is closed, and a new one begins with the answer.\n\
         \n    meguri answer-log --because \"…\" --by mail@address\n",
        off.words(Lang::Ja),
        off.words(Lang::En)
    )))
}

/// An administrator's answer; whether it was taken, and what to do now.
pub fn answer_log(app: &App, by: &str, because: &str, compromised: bool) -> Done<(bool, String)> {
    Ok(match answer::answer(app, by, because, compromised)? {
        None => (
            true,
            "前の記録簿を締め、新しい記録簿を始めました。新しい公開鍵を、社外で保管している方に紙で渡してください（記録簿の画面の「公開鍵」）。\n\
             The log is closed and a new one has begun. Give its public key on paper to those who hold heads outside (page of the record log, public keys)."
                .into(),
        ),
        Some(off) => (false, format!("{}\n{}", off.words(Lang::Ja), off.words(Lang::En))),
    })
}

/// A change of keys; whether it was done, and what to do now.
pub fn rotate_key(app: &App, end: bool) -> Done<(bool, String)> {
    let done = if end { end_rotation(app)? } else { rotate(app)? };
    let (good, ja, en) = match done {
        Rotated::Begun => (
            true,
            "新しい署名鍵を作りました。これからのヘッドには新旧両方の署名が付きます。新しい公開鍵を社外の方に紙で渡し、1か月以上たってから meguri rotate-key --end を実行してください。",
            "A new signing key stands beside the old one, and both sign. Give the new public key on paper to those outside; after a month or more run meguri rotate-key --end.",
        ),
        Rotated::Ended => (true, "古い署名鍵の使用を終えました。", "The old signing key signs no more."),
        Rotated::UnderWay => (
            false,
            "鍵の交代はもう始まっています。署名鍵がまだない場合は、先に meguri serve を実行してください。",
            "A change of keys is under way already. If there is no signing key yet, run meguri serve first.",
        ),
        Rotated::NotBegun => (
            false,
            "交代中の鍵はありません。先に meguri rotate-key を実行してください。",
            "No change of keys is under way. Run meguri rotate-key first.",
        ),
        Rotated::NotOutside => (
            false,
            "新旧両方の署名が付いたヘッドが、まだ外部で保管されていません。メール・証人・紙のどれかで外部に渡してから、もう一度実行してください。",
            "No head that both keys signed lies outside yet. Hand one out by mail, witness or paper, then run this again.",
        ),
    };
    Ok((good, format!("{ja}\n{en}")))
}
