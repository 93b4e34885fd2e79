//! Spellings on which two readers of one description like to differ: numbers, escapes, spaces, keys.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{Case, both};

/// A bundle of the whole log without its leaves, so that only the form of a line and the root at the end speak.
fn case() -> Case {
    let fits = |case: &Case| case.whole && !case.has("leaves.txt") && !case.own_policy;
    (0..100).map(|seed| Case::new("hostile", seed, 1)).find(fits).unwrap()
}

fn answer_to(file: &str, from: &str, to: &str) -> String {
    let case = case();
    let text = case.read(file);
    assert!(text.contains(from), "{from}");
    case.write(file, &text.replacen(from, to, 1));
    both(&case, &format!("{to:.40} for {from} in {file}")).0
}

#[test]
fn a_line_that_another_json_reader_might_take_is_no_entry() {
    let (long, wide) = ("x".repeat(1025), "あ".repeat(342));
    let (deep, many) = (format!("\"v\":{}1", "[".repeat(100_000)), format!("\"v\":{}", "1".repeat(5000)));
    for (from, to) in [
        ("\"v\":1", "\"v\":1.0"),
        ("\"v\":1", "\"v\":1e0"),
        ("\"v\":1", "\"v\":true"),
        ("\"v\":1", "\"v\":NaN"),
        ("\"v\":1", "\"v\":1,\"v\":1"),
        ("\"v\":1", &deep),
        ("\"v\":1", &many),
        ("{\"v\"", "\u{feff}{\"v\""),
        ("\"idx\":0", "\"idx\":18446744073709551616"),
        ("\"prev_version\":-1", "\"prev_version\":-0"),
        ("\"prev_version\":-1", "\"prev_version\":-9223372036854775809"),
        ("\"role\":\"owner\"", "\"role\":null"),
        ("\"commit\":[", "\"commit\":[[[[["),
        ("\"files\":[", "\"files\":[1,"),
        ("総務部", "\\ud800"),
        ("総務部", "\\ud83d\\ude00"),
        ("owner", "\t"),
        ("owner", &long),
        ("owner", &wide),
    ] {
        assert_eq!(answer_to("entries.jsonl", from, to), "FAIL entries.jsonl 1", "{to:.40}");
    }
}

#[test]
fn a_strange_text_is_still_a_text() {
    // These are entries, only not those of the log: the root says so at the end.
    for to in ["\u{85}\u{2028}\u{feff}", "\u{7f}", &"あ".repeat(341)] {
        assert_eq!(answer_to("entries.jsonl", "owner", to), "FAIL entries.jsonl", "{to:?}");
    }
}

#[test]
fn keys_and_heads_have_one_spelling() {
    for (from, to) in [
        ("quorum two", "\u{a0}quorum two"),
        ("group two 2", "group two 02"),
        ("group two 2", "group two +2"),
        ("witness a ", "witness none "),
        ("a b c", "a b d"),
        ("a b c", "a a b"),
        (" second", " second third"),
        ("# keys", "# \u{7f}"),
    ] {
        assert_eq!(answer_to("policy.txt", from, to), "FAIL policy.txt", "{to:?}");
    }
    for (from, to) in [
        ("— example.co.jp/6f1c", "— example.co.jp/\u{a0}6f1c"),
        ("— example.co.jp/6f1c", "— example.co.jp/6f1c\u{85}"),
        ("example.co.jp", "example.co.jp\u{200b}"),
        ("\n\n", "\n\n\n"),
        ("\n\n", "\n"),
    ] {
        assert_eq!(answer_to("heads/000001.note", from, to), "FAIL heads/000001.note", "{to:?}");
    }
    assert!(
        answer_to("policy.txt", "# keys", "# \u{85}鍵").starts_with(['P', 'U']),
        "a comment may say anything"
    );
}

/// RFC 8032 section 5.1.3 decodes a point; those of small order are refused on top, because anybody can sign under them.
#[test]
fn what_is_no_point_or_one_of_small_order_is_no_key() {
    let answer = |point: &[u8; 32]| {
        let data = [&[0x04], point.as_slice()].concat();
        let hash = Sha256::new().chain_update("w\n").chain_update(&data).finalize();
        let id: String = hash[..4].iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        let line = format!("\nwitness w w+{id}+{}\nquorum", STANDARD.encode(&data));
        answer_to("policy.txt", "\nquorum", &line)
    };
    let with = |first: u8, last: u8, between: u8| {
        let mut point = [between; 32];
        (point[0], point[31]) = (first, last);
        point
    };
    for no_key in [
        with(0, 0, 0),
        with(0, 0x80, 0),
        with(1, 0, 0),
        with(1, 0x80, 0),
        with(0xec, 0x7f, 0xff),
        with(0xee, 0x7f, 0xff),
        with(2, 0, 0),
    ] {
        assert_eq!(answer(&no_key), "FAIL policy.txt", "{no_key:?}");
    }
    let eighth = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
    let pairs: Vec<u8> =
        (0..32).map(|n| u8::from_str_radix(&eighth[2 * n..2 * n + 2], 16).unwrap()).collect();
    assert_eq!(answer(&pairs.try_into().unwrap()), "FAIL policy.txt");
    assert!(answer(&with(3, 0, 0)).starts_with(['P', 'U']), "a point of the curve");
}
