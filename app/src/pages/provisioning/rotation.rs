//! From one token to its successor: the two on one line of time, each with how it stands.

use leptos::prelude::*;

use crate::components::{TokenLine, TokenSpan};
use crate::format::Moment;
use crate::subject::token::TokenView;
use crate::text::{K, fill, t};

/// How long a rotation is shown after it has ended, in seconds.
const SHOWN: i64 = 7 * 24 * 60 * 60;

/// The rotation that goes on or has just ended; nothing otherwise.
pub(super) fn line(tokens: &[TokenView], now: Moment) -> AnyView {
    let Some((old, new)) = pair(tokens, now) else {
        return ().into_any();
    };
    let from = old.created_at;
    let to = new.end().max(old.end());
    let place = |at: Moment| {
        let whole = (to.0 - from.0).max(1);
        ((at.0 - from.0).clamp(0, whole) * 1000) / whole
    };
    let span = |token: &TokenView, sentence: String| TokenSpan {
        name: token.name.clone(),
        sentence,
        span: (place(token.created_at), place(token.end())),
        used: token
            .first_used_at
            .zip(token.last_used_at)
            .map(|(first, last)| (place(first), place(last))),
    };
    let tokens = vec![
        span(old, old_sentence(old, new, now)),
        span(new, new_sentence(old, new, now)),
    ];
    view! { <TokenLine label=t(K::RotationTitle) tokens=tokens now=place(now) ends=(from.date(), to.date()) /> }
        .into_any()
}

/// The token in use and the one that takes its place; else the two that are live.
fn pair(tokens: &[TokenView], now: Moment) -> Option<(&TokenView, &TokenView)> {
    let of_idp = || tokens.iter().filter(|token| !token.read_only);
    let replaced = of_idp().find_map(|new| {
        let (old, _) = new.replaces.as_ref()?;
        let old = of_idp().find(|token| token.id == *old)?;
        (new.is_live(now) && old.end().plus(SHOWN) >= now).then_some((old, new))
    });
    // Newest first, as they are listed.
    let mut live = of_idp().filter(|token| token.is_live(now));
    replaced.or_else(|| live.next().zip(live.next()).map(|(new, old)| (old, new)))
}

fn old_sentence(old: &TokenView, new: &TokenView, now: Moment) -> String {
    let replaced = new.replaces.as_ref().is_some_and(|(id, _)| *id == old.id);
    let name = ("name", new.name.as_str());
    if !old.is_live(now) {
        return fill(K::RotationEnded, &[("date", &old.end().date())]);
    }
    match (replaced, new.first_used_at) {
        (true, None) => fill(K::RotationUntilUsed, &[name]),
        (true, Some(_)) => fill(K::RotationEnds, &[("date", &old.end().exact())]),
        (false, _) => fill(K::RotationLive, &[("date", &old.end().date())]),
    }
}

fn new_sentence(old: &TokenView, new: &TokenView, now: Moment) -> String {
    match (new.first_used_at, old.is_live(now)) {
        (None, true) => t(K::RotationUnused).to_owned(),
        (None, false) => t(K::RotationUnusedAlone).to_owned(),
        (Some(at), _) => fill(K::RotationUsed, &[("date", &at.exact())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_000_000);

    fn token(id: &str, created: i64, end: i64) -> TokenView {
        TokenView {
            id: id.to_owned(),
            name: id.to_owned(),
            prefix: String::new(),
            read_only: false,
            created_at: Moment(created),
            created_by: String::new(),
            expires_at: Moment(end),
            revoked_at: None,
            first_used_at: None,
            last_used_at: None,
            last_used_from: None,
            replaces: None,
        }
    }

    #[test]
    fn which_two_tokens_are_a_rotation() {
        let names =
            |tokens: &[TokenView]| pair(tokens, NOW).map(|(old, new)| format!("{} {}", old.id, new.id));
        let (a, b) = (token("a", 0, 2_000_000), token("b", 10, 3_000_000));
        assert_eq!(names(std::slice::from_ref(&a)), None);
        assert_eq!(names(&[b.clone(), a.clone()]).as_deref(), Some("a b"));
        let reader = TokenView {
            read_only: true,
            ..b.clone()
        };
        assert_eq!(names(&[reader, a.clone()]), None);
        let successor = TokenView {
            replaces: Some(("a".to_owned(), 0)),
            ..b.clone()
        };
        let ended = token("a", 0, 999_999);
        assert_eq!(names(&[successor.clone(), ended]).as_deref(), Some("a b"));
        let long_ago = token("a", 0, 100);
        assert_eq!(names(&[successor, long_ago]), None);
    }
}
