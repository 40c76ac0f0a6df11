//! Tokens on one line of time: the one in use and its successor, from when each was made until it ends.

use leptos::prelude::*;

/// The width of the drawing, in its own units.
const WIDTH: i64 = 1000;

/// A token on the line. Times are places between 0, the left end, and 1000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSpan {
    /// Its name.
    pub name: String,
    /// How it stands, in a sentence; it says all that the drawing shows.
    pub sentence: String,
    /// Where it begins and ends.
    pub span: (i64, i64),
    /// Where its use begins and, so far, ends.
    pub used: Option<(i64, i64)>,
}

/// The line. `now`: the place of this moment.
#[component]
pub fn TokenLine(
    /// What it is, for who does not see it.
    #[prop(into)]
    label: String,
    /// The tokens, the older first.
    tokens: Vec<TokenSpan>,
    /// Where this moment is.
    now: i64,
    /// What stands under its two ends.
    ends: (String, String),
) -> impl IntoView {
    let bar = |class: &'static str, (from, to): (i64, i64)| {
        let width = (to - from).max(4);
        view! { <rect class=class x=from.to_string() y="3" width=width.to_string() height="10" rx="2" /> }
    };
    let tokens = tokens
        .into_iter()
        .map(|token| {
            let used = token.used.map(|used| bar("used", used));
            view! {
                <li>
                    <p>
                        <strong>{token.name}</strong>
                        " "
                        {token.sentence}
                    </p>
                    <svg viewBox=format!("0 0 {WIDTH} 16") preserveAspectRatio="none" aria-hidden="true">
                        <line class="axis" x1="0" y1="8" x2=WIDTH.to_string() y2="8" />
                        {bar("life", token.span)}
                        {used}
                        <line class="now" x1=now.to_string() y1="0" x2=now.to_string() y2="16" />
                    </svg>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="token-line">
            <ol aria-label=label>{tokens}</ol>
            <p class="token-line-ends muted" aria-hidden="true">
                <span>{ends.0}</span>
                <span>{ends.1}</span>
            </p>
        </div>
    }
    .into_any()
}
