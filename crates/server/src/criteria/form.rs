//! The form of the next edition: filled with the edition in force, a shipped method or what was typed, and read again.

use crate::house::words::Lang;
use meguri_domain::criteria::{Degree, Method};
use meguri_domain::preset::Preset;
use std::collections::BTreeMap;

type Fields = BTreeMap<String, String>;

/// The form of the next edition with what was typed.
pub struct NextForm {
    pub name: String,
    pub large_from: String,
    pub middle_from: String,
    pub answer_from: String,
    pub personal_lifts: bool,
    /// Threat with its words, and for each vulnerability from the largest down: vulnerability and typed likelihood.
    pub rows: Vec<Row>,
    /// Vulnerabilities with their words, from the largest down.
    pub columns: Vec<(i64, String)>,
    pub shape: String,
    /// The largest likelihood that a cell may have.
    pub cell_most: i64,
    pub most: i64,
    pub refusal: Option<String>,
    /// The methods to begin with: code, word, whether it is the one that fills the form.
    pub presets: Vec<(&'static str, &'static str, bool)>,
}

/// A line of the table of likelihood.
pub struct Row {
    pub threat: i64,
    pub words: String,
    pub cells: Vec<(i64, String)>,
}

/// What a form begins with.
pub struct Beginning<'a> {
    preset: Option<Preset>,
    sent: Option<(&'a Fields, String)>,
}

impl NextForm {
    /// A form that nobody has sent yet.
    pub fn begin(preset: Option<Preset>) -> Beginning<'static> {
        Beginning { preset, sent: None }
    }

    /// A form that was refused.
    pub fn sent(fields: &Fields, sentence: String) -> Beginning<'_> {
        Beginning { preset: None, sent: Some((fields, sentence)) }
    }

    /// The form, filled with what was typed, else with a preset, else with the edition in force.
    pub fn of(l: Lang, in_force: &Method, begin: Beginning<'_>) -> Self {
        let (fields, refusal) = begin.sent.map_or((None, None), |(fields, why)| (Some(fields), Some(why)));
        let base = match fields {
            Some(fields) => shaped(fields, in_force),
            None => begin.preset.map_or_else(|| in_force.clone(), Preset::method),
        };
        let or = |name: &str, value: String| fields.map_or(value, |fields| typed(fields, name).to_owned());
        let number = |name: &str, value: i64| or(name, value.to_string());
        let down = |most: i64| (1..=most).rev();
        let columns = if base.asks_vulnerability() { base.columns() } else { 0 };
        let row = |threat: i64| Row {
            threat,
            words: or(&threat_name(threat), said(l, &base.threat_words(threat))),
            cells: down(base.columns())
                .map(|each| {
                    (each, number(&cell_name(threat, each), base.likelihood(threat, each).unwrap_or(1)))
                })
                .collect(),
        };
        let preset = |each: &Preset| (each.code(), l.w(each.word()), begin.preset == Some(*each));
        Self {
            name: or("name", String::new()),
            large_from: number("large_from", base.large_from),
            middle_from: number("middle_from", base.middle_from),
            answer_from: number("answer_from", base.answer_from),
            personal_lifts: fields
                .map_or(base.personal_lifts, |fields| !typed(fields, "personal_lifts").is_empty()),
            rows: down(base.scale).map(row).collect(),
            columns: down(columns)
                .map(|each| (each, or(&vulnerability_name(each), said(l, &base.vulnerability_words(each)))))
                .collect(),
            shape: shape(&base),
            cell_most: base.scale * base.scale,
            most: base.scale * base.scale * base.scale,
            refusal,
            presets: Preset::ALL.iter().map(preset).collect(),
        }
    }
}

/// The method in the shape that a form was sent in: degrees of a threat, of a vulnerability, and whether scores are used.
fn shaped(fields: &Fields, in_force: &Method) -> Method {
    let parts: Vec<&str> = typed(fields, "shape").split('x').collect();
    let [scale, columns, scored] = parts[..] else { return in_force.clone() };
    let number = |text: &str| text.parse().unwrap_or(3).clamp(1, 5);
    let (scale, columns): (usize, usize) = (number(scale).max(2), number(columns));
    Method {
        scale: i64::try_from(scale).unwrap_or(in_force.scale),
        likelihood: vec![vec![1; columns]; scale],
        scored: scored == "scores",
        ..in_force.clone()
    }
}

fn shape(method: &Method) -> String {
    format!("{}x{}x{}", method.scale, method.columns(), if method.scored { "scores" } else { "words" })
}

/// The method of a form. What is no number becomes 0, which the domain refuses with its sentence.
pub fn method(l: Lang, fields: &Fields, in_force: &Method) -> Method {
    let number = |name: &str| typed(fields, name).trim().parse::<i64>().unwrap_or(0);
    let shaped = shaped(fields, in_force);
    let columns = shaped.columns();
    let cell = |threat: i64, vulnerability: i64| number(&cell_name(threat, vulnerability));
    let words = |name: fn(i64) -> String, most: i64, known: &dyn Fn(&Method, i64) -> Degree| {
        // Words that are known are so in both languages; what somebody wrote himself is the same in both.
        let degree = |each: i64| {
            let text = typed(fields, &name(each)).trim();
            let shipped = Preset::ALL.iter().map(|each| each.method());
            let mut methods = std::iter::once(in_force.clone()).chain(shipped);
            methods
                .find_map(|method| Some(known(&method, each)).filter(|degree| said(l, degree) == text))
                .unwrap_or_else(|| Degree { ja: text.to_owned(), en: text.to_owned() })
        };
        let all: Vec<Degree> = (1..=most).map(degree).collect();
        if all.iter().all(|each| each.ja.is_empty()) { Vec::new() } else { all }
    };
    let vulnerabilities = if columns > 1 { columns } else { 0 };
    Method {
        likelihood: (1..=shaped.scale)
            .map(|threat| (1..=columns).map(|each| cell(threat, each)).collect())
            .collect(),
        large_from: number("large_from"),
        middle_from: number("middle_from"),
        answer_from: number("answer_from"),
        personal_lifts: !typed(fields, "personal_lifts").is_empty(),
        threats: words(threat_name, shaped.scale, &|method, each| method.threat_words(each)),
        vulnerabilities: words(vulnerability_name, vulnerabilities, &|method, each| {
            method.vulnerability_words(each)
        }),
        ..shaped
    }
}

fn said(l: Lang, degree: &Degree) -> String {
    l.t(&degree.ja, &degree.en).to_owned()
}

fn cell_name(threat: i64, vulnerability: i64) -> String {
    format!("cell_{threat}_{vulnerability}")
}

fn threat_name(degree: i64) -> String {
    format!("threat_words_{degree}")
}

fn vulnerability_name(degree: i64) -> String {
    format!("vulnerability_words_{degree}")
}

/// What was typed into a field; nothing where it was not sent.
pub fn typed<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", String::as_str)
}
