//! The mail that carries a head: what it is, why to keep it, the note as it was signed, how to check, whom to ask.

use crate::house::words::Lang;
use crate::record::heads::{Head, groups};
use meguri_domain::Date;
use meguri_domain::outside::{HeadAddress, Tongue};

/// Subject and body.
pub(super) fn of(head: &Head, to: &HeadAddress, organisation: &str, signed_on: Date) -> (String, String) {
    let (size, note, name) = (head.size, &head.note, &to.name);
    let spoken = groups(&head.root);
    match to.tongue {
        Tongue::Ja => {
            let day = Lang::Ja.long_day(&signed_on);
            let subject = format!("【{organisation}】記録簿のヘッド（{size}件まで）");
            let body = format!(
                "{name} 様\n\n\
                 {organisation} の情報セキュリティと個人情報保護の記録について、記録簿の「ヘッド」をお送りします。\n\
                 ヘッドは、{size}件までの記録全体から計算した指紋に、署名を付けたものです。記録の中身は含みません。\n\n\
                 ■ お願い\n\
                 このメールを消さずに保管してください。返信や作業は必要ありません。\n\
                 あとで記録の書き換えが疑われたとき、社外にあるこの控えと照らし合わせれば、{size}件までの記録が\n\
                 変えられていないかを確かめられます。{organisation} の管理者にも、この控えは変えられません。\n\n\
                 ■ ヘッド（{day}に署名）\n\
                 ----- ここから -----\n{note}----- ここまで -----\n\n\
                 紙と読み合わせるときのハッシュ値: {spoken}\n\n\
                 ■ 確かめ方\n\
                 1. 線と線のあいだを、そのままテキストファイル（例: head.txt、文字コードはUTF-8）に保存します。\n\
                 2. {organisation} から審査用ファイルを受け取り、次のように実行します。ネットワークは要りません。\n\
                 \u{20}  meguri-verify --ja --policy 鍵一覧.txt --held head.txt 審査用ファイルのフォルダー\n\
                 3. 鍵一覧には、このメールや審査用ファイルとは別に、紙などで受け取ったものを使ってください。\n\n\
                 ■ お問い合わせ\n\
                 {organisation} のマネジメント事務局にお尋ねください。\n"
            );
            (subject, body)
        }
        Tongue::En => {
            let day = Lang::En.long_day(&signed_on);
            let subject = format!("[{organisation}] Head of the record log, {size} entries");
            let body = format!(
                "Dear {name},\n\n\
                 this mail carries the head of the record log of {organisation}: the log of its work on information\n\
                 security and personal data. A head is a fingerprint over all of the first {size} entries, signed. It\n\
                 holds nothing of what they say.\n\n\
                 WHAT WE ASK\n\
                 Please keep this mail. Nothing else is needed, and no answer.\n\
                 If it is ever doubted that the records are as they were, your copy shows whether any of the first\n\
                 {size} entries was changed. It lies where the administrators of {organisation} cannot reach it.\n\n\
                 THE HEAD (signed on {day})\n\
                 ----- begin -----\n{note}----- end -----\n\n\
                 Root hash, to be compared with paper: {spoken}\n\n\
                 HOW TO CHECK\n\
                 1. Save what stands between the lines, as it is, as a text file in UTF-8, say head.txt.\n\
                 2. Ask {organisation} for a bundle and run this. No network is needed.\n\
                 \u{20}  meguri-verify --en --policy KEYS.txt --held head.txt FOLDER-OF-THE-BUNDLE\n\
                 3. For KEYS.txt take the list of keys that reached you another way than this mail or the bundle, such as\n\
                 \u{20}  on paper.\n\n\
                 WHOM TO ASK\n\
                 The management secretariat of {organisation}.\n"
            );
            (subject, body)
        }
    }
}
