//! Roles, and why: each role with the thread that leads to it.

use leptos::prelude::*;

use super::badge::{Badge, Tone};
use super::icon::{Icon, icon};
use crate::format::Moment;
use crate::text::{K, fill, rich, t};

/// Where a role comes from.
pub struct Thread {
    /// The role, as a person reads it.
    pub role: String,
    /// What leads to it.
    pub from: ThreadEnd,
    /// What can be done about it here; for a direct role, the form that takes it.
    pub action: Option<AnyView>,
}

/// The end of a thread.
pub enum ThreadEnd {
    /// A person gave it.
    Direct {
        /// Who.
        by: String,
        /// When.
        at: Moment,
        /// When the identity provider took the user over and the role was kept; none for a role that was added later.
        kept_at: Option<Moment>,
    },
    /// A group gives it: names and addresses, from the group that gives the role down to the user's own.
    Group {
        /// Name and address of each.
        path: Vec<(String, String)>,
        /// Since when the user is a member of the last.
        since: Moment,
        /// Whether the group that gives the role is paused, so that it is not in effect.
        paused: bool,
    },
}

/// The trail. Group roles are locked: they change only through the group.
#[component]
pub fn RoleTrail(
    /// One for each way to a role.
    threads: Vec<Thread>,
) -> impl IntoView {
    let threads = threads.into_iter().map(thread).collect_view();
    view! { <ul class="role-trail">{threads}</ul> }.into_any()
}

fn thread(Thread { role, from, action }: Thread) -> AnyView {
    let (origin, end) = match from {
        ThreadEnd::Direct { by, at, kept_at } => (direct_origin(&by, at, kept_at), action),
        ThreadEnd::Group { path, since, paused } => {
            let lock = view! { <span class="locked">{icon(Icon::Lock)} {t(K::TrailLocked)}</span> };
            let badge = paused.then(|| view! { <Badge tone=Tone::Warning label=t(K::TrailPaused) /> });
            let origin = view! {
                {group_origin(&path, since)}
                " "
                {badge}
            };
            (origin.into_any(), Some(lock.into_any()))
        }
    };
    view! {
        <li>
            <strong class="trail-role">{role}</strong>
            <span class="trail-thread">{origin}</span>
            <span class="trail-end">{end}</span>
        </li>
    }
    .into_any()
}

/// `before SCIM  Kept at conversion on 24 November 2026; given by ada@acme.test on 3 November 2026`
fn direct_origin(by: &str, at: Moment, kept_at: Option<Moment>) -> AnyView {
    let (by, at) = (("by", by), at.date());
    match kept_at {
        None => fill(K::TrailDirect, &[by, ("date", &at)]).into_any(),
        Some(kept_at) => {
            let sentence = fill(K::TrailKept, &[by, ("date", &at), ("kept", &kept_at.date())]);
            view! {
                <Badge label=t(K::TrailBeforeScim) />
                " "
                {sentence}
            }
            .into_any()
        }
    }
}

/// `Platform, which is in Engineering · member since 3 November 2026`: the user's own group first.
fn group_origin(path: &[(String, String)], since: Moment) -> AnyView {
    let groups = path
        .iter()
        .rev()
        .enumerate()
        .map(|(index, (name, href))| {
            let (name, href) = (name.clone(), href.clone());
            let link = view! { <a href=href>{name}</a> }.into_any();
            if index == 0 {
                link
            } else {
                rich(K::TrailNested, move |_| group_link(path, index))
            }
        })
        .collect_view();
    let since = fill(K::TrailMemberSince, &[("date", &since.date())]);
    // The first of the path gives the role, the last has the user as a member.
    let giving = path.first().cloned().unwrap_or_default();
    let own = path.last().map(|(name, _)| name.clone()).unwrap_or_default();
    let change = rich(K::TrailChange, move |name| {
        let (giving, href) = giving.clone();
        match name {
            "giving" => view! { <a href=href>{giving}</a> }.into_any(),
            _ => own.clone().into_any(),
        }
    });
    view! {
        {groups}
        " "
        <span class="muted">{since}</span>
        <span class="trail-change">{change}</span>
    }
    .into_any()
}

fn group_link(path: &[(String, String)], from_end: usize) -> AnyView {
    path.iter().rev().nth(from_end).map_or_else(
        || ().into_any(),
        |(name, href)| view! { <a href=href.clone()>{name.clone()}</a> }.into_any(),
    )
}
