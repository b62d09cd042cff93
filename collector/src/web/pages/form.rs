//! The forms of what registers keep. What was typed is never lost: faults stand beside their fields, and a form comes
//! back as it was sent.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use patuh_protocol::id::Code;

use super::super::input::Pairs;
use crate::columns::Column;
use crate::config::Config;

/// A field on a form.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) slug: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) wrong: Option<String>,
    /// What can be chosen: value and name. Empty: it is typed.
    pub(crate) choices: Vec<(String, String)>,
    pub(crate) required: bool,
    pub(crate) long: bool,
}

/// What was typed into a form, and what is wrong with it.
#[derive(Clone, Debug)]
pub(crate) struct Typed<F> {
    pub(crate) values: Pairs,
    pub(crate) wrong: BTreeMap<F, String>,
    pub(crate) refusal: Option<String>,
}

/// What a form is of.
#[derive(Clone, Copy)]
pub(crate) struct Of {
    /// What people call one.
    pub(crate) thing: &'static str,
    /// The address of the list, and of what stands in it, before its number.
    pub(crate) list: &'static str,
    pub(crate) entries: &'static str,
}

/// What every such form shows: `_form.html`.
pub(crate) struct Form {
    pub(crate) of: Of,
    /// The number of what is changed; `None` when it is new.
    pub(crate) id: Option<String>,
    pub(crate) revision: u64,
    pub(crate) groups: Vec<(&'static str, Vec<Input>)>,
    /// Why the whole cannot be written.
    pub(crate) refusal: Option<String>,
}

impl<F> Default for Typed<F> {
    fn default() -> Self {
        Self { values: Pairs::new(), wrong: BTreeMap::new(), refusal: None }
    }
}

impl<F: Column> Typed<F> {
    /// What a form shows of what stands, of which `get` tells each field.
    pub(crate) fn of(get: impl Fn(F) -> String) -> Self {
        let values = F::all().iter().map(|field| (field.slug().to_owned(), get(*field)));
        Self { values: values.collect(), ..Self::default() }
    }

    /// Takes `fields` as they were sent, as far as each can be `set`.
    pub(crate) fn take(
        &mut self,
        fields: impl IntoIterator<Item = F>,
        sent: &Pairs,
        mut set: impl FnMut(F, &str) -> Result<(), String>,
    ) {
        for field in fields {
            let value = sent.get(field.slug()).cloned().unwrap_or_default();
            self.wrong.extend(set(field, &value).err().map(|what| (field, what)));
            self.values.insert(field.slug().to_owned(), value);
        }
    }

    /// Says so when an office or a site was typed that is not configured.
    pub(crate) fn know(
        &mut self,
        config: &Config,
        (office_field, office): (F, Option<&Code>),
        (site_field, site): (F, Option<&Code>),
    ) {
        if office.is_some_and(|office| config.office(office).is_none()) {
            let what = "perangkat daerah ini tidak ada dalam konfigurasi".to_owned();
            self.wrong.insert(office_field, what);
        }
        if site.is_some_and(|site| config.site(site).is_none()) {
            self.wrong.insert(site_field, "lokasi ini tidak ada dalam konfigurasi".to_owned());
        }
    }

    /// Whether nothing was written because of what was typed.
    pub(crate) fn failed(&self) -> bool {
        self.refusal.is_some() || !self.wrong.is_empty()
    }

    /// The status of an answer that shows it.
    pub(crate) fn status(&self) -> StatusCode {
        if self.failed() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
    }

    pub(crate) fn value(&self, field: F) -> String {
        self.values.get(field.slug()).cloned().unwrap_or_default()
    }
}

impl Input {
    /// A field as it was typed, with what can be chosen for it.
    pub(crate) fn new<F: Column>(
        field: F,
        typed: &Typed<F>,
        hint: &'static str,
        mut choices: Vec<(String, String)>,
    ) -> Self {
        let value = typed.value(field);
        // What was typed is shown, known or not.
        if !choices.is_empty() && !value.is_empty() && !choices.iter().any(|(known, _)| *known == value) {
            choices.push((value.clone(), value.clone()));
        }
        // What sheets know by a code is chosen by its name.
        let label = match field.slug() {
            "pd" => "Perangkat Daerah",
            "lokasi" => "Lokasi",
            _ => field.heading(),
        };
        let wrong = typed.wrong.get(&field).cloned();
        Self { slug: field.slug(), label, hint, value, wrong, choices, required: false, long: false }
    }
}

impl Form {
    /// The form over what was typed; `old` is the number and the revision of what is changed.
    pub(crate) fn new<F: Column>(
        of: Of,
        old: Option<(String, u64)>,
        typed: &Typed<F>,
        groups: Vec<(&'static str, Vec<Input>)>,
    ) -> Self {
        let (id, revision) = old.unzip();
        let sent = typed.values.get("revisi").and_then(|it| it.parse().ok());
        let revision = sent.or(revision).unwrap_or(0);
        Self { of, id, revision, groups, refusal: typed.refusal.clone() }
    }

    /// Where it is sent.
    pub(crate) fn action(&self) -> String {
        let new = || format!("{}/baru", self.of.list);
        self.id.as_ref().map_or_else(new, |id| format!("{}{id}/ubah", self.of.entries))
    }

    /// All that is wrong: field, label, what.
    pub(crate) fn faults(&self) -> Vec<(&'static str, &'static str, &str)> {
        faults(self.groups.iter().flat_map(|(_, inputs)| inputs))
    }
}

/// All that is wrong with `inputs`: field, label, what.
pub(crate) fn faults<'a>(
    inputs: impl Iterator<Item = &'a Input>,
) -> Vec<(&'static str, &'static str, &'a str)> {
    inputs.filter_map(|input| Some((input.slug, input.label, input.wrong.as_deref()?))).collect()
}

/// Words to choose from.
pub(crate) fn words(words: impl IntoIterator<Item = &'static str>) -> Vec<(String, String)> {
    words.into_iter().map(|it| (it.to_owned(), it.to_owned())).collect()
}

/// `choices`, or nothing.
pub(crate) fn or_none(choices: Vec<(String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), "–".to_owned())).chain(choices).collect()
}

/// The sites of the configuration, or none.
pub(crate) fn site_choices(config: &Config) -> Vec<(String, String)> {
    or_none(config.sites.iter().map(|site| (site.code.to_string(), site.name.clone())).collect())
}
