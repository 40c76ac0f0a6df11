//! What a change of a group's roles does to whom, before it is saved.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::roles::names;
use crate::components::{
    ButtonKind, Callout, Crumb, FormError, LinkButton, PageHead, SubmitButton, Tone, action_form,
};
use crate::error::{ConsoleError, error_of};
use crate::format::size;
use crate::pages::frame::FrameData;
use crate::pages::{account_param, loaded, param};
#[cfg(feature = "ssr")]
use crate::subject::role::parse;
use crate::subject::role::{Access, Role};
use crate::text::{K, P, count, count_with, fill, t};

/// What is to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The group gives the role.
    Give(Role),
    /// It no longer gives the role.
    Take(Role),
    /// Its roles are no longer in effect.
    Pause,
    /// They are in effect again.
    Resume,
    /// It gives what the group of this id gave.
    Former(String, Vec<Role>),
}

/// A change with what it does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeDetail {
    group: String,
    name: String,
    kind: Kind,
    /// Active users below the group.
    members: u64,
    /// Those whose roles in effect change.
    affected: u64,
    gains: Vec<Concerned>,
    losses: Vec<Concerned>,
}

/// A role that is gained or lost: how many do, and the first of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Concerned {
    role: Role,
    count: u64,
    names: Vec<String>,
}

/// The page.
pub struct ChangePage;

/// What can be confirmed.
#[derive(Clone, Copy)]
struct Actions {
    give: ServerAction<GiveGroupRole>,
    take: ServerAction<TakeGroupRole>,
    pause: ServerAction<SetGroupPaused>,
    former: ServerAction<GiveFormerRoles>,
}

#[lazy_route]
impl LazyRoute for ChangePage {
    fn data() -> Self {
        Self
    }

    fn view(ChangePage: Self) -> AnyView {
        let (account, group, query) = (account_param(), param("group"), use_query_map());
        let asked = move || {
            let query = query.read();
            (
                account.get(),
                group.get(),
                query.get("change").unwrap_or_default(),
                query.get("of"),
            )
        };
        let change = Resource::new(asked, |(account, group, change, of)| {
            load_group_change(account, group, change, of)
        });
        let actions = Actions {
            give: ServerAction::new(),
            take: ServerAction::new(),
            pause: ServerAction::new(),
            former: ServerAction::new(),
        };
        loaded(change, move |frame, change| view(&frame, &change, actions))
    }
}

impl Kind {
    /// What is done, as the button says it.
    fn label(&self) -> String {
        match self {
            Self::Give(role) => fill(K::ChangeGive, &[("role", role.label())]),
            Self::Take(role) => fill(K::GroupTakeRole, &[("role", role.label())]),
            Self::Pause => t(K::GroupPause).to_owned(),
            Self::Resume => t(K::GroupResume).to_owned(),
            Self::Former(_, roles) => fill(K::ChangeGiveFormer, &[("roles", &names(roles))]),
        }
    }

    /// What else is to be known of it.
    fn about(&self) -> &'static str {
        t(match self {
            Self::Give(_) | Self::Take(_) | Self::Former(..) => K::ChangeUndo,
            Self::Pause => K::ChangePauseAbout,
            Self::Resume => K::ChangeResumeAbout,
        })
    }
}

fn view(frame: &FrameData, change: &ChangeDetail, actions: Actions) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::GroupsTitle), to.groups()),
        Crumb::link(change.name.clone(), to.group(&change.group)),
    ];
    let opens = |concerned: &&Concerned| concerned.role.access() == Access::Administrator;
    let grave = change.gains.iter().chain(&change.losses).find(opens).is_some();
    let tone = if grave { Tone::Warning } else { Tone::Accent };
    let lines = change
        .gains
        .iter()
        .map(|gain| line(P::ChangeGain, gain))
        .chain(change.losses.iter().map(|loss| line(P::ChangeLoss, loss)))
        .collect_view();
    let unchanged = change.members.saturating_sub(change.affected);
    let rest = (unchanged > 0 && change.affected > 0)
        .then(|| view! { <p>{count(P::ChangeUnchanged, unchanged)}</p> });
    let title = if change.affected == 0 {
        count(P::ChangeNobody, change.members)
    } else {
        count(P::ChangeAffects, change.affected)
    };
    let about = change.kind.about();
    let form = form(&to.id(), change, to.group(&change.group), actions);
    view! {
        <PageHead title=change.kind.label() crumbs=crumbs />
        <div class="section wide">
            <Callout tone=tone title=title>
                <ul>{lines}</ul>
                {rest}
                <p>{about}</p>
            </Callout>
            {form}
        </div>
    }
    .into_any()
}

fn line(key: P, concerned: &Concerned) -> AnyView {
    let named = size(concerned.names.len());
    let more = concerned.count.saturating_sub(named);
    let more = (more > 0).then(|| count(P::AndMore, more));
    let people: Vec<String> = concerned.names.iter().cloned().chain(more).collect();
    let sentence = count_with(key, concerned.count, &[("role", concerned.role.label())]);
    view! {
        <li>
            <strong>{sentence}</strong>
            " "
            <span class="muted">{people.join(", ")}</span>
        </li>
    }
    .into_any()
}

fn form(account: &str, change: &ChangeDetail, back: String, actions: Actions) -> AnyView {
    let kind = if matches!(change.kind, Kind::Take(_) | Kind::Pause) {
        ButtonKind::Danger
    } else {
        ButtonKind::Primary
    };
    let label = change.kind.label();
    let buttons = move |pending: Signal<bool>| {
        view! {
            <div class="actions">
                <SubmitButton kind=kind label=label pending=pending />
                <LinkButton href=back label=t(K::Cancel) />
            </div>
        }
    };
    let sent = |name: &'static str, value| [("account", account), ("group", &*change.group), (name, value)];
    let Actions {
        give,
        take,
        pause,
        former,
    } = actions;
    let (form, error) = match &change.kind {
        Kind::Give(role) => {
            let buttons = buttons(give.pending().into());
            (
                action_form(give, &sent("role", role.as_str()), buttons),
                error_of(give),
            )
        }
        Kind::Take(role) => {
            let buttons = buttons(take.pending().into());
            (
                action_form(take, &sent("role", role.as_str()), buttons),
                error_of(take),
            )
        }
        Kind::Pause | Kind::Resume => {
            let paused = if change.kind == Kind::Pause {
                "true"
            } else {
                "false"
            };
            let buttons = buttons(pause.pending().into());
            (
                action_form(pause, &sent("paused", paused), buttons),
                error_of(pause),
            )
        }
        Kind::Former(id, _) => {
            let buttons = buttons(former.pending().into());
            (
                action_form(former, &sent("former", id), buttons),
                error_of(former),
            )
        }
    };
    view! {
        {form}
        <FormError error=error />
    }
    .into_any()
}

/// What a change would do, as things stand now.
#[server(input = PostUrl)]
pub async fn load_group_change(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// `give`, `take`, `pause`, `resume` or `former`.
    change: String,
    /// The role that is given or taken, or the group whose roles are given.
    of: Option<String>,
) -> Result<ChangeDetail, ConsoleError> {
    use directory::{GroupChange, GroupId};

    let (account, _) = crate::session::writer(&account).await?;
    let id: GroupId = group.parse().map_err(|_| ConsoleError::NotFound)?;
    let directory = crate::session::directory();
    let view = directory.get_group(account, id).await?;
    let roles = directory.roles(account).await?;
    let of = of.unwrap_or_default();
    let known = |of: &str| {
        let role = parse(of)?;
        if roles.all().contains(&role) {
            Ok(role)
        } else {
            Err(ConsoleError::NotFound)
        }
    };
    let (kind, change) = match change.as_str() {
        "give" => {
            let role = known(&of)?;
            (Kind::Give(Role::of(role, &roles)), GroupChange::Give(vec![role]))
        }
        "take" => {
            let role = known(&of)?;
            (Kind::Take(Role::of(role, &roles)), GroupChange::Take(role))
        }
        "pause" => (Kind::Pause, GroupChange::Pause),
        "resume" => (Kind::Resume, GroupChange::Resume),
        "former" => {
            let former = view.former_roles.filter(|former| former.id.to_string() == of);
            let former = former.ok_or(ConsoleError::NotFound)?;
            let names = former.roles.iter().map(|role| Role::of(*role, &roles)).collect();
            (Kind::Former(of, names), GroupChange::Give(former.roles))
        }
        _ => return Err(ConsoleError::NotFound),
    };
    let impact = directory.group_impact(account, id, &change).await?;
    let concerned = |all: std::collections::BTreeMap<directory::Role, directory::Concerned>| {
        all.into_iter()
            .map(|(role, concerned)| Concerned {
                role: Role::of(role, &roles),
                count: concerned.count,
                names: concerned.names,
            })
            .collect()
    };
    Ok(ChangeDetail {
        group,
        name: view.row.display_name,
        kind,
        members: impact.members,
        affected: impact.affected,
        gains: concerned(impact.gains),
        losses: concerned(impact.losses),
    })
}

/// Leads to the group's page, where the change can be undone.
#[cfg(feature = "ssr")]
fn lead_back(account: directory::AccountId, group: directory::GroupId) {
    let to = crate::routes::Account::new(account.to_string());
    leptos_axum::redirect(&to.group(&group.to_string()));
}

/// Gives the group a role.
#[server(input = PostUrl)]
pub async fn give_group_role(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// The role: a built-in name, or an id.
    role: String,
) -> Result<(), ConsoleError> {
    let (account, group, actor) = super::writer(&account, &group).await?;
    crate::session::directory()
        .give_group_role(&actor, account, group, parse(&role)?)
        .await?;
    lead_back(account, group);
    Ok(())
}

/// Takes a role from the group.
#[server(input = PostUrl)]
pub async fn take_group_role(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// The role: a built-in name, or an id.
    role: String,
) -> Result<(), ConsoleError> {
    let (account, group, actor) = super::writer(&account, &group).await?;
    crate::session::directory()
        .take_group_role(&actor, account, group, parse(&role)?)
        .await?;
    lead_back(account, group);
    Ok(())
}

/// Pauses the group or ends its pause.
#[server(input = PostUrl)]
pub async fn set_group_paused(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// What it becomes.
    paused: bool,
) -> Result<(), ConsoleError> {
    let (account, group, actor) = super::writer(&account, &group).await?;
    crate::session::directory()
        .set_group_paused(&actor, account, group, paused)
        .await?;
    lead_back(account, group);
    Ok(())
}

/// Gives the group the roles that its predecessor gave.
#[server(input = PostUrl)]
pub async fn give_former_roles(
    /// The account.
    account: String,
    /// The group.
    group: String,
    /// The predecessor.
    former: String,
) -> Result<(), ConsoleError> {
    let (account, group, actor) = super::writer(&account, &group).await?;
    let former = former.parse().map_err(|_| ConsoleError::NotFound)?;
    crate::session::directory()
        .give_former_roles(&actor, account, group, former)
        .await?;
    lead_back(account, group);
    Ok(())
}
