//! Base URL and token.

use leptos::prelude::*;

use super::arrivals::off;
use super::public_url::{self, CheckPublicUrl};
use super::{SetupView, onward_label, ways};
use crate::components::{ButtonKind, CopyField, section, wide_section};
use crate::pages::frame::FrameData;
use crate::pages::provisioning::tokens::{self, TokensState};
use crate::subject::step::Step;
use crate::text::{K, t};

/// The step.
pub(super) fn view(
    frame: &FrameData,
    setup: &SetupView,
    check: ServerAction<CheckPublicUrl>,
    state: TokensState,
) -> AnyView {
    let to = frame.to();
    let base_url = view! {
        <CopyField
            name="base-url"
            label=t(K::ConnectionBaseUrl)
            value=setup.base_url.clone()
            hint=t(K::ConnectionBaseUrlHint)
        />
    };
    let tokens = tokens::table(&to, frame.may_write, &setup.tokens, setup.connection.now, state);
    // Until there is a token, making one is the step.
    let kind = if setup.done.contains(&Step::Token) {
        ButtonKind::Primary
    } else {
        ButtonKind::Secondary
    };
    let onward = onward_label(Step::Token).map(|label| (label, kind));
    let public_url = public_url::view(frame, setup.url_check.as_ref(), setup.connection.now, check);
    view! {
        {off(setup.connection.enabled, Some(&to))}
        {public_url}
        {section("connection", t(K::ConnectionTitle), t(K::ConnectionAbout), base_url)}
        {wide_section("tokens", t(K::TokensTitle), t(K::TokensAbout), tokens)}
        {ways(&to, Step::Token, onward)}
    }
    .into_any()
}
