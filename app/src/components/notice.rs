//! Why a form was not accepted, where the reason belongs to no single field.

use leptos::prelude::*;

use super::badge::Tone;
use super::callout::Callout;
use crate::error::{ConsoleError, Field};

/// The error of a form, announced when it comes. Says nothing while there is none, or where it stands beside a field.
#[component]
pub fn FormError(
    /// The error of the form's action.
    #[prop(into)]
    error: Signal<Option<ConsoleError>>,
    /// The fields that the form has, whose errors stand beside them.
    #[prop(optional)]
    fields: &'static [Field],
) -> impl IntoView {
    let sentence = move || {
        error
            .get()
            .filter(|error| fields.iter().all(|field| error.beside(*field).is_none()))
            .map(|error| error.sentence())
    };
    view! {
        <div role="alert" class="form-error">
            {move || sentence().map(|sentence| view! { <Callout tone=Tone::Bad title=sentence /> })}
        </div>
    }
    .into_any()
}
