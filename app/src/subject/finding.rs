//! Findings as pages show them: what is wrong, why, and who does what about it. What was found is decided in
//! `directory`; here it becomes words.

#[cfg(feature = "ssr")]
mod message;
#[cfg(feature = "ssr")]
mod refusals;
#[cfg(feature = "ssr")]
mod words;

use std::collections::BTreeSet;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::components::{CodeBlock, Icon, LinkButton, RelativeTime, Tone, definition, definition_list, icon};
use crate::format::Moment;
use crate::routes;
use crate::text::{K, t};

#[cfg(feature = "ssr")]
pub use words::{Told, documented, guide_of, of_groups, tell};

/// How much a finding presses, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Urgency {
    /// Nothing arrives, or something is refused until somebody acts.
    Broken,
    /// Somebody should look.
    Attention,
    /// Normal, and worth knowing.
    Quiet,
    /// As it should be.
    Good,
}

/// A finding in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingView {
    /// One of a kind on the page; the anchor.
    pub id: String,
    /// How much it presses.
    pub urgency: Urgency,
    /// What is wrong.
    pub title: String,
    /// Why, as far as the data tell.
    pub cause: String,
    /// What shows it.
    pub evidence: Vec<(String, Shown)>,
    /// What an administrator here does.
    pub here: Option<String>,
    /// Where it is mended: label and address.
    pub mend: Option<(String, String)>,
    /// What the identity provider's administrator does.
    pub theirs: Option<String>,
    /// The same as a message to send.
    pub message: Option<String>,
    /// The known problem that says more.
    pub problem: Option<String>,
}

/// The findings whose message is open, by id.
pub type Opened = RwSignal<BTreeSet<String>>;

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shown {
    /// Words.
    Text(String),
    /// A time.
    Time(Moment),
    /// What a machine calls it.
    Code(String),
    /// Names, each with where it leads.
    Links(Vec<(String, String)>),
}

impl Urgency {
    const fn tone(self) -> Tone {
        match self {
            Self::Broken => Tone::Bad,
            Self::Attention => Tone::Warning,
            Self::Quiet => Tone::Plain,
            Self::Good => Tone::Good,
        }
    }

    const fn label(self) -> K {
        match self {
            Self::Broken => K::UrgencyBroken,
            Self::Attention => K::UrgencyAttention,
            Self::Quiet => K::UrgencyQuiet,
            Self::Good => K::UrgencyGood,
        }
    }
}

impl FindingView {
    /// The finding with its evidence and who does what. `may_write`: whether to offer what changes something.
    pub fn view(&self, to: &routes::Account, now: Moment, may_write: bool, opened: Opened) -> AnyView {
        let tone = self.urgency.tone();
        let title_id = format!("finding-{}", self.id);
        let heading = title_id.clone();
        let mark = tone.icon().unwrap_or(Icon::Check);
        view! {
            <article class=format!("finding {}", tone.class()) id=self.id.clone() aria-labelledby=title_id>
                <header>
                    <span class="finding-mark">{icon(mark)}</span>
                    <h3 id=heading>{self.title.clone()}</h3>
                    <span class="finding-urgency">{t(self.urgency.label())}</span>
                </header>
                <p class="finding-cause">{self.cause.clone()}</p>
                {self.evidence(now)}
                <div class="finding-sides">{self.here(may_write)} {self.theirs(opened)}</div>
                {self.more(to)}
            </article>
        }
        .into_any()
    }

    fn evidence(&self, now: Moment) -> AnyView {
        if self.evidence.is_empty() {
            return ().into_any();
        }
        let lines = self
            .evidence
            .iter()
            .map(|(label, shown)| definition(label.clone(), shown.view(now)))
            .collect_view();
        definition_list(lines)
    }

    fn here(&self, may_write: bool) -> AnyView {
        let Some(here) = self.here.clone() else {
            return ().into_any();
        };
        let mend = self
            .mend
            .clone()
            .filter(|_| may_write)
            .map(|(label, href)| view! { <LinkButton href=href label=label /> });
        view! {
            <div>
                <h4>{t(K::FindingHere)}</h4>
                <p>{here}</p>
                <div class="actions">{mend}</div>
            </div>
        }
        .into_any()
    }

    fn theirs(&self, opened: Opened) -> AnyView {
        let Some(theirs) = self.theirs.clone() else {
            return ().into_any();
        };
        let message = self.message.clone().map(|message| {
            let id = self.id.clone();
            let is_open = opened.with_untracked(|opened| opened.contains(&id));
            let press = move |_| {
                opened.update(|opened| {
                    if !opened.remove(&id) {
                        opened.insert(id.clone());
                    }
                });
            };
            view! {
                <details open=is_open>
                    <summary on:click=press>{t(K::FindingMessage)}</summary>
                    <CodeBlock label=t(K::FindingMessageLabel) code=message />
                </details>
            }
        });
        view! {
            <div>
                <h4>{t(K::FindingTheirs)}</h4>
                <p>{theirs}</p>
                {message}
            </div>
        }
        .into_any()
    }

    fn more(&self, to: &routes::Account) -> AnyView {
        self.problem
            .as_deref()
            .map(|problem| {
                view! {
                    <p class="finding-more">
                        <a href=to.problem(problem) rel="external">{t(K::FindingProblem)}</a>
                    </p>
                }
            })
            .into_any()
    }
}

impl Shown {
    /// As it stands on a page.
    pub fn view(&self, now: Moment) -> AnyView {
        match self.clone() {
            Self::Text(text) => text.into_any(),
            Self::Time(at) => view! { <RelativeTime at=at now=now /> }.into_any(),
            Self::Code(code) => view! { <code>{code}</code> }.into_any(),
            Self::Links(links) => {
                let links = links
                    .into_iter()
                    .map(|(name, href)| {
                        view! {
                            <li>
                                <a href=href>{name}</a>
                            </li>
                        }
                    })
                    .collect_view();
                view! { <ul class="evidence-links">{links}</ul> }.into_any()
            }
        }
    }
}
