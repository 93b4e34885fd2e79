//! The form of the next edition: filled with the edition in force, a shipped method or what was typed, and read again.

use crate::house::words::Lang;
use meguri_domain::criteria::{Degree, Method, Methods};
use meguri_domain::preset::Preset;
use std::collections::BTreeMap;

type Fields = BTreeMap<String, String>;

/// The form of the next edition with what was typed.
pub struct NextForm {
    pub name: String,
    pub refusal: Option<String>,
    pub general: MethodForm,
    /// The method for personal data, where it is another.
    pub personal: Option<MethodForm>,
    /// The methods to begin with: code, word, whether it is the one that fills the form.
    pub presets: Vec<(&'static str, &'static str, bool)>,
    /// The same for personal data; the first of them is to judge it like all others.
    pub personal_presets: Vec<(&'static str, &'static str, bool)>,
}

/// The fields of one method.
pub struct MethodForm {
    /// What stands before the name of each field.
    pub prefix: &'static str,
    pub large_from: String,
    pub middle_from: String,
    pub answer_from: String,
    pub personal_lifts: bool,
    /// Whether scores are used; without, nothing can be lifted.
    pub scored: bool,
    /// Threat with its words, and for each vulnerability from the largest down: vulnerability and typed likelihood.
    pub rows: Vec<Row>,
    /// Vulnerabilities with their words, from the largest down.
    pub columns: Vec<(i64, String)>,
    pub shape: String,
    /// The largest likelihood that a cell may have.
    pub cell_most: i64,
    pub most: i64,
}

/// A line of the table of likelihood.
pub struct Row {
    pub threat: i64,
    pub words: String,
    pub cells: Vec<(i64, String)>,
}

/// What stands before the names of the fields of the method for personal data.
const PERSONAL: &str = "p_";

/// To judge personal data like everything else.
pub const SAME: &str = "same";

/// What a form begins with.
pub struct Beginning<'a> {
    preset: Option<Preset>,
    /// A preset for personal data, [`SAME`], or nothing: what the edition in force has.
    personal: String,
    sent: Option<(&'a Fields, String)>,
}

impl NextForm {
    /// A form that nobody has sent yet.
    pub fn begin(preset: Option<Preset>, personal: &str) -> Beginning<'static> {
        Beginning { preset, personal: personal.to_owned(), sent: None }
    }

    /// A form that was refused.
    pub fn sent(fields: &Fields, sentence: String) -> Beginning<'_> {
        Beginning { preset: None, personal: String::new(), sent: Some((fields, sentence)) }
    }

    /// The form, filled with what was typed, else with a preset, else with the edition in force.
    pub fn of(l: Lang, in_force: &Methods, begin: Beginning<'_>) -> Self {
        let Beginning { preset, personal, sent } = begin;
        let (fields, refusal) = sent.map_or((None, None), |(fields, why)| (Some(fields), Some(why)));
        let chosen = Preset::from_code(&personal);
        let second = match fields {
            Some(fields) => has_second(fields).then(|| second_base(in_force)),
            None if personal == SAME => None,
            None => chosen.map(Preset::method).or_else(|| in_force.personal.clone()),
        };
        let first =
            preset.filter(|_| fields.is_none()).map_or_else(|| in_force.general.clone(), Preset::method);
        let chip = |chosen: Option<Preset>| {
            move |each: &Preset| (each.code(), l.w(each.word()), chosen == Some(*each))
        };
        let same = (SAME, l.t("全般と同じ方法", "The same method"), second.is_none());
        Self {
            name: fields.map_or_else(String::new, |fields| typed(fields, "name").to_owned()),
            refusal,
            general: MethodForm::of(l, "", &first, fields),
            personal: second.map(|base| MethodForm::of(l, PERSONAL, &base, fields)),
            presets: Preset::ALL.iter().map(chip(preset)).collect(),
            personal_presets: std::iter::once(same).chain(Preset::ALL.iter().map(chip(chosen))).collect(),
        }
    }
}

impl MethodForm {
    fn of(l: Lang, prefix: &'static str, base: &Method, fields: Option<&Fields>) -> Self {
        let base = fields.map_or_else(|| base.clone(), |fields| shaped(prefix, fields, base));
        let or = |name: &str, value: String| {
            fields.map_or(value, |fields| typed(fields, &[prefix, name].concat()).to_owned())
        };
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
        Self {
            prefix,
            large_from: number("large_from", base.large_from),
            middle_from: number("middle_from", base.middle_from),
            answer_from: number("answer_from", base.answer_from),
            personal_lifts: if fields.is_some() {
                !or("personal_lifts", String::new()).is_empty()
            } else {
                base.personal_lifts
            },
            scored: base.scored,
            rows: down(base.scale).map(row).collect(),
            columns: down(columns)
                .map(|each| (each, or(&vulnerability_name(each), said(l, &base.vulnerability_words(each)))))
                .collect(),
            shape: shape(&base),
            cell_most: base.scale * base.scale,
            most: base.scale * base.scale * base.scale,
        }
    }
}

/// Whether a form speaks of a second method.
fn has_second(fields: &Fields) -> bool {
    fields.contains_key(&[PERSONAL, "shape"].concat())
}

/// What the second method of a form is laid over: its words are known from there.
fn second_base(in_force: &Methods) -> Method {
    in_force.personal.clone().unwrap_or_else(|| in_force.general.clone())
}

/// The method in the shape that a form was sent in: degrees of a threat, of a vulnerability, and whether scores are used.
fn shaped(prefix: &str, fields: &Fields, in_force: &Method) -> Method {
    let parts: Vec<&str> = typed(fields, &[prefix, "shape"].concat()).split('x').collect();
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

/// The methods of a form.
pub fn methods(l: Lang, fields: &Fields, in_force: &Methods) -> Methods {
    let personal = has_second(fields).then(|| method(l, (PERSONAL, fields), &second_base(in_force)));
    Methods { general: method(l, ("", fields), &in_force.general), personal }
}

/// A method of a form. What is no number becomes 0, which the domain refuses with its sentence.
fn method(l: Lang, (prefix, fields): (&str, &Fields), in_force: &Method) -> Method {
    let typed = |name: &str| typed(fields, &[prefix, name].concat());
    let number = |name: &str| typed(name).trim().parse::<i64>().unwrap_or(0);
    let shaped = shaped(prefix, fields, in_force);
    let columns = shaped.columns();
    let cell = |threat: i64, vulnerability: i64| number(&cell_name(threat, vulnerability));
    let words = |name: fn(i64) -> String, most: i64, known: &dyn Fn(&Method, i64) -> Degree| {
        // Words that are known are so in both languages; what somebody wrote himself is the same in both.
        let degree = |each: i64| {
            let text = typed(&name(each)).trim();
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
        personal_lifts: !typed("personal_lifts").is_empty(),
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
