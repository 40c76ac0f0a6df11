//! Wishes for guides as pages show them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::components::{Badge, SelectOption, Tone};
use crate::format::Moment;
use crate::text::{K, t};

/// What became of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WishState {
    /// Nobody has answered it.
    Open,
    /// It is on its way.
    Planned,
    /// There is a guide.
    Done,
    /// There will be none.
    Declined,
}

impl WishState {
    const ALL: [Self; 4] = [Self::Open, Self::Planned, Self::Done, Self::Declined];

    /// As it is sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Planned => "planned",
            Self::Done => "done",
            Self::Declined => "declined",
        }
    }

    fn label(self) -> &'static str {
        t(match self {
            Self::Open => K::WishStateOpen,
            Self::Planned => K::WishStatePlanned,
            Self::Done => K::WishStateDone,
            Self::Declined => K::WishStateDeclined,
        })
    }

    /// All of them as choices of a list.
    pub fn options() -> Vec<SelectOption> {
        Self::ALL
            .map(|state| SelectOption::new(state.as_str(), state.label()))
            .into()
    }

    /// As a badge.
    pub fn badge(self) -> AnyView {
        let tone = match self {
            Self::Planned => Tone::Accent,
            Self::Done => Tone::Good,
            Self::Open | Self::Declined => Tone::Plain,
        };
        view! { <Badge tone=tone label=self.label() /> }.into_any()
    }
}

/// A wish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishView {
    /// The identity provider.
    pub name: String,
    /// What became of it.
    pub state: WishState,
    /// What the owner answered; may be empty.
    pub answer: String,
    /// How many accounts asked.
    pub count: u64,
    /// When it was first asked for.
    pub asked_at: Moment,
    /// Account, who asked, and the note, of each.
    pub notes: Vec<(String, String, String)>,
}

impl WishView {
    /// A line for the account that asked.
    pub fn own(&self) -> AnyView {
        view! {
            <li>
                <span class="row">
                    <strong>{self.name.clone()}</strong>
                    {self.state.badge()}
                </span>
                <p class="muted">{self.answer.clone()}</p>
            </li>
        }
        .into_any()
    }
}

#[cfg(feature = "ssr")]
impl From<directory::Wish> for WishView {
    fn from(wish: directory::Wish) -> Self {
        Self {
            name: wish.name,
            state: match wish.state {
                directory::WishState::Open => WishState::Open,
                directory::WishState::Planned => WishState::Planned,
                directory::WishState::Done => WishState::Done,
                directory::WishState::Declined => WishState::Declined,
            },
            answer: wish.answer,
            count: wish.count,
            asked_at: wish.asked_at.into(),
            notes: wish
                .notes
                .into_iter()
                .map(|note| (note.account, note.asked_by, note.note))
                .collect(),
        }
    }
}
