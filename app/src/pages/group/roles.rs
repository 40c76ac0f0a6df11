//! The roles that the group gives: what can be changed, what can be taken back, and what a predecessor gave.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use super::GroupDetail;
use crate::components::{
    ButtonKind, Callout, FormError, LinkButton, Select, SubmitButton, Tone, action_form,
};
use crate::error::{ConsoleError, error_of};
use crate::format::Moment;
use crate::routes;
use crate::subject::role::{Role, options};
use crate::text::{K, P, count, fill, t};

/// A change of the roles that can be taken back now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    entry: String,
    role: Role,
    given: bool,
    until: Moment,
}

/// The roles that the group's predecessor gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferedRoles {
    /// The predecessor's id.
    former: String,
    name: String,
    deleted_at: Moment,
    roles: Vec<Role>,
}

#[cfg(feature = "ssr")]
impl Undo {
    pub(super) fn of(undoable: &directory::Undoable, roles: &directory::Roles) -> Self {
        Self {
            entry: undoable.entry.to_string(),
            role: Role::of(undoable.role, roles),
            given: undoable.given,
            until: undoable.until.into(),
        }
    }
}

#[cfg(feature = "ssr")]
impl OfferedRoles {
    pub(super) fn of(former: directory::FormerRoles, roles: &directory::Roles) -> Self {
        Self {
            former: former.id.to_string(),
            name: former.display_name,
            deleted_at: former.deleted_at.into(),
            roles: former
                .roles
                .into_iter()
                .map(|role| Role::of(role, roles))
                .collect(),
        }
    }
}

/// Names of roles as a person reads a list.
pub(super) fn names(roles: &[Role]) -> String {
    let names: Vec<&str> = roles.iter().map(Role::label).collect();
    names.join(", ")
}

/// The offer to give what the predecessor gave.
pub(super) fn offer(to: &routes::Account, group: &GroupDetail, may_write: bool) -> AnyView {
    let Some(offered) = &group.offered else {
        return ().into_any();
    };
    let date = offered.deleted_at.date();
    let roles = names(&offered.roles);
    let sentence = fill(
        K::GroupOffer,
        &[("name", &offered.name), ("date", &date), ("roles", &roles)],
    );
    let href = to.group_change(&group.id, "former", Some(&offered.former));
    let give = may_write.then(|| {
        view! {
            <div class="actions">
                <LinkButton href=href label=t(K::GroupOfferTake) />
            </div>
        }
    });
    let before = to.group(&offered.former);
    view! {
        <Callout title=t(K::GroupOfferTitle)>
            <p>{sentence} " " <a href=before>{t(K::GroupOfferBefore)}</a></p>
            {give}
        </Callout>
    }
    .into_any()
}

/// The roles, each with the way to take it, and the way to give another.
pub(super) fn view(
    to: &routes::Account,
    group: &GroupDetail,
    may_write: bool,
    undo: ServerAction<UndoGroupRole>,
) -> AnyView {
    let given = if group.grants.is_empty() {
        view! { <p class="muted">{t(K::GroupNoRolesYet)}</p> }.into_any()
    } else {
        let lines = group
            .grants
            .iter()
            .map(|grant| line(to, group, grant, may_write))
            .collect_view();
        view! { <ul class="role-trail">{lines}</ul> }.into_any()
    };
    let undos = may_write.then(|| {
        group
            .undo
            .iter()
            .map(|change| undo_form(to, group, change, undo))
            .collect_view()
    });
    let give = may_write.then(|| give_form(to, group));
    view! {
        {undos}
        <FormError error=error_of(undo) />
        {given}
        {give}
    }
    .into_any()
}

fn line(
    to: &routes::Account,
    group: &GroupDetail,
    (role, at, by): &(Role, Moment, String),
    may_write: bool,
) -> AnyView {
    let origin = fill(K::TrailDirect, &[("by", by), ("date", &at.date())]);
    let take = may_write.then(|| {
        let label = fill(K::GroupTakeRole, &[("role", role.label())]);
        let href = to.group_change(&group.id, "take", Some(role.as_str()));
        view! { <LinkButton kind=ButtonKind::QuietDanger href=href label=label /> }
    });
    view! {
        <li>
            <strong class="trail-role">{role.label().to_owned()}</strong>
            <span class="trail-thread">{origin}</span>
            <span class="trail-end">{take}</span>
        </li>
    }
    .into_any()
}

/// Asks for the confirmation; nothing is given yet.
fn give_form(to: &routes::Account, group: &GroupDetail) -> AnyView {
    let free: Vec<Role> = group
        .roles
        .iter()
        .filter(|role| group.grants.iter().all(|(given, ..)| given != *role))
        .cloned()
        .collect();
    let affects = count(P::GroupAffects, group.affects);
    if free.is_empty() {
        return view! { <p class="field-hint">{affects}</p> }.into_any();
    }
    let path = to.group_change(&group.id, "give", None);
    let path = path.split('?').next().unwrap_or_default().to_owned();
    view! {
        <form method="get" action=path>
            <input type="hidden" name="change" value="give" />
            <div class="inline-form">
                <Select name="of" label=t(K::FieldRole) options=options(&free) />
                <button type="submit" class="button">
                    {t(K::RoleGive)}
                </button>
            </div>
            <p class="field-hint">{affects}</p>
        </form>
    }
    .into_any()
}

/// There for a minute: in the browser it goes by itself, without script the server no longer shows it.
fn undo_form(
    to: &routes::Account,
    group: &GroupDetail,
    change: &Undo,
    undo: ServerAction<UndoGroupRole>,
) -> AnyView {
    let over = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    {
        let left = u64::try_from(change.until.0 - group.now.0).unwrap_or(0);
        set_timeout(move || over.set(true), std::time::Duration::from_secs(left));
    }
    let key = if change.given {
        K::GroupUndoGiven
    } else {
        K::GroupUndoTaken
    };
    let sentence = fill(key, &[("role", change.role.label())]);
    let name = format!("{}: {sentence}", t(K::Undo));
    let (account, group, entry) = (to.id(), group.id.clone(), change.entry.clone());
    let shown = move || {
        (!over.get()).then(|| {
            let button = view! {
                <div class="actions">
                    <SubmitButton label=t(K::Undo) name=name.clone() pending=undo.pending() />
                </div>
            };
            let sent = [("account", &*account), ("group", &group), ("entry", &entry)];
            let form = action_form(undo, &sent, button);
            view! {
                <Callout tone=Tone::Good title=sentence.clone()>
                    <p>{t(K::GroupUndoFor)}</p>
                    {form}
                </Callout>
            }
        })
    };
    view! { {shown} }.into_any()
}

/// Takes a change of the group's roles back, within a minute.
#[server(input = PostUrl)]
pub async fn undo_group_role(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// The entry of the change.
    entry: String,
) -> Result<(), ConsoleError> {
    let (account, group, actor) = super::writer(&account, &group).await?;
    let entry = entry.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok(crate::session::directory()
        .undo_group_role(&actor, account, group, entry)
        .await?)
}
