//! Groups differ: the identity provider's list beside what is here. The list is read in the browser and stays there;
//! what is here comes from the server page by page.

mod result;
mod run;

use leptos::html::Textarea;
use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use self::run::{Done, Trouble};
use crate::browser;
use crate::compare::{Known, Unreadable};
use crate::components::{Button, ButtonKind, Callout, Crumb, PageHead, Tone, section};
use crate::error::ConsoleError;
use crate::pages::frame::FrameData;
use crate::pages::{account_param, loaded};
use crate::routes;
use crate::text::{K, fill, t};

/// The largest file that is read, in bytes: far more than fifty thousand members need.
const LARGEST: u32 = 50_000_000;

/// A group that is here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupHere {
    id: String,
    name: String,
    external_id: Option<String>,
}

/// A membership that is here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MemberHere {
    group: String,
    user: String,
    user_name: String,
}

/// A user who is here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserHere {
    id: String,
    user_name: String,
}

/// The page.
pub struct ComparePage;

/// How far it is.
#[derive(Clone, Debug)]
enum Stage {
    /// Nothing to compare yet.
    Idle,
    /// At work, at this.
    Working(String),
    /// It could not be done.
    Stopped(Trouble),
    /// Done.
    Done(Box<Done>),
}

#[lazy_route]
impl LazyRoute for ComparePage {
    fn data() -> Self {
        Self
    }

    fn view(ComparePage: Self) -> AnyView {
        let account = account_param();
        let known = Resource::new(move || account.get(), load_known);
        let stage = RwSignal::new(Stage::Idle);
        loaded(known, move |frame, known| view(&frame, known, stage))
    }
}

fn view(frame: &FrameData, known: Known, stage: RwSignal<Stage>) -> AnyView {
    let to = frame.to();
    let crumbs = vec![
        Crumb::link(frame.account_name(), to.overview()),
        Crumb::section(t(K::TroubleTitle), to.troubleshooting()),
    ];
    let about = view! {
        <p>
            <strong>{t(K::CompareStays)}</strong>
        </p>
        <p>{t(K::CompareAbout)}</p>
    };
    view! {
        <PageHead title=t(K::CompareTitle) crumbs=crumbs state=about.into_any() />
        <noscript>
            <p class="callout warning">{t(K::CompareNoScript)}</p>
        </noscript>
        {section("list", fill(K::CompareList, &[("idp", &known.idp)]), t(K::CompareListAbout), input(&to, known, stage))}
        {outcome(to, stage)}
    }
    .into_any()
}

/// The fields have no names and stand in no form: there is nothing that could be sent.
fn input(to: &routes::Account, known: Known, stage: RwSignal<Stage>) -> AnyView {
    let pasted = NodeRef::<Textarea>::new();
    let file = RwSignal::new(None::<(String, Option<String>)>);
    let one_group = RwSignal::new(String::new());
    let account = to.id();
    let press = move |_| {
        let text = file
            .get_untracked()
            .and_then(|(_, text)| text)
            .or_else(|| pasted.get_untracked().map(|field| field.value()))
            .unwrap_or_default();
        run::start(
            account.clone(),
            text,
            one_group.get_untracked(),
            known.clone(),
            stage,
        );
    };
    let read = move |event| {
        browser::read_file(&event, LARGEST, move |name, text| file.set(Some((name, text))));
    };
    let chosen = move || {
        file.with(|file| {
            let (name, text) = file.as_ref()?;
            let key = if text.is_some() {
                K::CompareFileChosen
            } else {
                K::CompareFileUnread
            };
            Some(fill(key, &[("name", name)]))
        })
    };
    view! {
        <div class="field">
            <label for="compare-file">{t(K::CompareFile)}</label>
            <input id="compare-file" type="file" accept=".csv,.txt,text/csv,text/plain" on:change=read />
            <p class="field-hint" role="status">
                {chosen}
            </p>
        </div>
        <div class="field">
            <label for="compare-text">{t(K::ComparePaste)}</label>
            <textarea
                id="compare-text"
                node_ref=pasted
                rows="8"
                spellcheck="false"
                aria-describedby="compare-text-hint"
                on:input=move |_| file.set(None)
            />
            <p id="compare-text-hint" class="field-hint">
                {t(K::ComparePasteHint)}
            </p>
        </div>
        <div class="field">
            <label for="compare-group">{t(K::CompareGroup)}</label>
            <input
                id="compare-group"
                type="text"
                autocomplete="off"
                aria-describedby="compare-group-hint"
                on:input=move |event| one_group.set(event_target_value(&event))
            />
            <p id="compare-group-hint" class="field-hint">
                {t(K::CompareGroupHint)}
            </p>
        </div>
        <div class="actions">
            <Button kind=ButtonKind::Primary label=t(K::CompareButton) on_press=press />
        </div>
    }
    .into_any()
}

fn outcome(to: routes::Account, stage: RwSignal<Stage>) -> AnyView {
    let working = move || match stage.get() {
        Stage::Working(at) => Some(at),
        Stage::Done(_) => Some(t(K::CompareDone).to_owned()),
        Stage::Idle | Stage::Stopped(_) => None,
    };
    let stopped = move || match stage.get() {
        Stage::Stopped(trouble) => {
            let sentence = match trouble {
                Trouble::List(Unreadable::Empty) => t(K::CompareEmpty).to_owned(),
                Trouble::List(Unreadable::NoGroup) => t(K::CompareNoGroup).to_owned(),
                Trouble::Server(error) => error.sentence(),
            };
            Some(view! { <Callout tone=Tone::Bad title=sentence /> })
        }
        _ => None,
    };
    let result = move || match stage.get() {
        Stage::Done(done) => Some(result::view(&to, &done)),
        _ => None,
    };
    view! {
        <p class="compare-progress" role="status">
            {working}
        </p>
        <div role="alert">{stopped}</div>
        {result}
    }
    .into_any()
}

/// What explains differences: refusals that still stand, and when the identity provider is due. The answer is the same
/// whatever is compared.
#[server(input = PostUrl)]
pub async fn load_known(
    /// The account.
    account: String,
) -> Result<Known, ConsoleError> {
    use crate::compare::KnownRefusal;
    use crate::subject::{finding, problem};

    let (account, _) = crate::session::reader(&account).await?;
    let directory = crate::session::directory();
    let connection = directory.get_connection(account).await?;
    let facts = directory.facts(account, finding::documented(&connection)).await?;
    Ok(Known {
        refusals: facts
            .refused
            .iter()
            .map(|refused| KnownRefusal {
                is_group: refused.is_group,
                name: refused.name.clone(),
                problem: problem::of_reason(refused.reason).map(str::to_owned),
                detail: refused.detail.clone(),
                entry: refused.entry.to_string(),
            })
            .collect(),
        due_at: facts.due_at().map(Into::into),
        now: facts.now.into(),
        drops_nested: facts.documented.drops_nested,
        idp: finding::guide_of(&connection).short,
    })
}

/// The account's groups after this one, some at a time; none: that was all.
#[server(input = PostUrl)]
pub async fn compare_groups(
    /// The account.
    account: String,
    /// The last group of the page before.
    after: Option<String>,
) -> Result<Vec<GroupHere>, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let after = after.and_then(|after| after.parse().ok());
    let groups = crate::session::directory()
        .compared_groups(account, after)
        .await?;
    Ok(groups
        .into_iter()
        .map(|group| GroupHere {
            id: group.id.to_string(),
            name: group.display_name,
            external_id: group.external_id,
        })
        .collect())
}

/// The account's memberships after this one, some at a time; none: that was all.
#[server(input = PostUrl)]
pub async fn compare_members(
    /// The account.
    account: String,
    /// The last membership of the page before: `<group>:<user>`.
    after: Option<String>,
) -> Result<Vec<MemberHere>, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let after = after.and_then(|after| {
        let (group, user) = after.split_once(':')?;
        Some((group.parse().ok()?, user.parse().ok()?))
    });
    let members = crate::session::directory()
        .compared_members(account, after)
        .await?;
    Ok(members
        .into_iter()
        .map(|member| MemberHere {
            group: member.group_id.to_string(),
            user: member.member_id.to_string(),
            user_name: member.user_name,
        })
        .collect())
}

/// The account's SCIM-managed users after this one, some at a time; none: that was all.
#[server(input = PostUrl)]
pub async fn compare_users(
    /// The account.
    account: String,
    /// The last user of the page before.
    after: Option<String>,
) -> Result<Vec<UserHere>, ConsoleError> {
    let (account, _) = crate::session::reader(&account).await?;
    let after = after.and_then(|after| after.parse().ok());
    let users = crate::session::directory().compared_users(account, after).await?;
    Ok(users
        .into_iter()
        .map(|user| UserHere {
            id: user.id.to_string(),
            user_name: user.user_name,
        })
        .collect())
}
