//! The role trail: each role with what leads to it, and for a direct one what would remain without it.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use super::{Actions, At, UserDetail};
use crate::components::section as narrow_section;
use crate::components::{
    ButtonKind, Callout, FormError, RoleTrail, Select, SubmitButton, Tone, action_form, wide_section,
};
use crate::error::{ConsoleError, error_of};
#[cfg(feature = "ssr")]
use crate::subject::role::parse;
use crate::subject::role::{Access, Role, options};
use crate::subject::user::{HeldRole, Origin};
use crate::text::{K, fill, t};

/// What becomes of a role when something is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remains {
    /// The role.
    pub role: Role,
    /// What still leads to it; none: it goes.
    pub through: Vec<HeldRole>,
}

impl Remains {
    /// `Auditor stays: through Finance`, or that it goes.
    pub fn sentence(&self) -> String {
        if self.through.is_empty() {
            return fill(K::RemainsGone, &[("role", self.role.label())]);
        }
        let why: Vec<String> = self.through.iter().map(why).collect();
        fill(
            K::RemainsStays,
            &[("role", self.role.label()), ("why", &why.join(", "))],
        )
    }
}

/// `through Finance`, `through Platform, which is in Engineering`, `given by ada@acme.test`
fn why(held: &HeldRole) -> String {
    match &held.origin {
        Origin::Direct { by, .. } => fill(K::RemainsDirect, &[("by", by)]),
        Origin::Group { path, .. } => {
            let mut names = path.iter().rev().map(|group| group.name.as_str());
            let own = fill(K::UserRoleThrough, &[("group", names.next().unwrap_or_default())]);
            names.fold(own, |path, name| path + &fill(K::TrailNested, &[("group", name)]))
        }
    }
}

/// What the directory says of it.
#[cfg(feature = "ssr")]
pub(super) fn remains(
    held: &directory::role::effective::EffectiveRoles,
    taking: directory::role::remaining::Taking,
) -> Vec<Remains> {
    let all = directory::role::remaining::remaining(held, taking);
    all.into_iter()
        .map(|left| Remains {
            role: Role::of(left.role, &held.own),
            through: left
                .direct
                .into_iter()
                .map(|grant| HeldRole::direct(grant, &held.own))
                .chain(
                    left.through_groups
                        .into_iter()
                        .map(|given| HeldRole::through_group(given, &held.own)),
                )
                .collect(),
        })
        .collect()
}

pub(super) fn section(at: &At, user: &UserDetail, may_write: bool, actions: Actions) -> AnyView {
    view! {
        {extra_roles(user)}
        {wide_section("roles", t(K::UserRolesTitle), "", trail(at, user, may_write, actions))}
        {may_write.then(|| give_form(at, user, actions))}
    }
    .into_any()
}

/// Says when a SCIM-managed user holds more than the groups give, and why.
fn extra_roles(user: &UserDetail) -> AnyView {
    let given = |other: &HeldRole, role: &Role| !other.is_direct() && other.role == *role;
    let extra: Vec<&HeldRole> = user
        .row
        .roles
        .iter()
        .filter(|held| held.is_direct() && !user.row.roles.iter().any(|other| given(other, &held.role)))
        .collect();
    if !user.row.is_scim || extra.is_empty() {
        return ().into_any();
    }
    let before = extra.iter().any(|held| {
        matches!(
            held.origin,
            Origin::Direct {
                before_scim: true,
                ..
            }
        )
    });
    let reason = if before {
        K::UserExtraBefore
    } else {
        K::UserExtraByHand
    };
    view! {
        <Callout tone=Tone::Warning title=t(K::UserExtra)>
            <p>{t(reason)}</p>
        </Callout>
    }
    .into_any()
}

fn trail(at: &At, user: &UserDetail, may_write: bool, actions: Actions) -> AnyView {
    let threads: Vec<_> = user
        .row
        .roles
        .iter()
        .map(|held| {
            let kept = user.is_last_administrator && held.role.access() == Access::Administrator;
            let action = (held.is_direct() && may_write).then(|| {
                if kept {
                    view! { <span class="muted">{t(K::UserLastAdministrator)}</span> }.into_any()
                } else {
                    take_form(at, user, &held.role, actions)
                }
            });
            held.thread(&at.to, user.converted_at, action)
        })
        .collect();
    let trail = if threads.is_empty() {
        view! { <p class="muted">{t(K::UserNoRoles)}</p> }.into_any()
    } else {
        view! { <RoleTrail threads=threads /> }.into_any()
    };
    view! {
        {trail}
        <FormError error=error_of(actions.take) />
    }
    .into_any()
}

/// The button that takes a role, behind what would remain.
fn take_form(at: &At, user: &UserDetail, role: &Role, actions: Actions) -> AnyView {
    let remains = user
        .if_taken
        .iter()
        .filter(|left| left.role == *role)
        .map(|left| view! { <p>{left.sentence()}</p> })
        .collect_view();
    let closes = role.access() != Access::None
        && !user.row.roles.iter().any(|held| {
            held.role.access() != Access::None
                && !held.is_paused()
                && !(held.is_direct() && held.role == *role)
        });
    let label = fill(K::UserRemoveRole, &[("role", role.label())]);
    let button =
        view! { <SubmitButton kind=ButtonKind::Danger label=label.clone() pending=actions.take.pending() /> };
    let form = action_form(
        actions.take,
        &[
            ("account", &at.account),
            ("user", &at.user),
            ("role", role.as_str()),
        ],
        button,
    );
    view! {
        <details class="ask">
            <summary>{fill(K::AskMore, &[("act", &label)])}</summary>
            <div class="ask-text">
                {remains} {closes.then(|| view! { <p>{t(K::RemainsNoConsole)}</p> })} {form}
            </div>
        </details>
    }
    .into_any()
}

fn give_form(at: &At, user: &UserDetail, actions: Actions) -> AnyView {
    let held = |role: &Role| {
        user.row
            .roles
            .iter()
            .any(|held| held.role == *role && held.is_direct())
    };
    let free: Vec<Role> = user.roles.iter().filter(|role| !held(role)).cloned().collect();
    if free.is_empty() {
        return ().into_any();
    }
    let about = if user.row.is_scim {
        K::UserGiveRoleHint
    } else {
        K::UserGiveRoleAbout
    };
    let content = view! {
        <div class="inline-form">
            <Select name="role" label=t(K::FieldRole) options=options(&free) />
            <SubmitButton label=t(K::RoleGive) pending=actions.give.pending() />
        </div>
        <FormError error=error_of(actions.give) />
    };
    narrow_section(
        "give",
        t(K::UserGiveRoleTitle),
        t(about),
        action_form(
            actions.give,
            &[("account", &at.account), ("user", &at.user)],
            content,
        ),
    )
}

/// Gives the user a direct role.
#[server(input = PostUrl)]
pub async fn give_role(
    /// The account.
    account: String,
    /// The user.
    user: String,
    /// The role: a built-in name, or an id.
    role: String,
) -> Result<(), ConsoleError> {
    let (account, user, actor) = super::writer(&account, &user).await?;
    Ok(crate::session::directory()
        .give_role(&actor, account, user, parse(&role)?)
        .await?)
}

/// Takes a direct role from the user.
#[server(input = PostUrl)]
pub async fn take_role(
    /// The account.
    account: String,
    /// The user.
    user: String,
    /// The role: a built-in name, or an id.
    role: String,
) -> Result<(), ConsoleError> {
    let (account, user, actor) = super::writer(&account, &user).await?;
    Ok(crate::session::directory()
        .take_role(&actor, account, user, parse(&role)?)
        .await?)
}
