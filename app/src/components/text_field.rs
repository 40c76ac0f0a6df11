//! A field for one line of text, with its label above, its hint below and its error beside it.

use leptos::prelude::*;

use crate::error::{ConsoleError, Field};
use crate::kept_input;

/// What is typed into a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    #[default]
    Text,
    /// An email address, or a username that is one.
    Username,
    /// A new password, which the browser may suggest.
    NewPassword,
    /// A password that exists.
    CurrentPassword,
    /// A day.
    Date,
}

impl FieldKind {
    /// `type`, `autocomplete`, `autocapitalize`
    const fn attributes(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::Text => ("text", "off", None),
            Self::Username => ("text", "username", Some("none")),
            Self::NewPassword => ("password", "new-password", None),
            Self::CurrentPassword => ("password", "current-password", None),
            Self::Date => ("date", "off", None),
        }
    }
}

/// One line of text. What was typed stays in the field when the form comes back with an error.
#[component]
pub fn TextField(
    /// The name under which it is sent; also the root of the ids, so one of a kind on the page.
    name: &'static str,
    /// The label.
    #[prop(into)]
    label: String,
    /// What is typed.
    #[prop(optional)]
    kind: FieldKind,
    /// What may be typed, or what becomes of it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The value to begin with.
    #[prop(optional, into)]
    value: Option<String>,
    /// Whether the form is refused without it.
    #[prop(optional)]
    required: bool,
    /// The error of the form's action.
    #[prop(optional, into)]
    error: Signal<Option<ConsoleError>>,
    /// Which error belongs here.
    #[prop(optional)]
    field: Option<Field>,
) -> impl IntoView {
    let value = if matches!(kind, FieldKind::NewPassword | FieldKind::CurrentPassword) {
        None
    } else {
        kept_input::value(name).or(value)
    };
    let id = format!("field-{name}");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let (kind, autocomplete, autocapitalize) = kind.attributes();
    let sentence = Memo::new(move |_| {
        let error = error.get()?;
        error.beside(field?)
    });
    let described_by = {
        let hint_id = hint.is_some().then(|| hint_id.clone());
        let error_id = error_id.clone();
        move || {
            let error = sentence.with(Option::is_some).then(|| error_id.clone());
            let ids: Vec<String> = error.into_iter().chain(hint_id.clone()).collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                name=name
                type=kind
                value=value
                required=required
                autocomplete=autocomplete
                autocapitalize=autocapitalize
                spellcheck="false"
                aria-invalid=move || sentence.with(Option::is_some).then_some("true")
                aria-describedby=described_by
            />
            <p id=error_id class="field-error" aria-live="polite">
                {move || sentence.get()}
            </p>
            {hint
                .map(|hint| {
                    view! {
                        <p id=hint_id class="field-hint">
                            {hint}
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}
