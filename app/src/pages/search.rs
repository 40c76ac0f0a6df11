//! Search: any user, group, page, guide or known problem of an account by a part of its name. With script the same is
//! in front of every page (`frame/palette.rs`).

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::components::{Crumb, PageHead, StatusLine, search_form};
use crate::error::ConsoleError;
use crate::text::{K, fill, t};

/// How many of each kind are found at the most.
#[cfg(feature = "ssr")]
const MOST: usize = 5;
/// A text of so many letters is looked for in all that is written of a known problem; a shorter one in its title alone.
#[cfg(feature = "ssr")]
const TELLING: usize = 4;

/// Something that has an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// What tells it from others of the name; may be empty.
    pub detail: String,
    /// Its address.
    pub href: String,
}

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A page of the console.
    Page,
    /// The guide for an identity provider.
    Guide,
    /// A known problem.
    Problem,
    /// What happened to something of this name.
    Activity,
}

impl Kind {
    /// Its name.
    pub const fn label(self) -> K {
        match self {
            Self::User => K::SearchUser,
            Self::Group => K::SearchGroup,
            Self::Page => K::SearchPage,
            Self::Guide => K::SearchGuide,
            Self::Problem => K::SearchProblem,
            Self::Activity => K::SearchActivity,
        }
    }
}

/// The page.
pub struct SearchPage;

#[lazy_route]
impl LazyRoute for SearchPage {
    fn data() -> Self {
        Self
    }

    fn view(SearchPage: Self) -> AnyView {
        let (account, query) = (account_param(), use_query_map());
        let asked = move || (account.get(), query.read().get("q").unwrap_or_default());
        let found = Resource::new(asked, |(account, text)| find(account, text));
        loaded(found, move |frame, found| {
            view(
                &frame,
                &query.read_untracked().get("q").unwrap_or_default(),
                &found,
            )
        })
    }
}

fn view(frame: &FrameData, text: &str, found: &[Found]) -> AnyView {
    let to = frame.to();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let nothing = nothing_but_activity(found).then(|| {
        let sentence = fill(K::SearchNothing, &[("text", text)]);
        view! { <StatusLine>{sentence}</StatusLine> }
    });
    let found = found
        .iter()
        .map(|found| view! { <li>{link(found.clone(), None, None)}</li> })
        .collect_view();
    view! {
        <PageHead title=t(K::SearchTitle) crumbs=crumbs />
        <div class="section wide">
            {search_form(to.search(), text, K::SearchField, [])} {nothing} <ul class="found" aria-label=t(K::SearchFound)>
                {found}
            </ul>
        </div>
    }
    .into_any()
}

/// Whether nothing has the name.
pub fn nothing_but_activity(found: &[Found]) -> bool {
    found.iter().all(|found| found.kind == Kind::Activity)
}

/// The link to what was found. `chosen`: what happens besides, when it is followed.
pub fn link(found: Found, id: Option<String>, chosen: Option<Callback<()>>) -> AnyView {
    let Found {
        kind,
        name,
        detail,
        href,
    } = found;
    // The browser itself goes to a place on a page.
    let external = href.contains('#').then_some("external");
    let follow = move |_| {
        if let Some(chosen) = chosen {
            chosen.run(());
        }
    };
    view! {
        <a id=id href=href rel=external on:click=follow>
            <span>{name}</span>
            <span class="muted">{detail}</span>
            <span class="muted">{t(kind.label())}</span>
        </a>
    }
    .into_any()
}

/// What has this text in its name: users, groups, pages, guides and known problems, a few of each, and the way to the
/// activity. Without a text, the pages.
#[server(input = PostUrl)]
pub async fn find(
    /// The account.
    account: String,
    /// A part of a name.
    #[server(default)]
    text: String,
) -> Result<Vec<Found>, ConsoleError> {
    let (id, person) = crate::session::reader(&account).await?;
    let to = crate::routes::Account::new(&account);
    let text = text.trim();
    let mut found = Vec::new();
    if !text.is_empty() {
        found.extend(users(id, text, &to).await?);
        found.extend(groups(id, text, &to).await?);
    }
    found.extend(pages(text, &to, person.may_write(id)));
    if !text.is_empty() {
        found.extend(guides(text, &to));
        found.extend(problems(text, &to));
        found.push(Found {
            kind: Kind::Activity,
            name: fill(K::SearchInActivity, &[("text", text)]),
            detail: String::new(),
            href: crate::routes::with_query(&to.activity(), &[("q", Some(text))]),
        });
    }
    Ok(found)
}

#[cfg(feature = "ssr")]
async fn users(
    account: directory::AccountId,
    text: &str,
    to: &crate::routes::Account,
) -> Result<Vec<Found>, ConsoleError> {
    let query = directory::UserQuery {
        search: text.to_owned(),
        limit: MOST.try_into().unwrap_or(u16::MAX),
        ..directory::UserQuery::default()
    };
    let (users, _) = crate::session::directory().walk_users(account, &query).await?;
    let found = users.into_iter().map(|user| Found {
        kind: Kind::User,
        detail: user.name.unwrap_or_default(),
        href: to.user(&user.id.to_string()),
        name: user.user_name,
    });
    Ok(found.collect())
}

#[cfg(feature = "ssr")]
async fn groups(
    account: directory::AccountId,
    text: &str,
    to: &crate::routes::Account,
) -> Result<Vec<Found>, ConsoleError> {
    let query = directory::GroupQuery {
        search: text.to_owned(),
        limit: MOST.try_into().unwrap_or(u16::MAX),
        ..directory::GroupQuery::default()
    };
    let groups = crate::session::directory()
        .list_groups(account, &query)
        .await?
        .groups;
    let found = groups.into_iter().map(|group| Found {
        kind: Kind::Group,
        detail: crate::text::count(crate::text::P::GroupMemberCount, group.members),
        href: to.group(&group.id.to_string()),
        name: group.display_name,
    });
    Ok(found.collect())
}

/// The pages of an account, and what can be done there by who may.
#[cfg(feature = "ssr")]
fn pages(text: &str, to: &crate::routes::Account, may_write: bool) -> Vec<Found> {
    let mut pages = vec![
        (K::OverviewTitle, to.overview()),
        (K::UsersTitle, to.users()),
        (K::GroupsTitle, to.groups()),
        (K::RolesTitle, to.roles()),
        (K::ActivityTitle, to.activity()),
        (K::IdentityTitle, to.identity()),
        (K::ProvisioningTitle, to.provisioning()),
        (K::SetupTitle, to.setup()),
        (K::TroubleTitle, to.troubleshooting()),
        (K::CompareTitle, to.compare()),
        (K::ExtraTitle, to.extra_roles()),
    ];
    if may_write {
        pages.extend([
            (K::UserAdd, to.new_user()),
            (K::RoleAdd, to.new_role()),
            (K::TokenGenerate, to.new_token()),
        ]);
    }
    pages
        .into_iter()
        .filter(|(name, _)| has_words(t(*name), text))
        .map(|(name, href)| Found {
            kind: Kind::Page,
            name: t(name).to_owned(),
            detail: String::new(),
            href,
        })
        .collect()
}

#[cfg(feature = "ssr")]
fn guides(text: &str, to: &crate::routes::Account) -> Vec<Found> {
    crate::subject::guide::names()
        .into_iter()
        .filter(|guide| has_words(&guide.name, text))
        .take(MOST)
        .map(|guide| Found {
            kind: Kind::Guide,
            href: to.guide(&guide.id),
            name: guide.name,
            detail: String::new(),
        })
        .collect()
}

#[cfg(feature = "ssr")]
fn problems(text: &str, to: &crate::routes::Account) -> Vec<Found> {
    crate::subject::problem::search(text, None)
        .into_iter()
        .filter(|problem| text.chars().count() >= TELLING || has_words(&problem.title, text))
        .take(MOST)
        .map(|problem| Found {
            kind: Kind::Problem,
            href: to.problem(&problem.id),
            name: problem.title,
            detail: String::new(),
        })
        .collect()
}

/// Whether with every word of `text` a word of `name` begins, in any letter-case.
#[cfg(feature = "ssr")]
fn has_words(name: &str, text: &str) -> bool {
    let name = name.to_lowercase();
    let begins = |word: &str| {
        name.split(|letter: char| !letter.is_alphanumeric())
            .any(|own| own.starts_with(word))
    };
    text.to_lowercase().split_whitespace().all(begins)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_by_their_words_and_what_changes_something_by_who_may() {
        let to = crate::routes::Account::new("1");
        let names = |text: &str, may_write| -> Vec<String> {
            pages(text, &to, may_write)
                .into_iter()
                .map(|found| found.name)
                .collect()
        };
        assert_eq!(
            names("SCIM user", false),
            ["Automated user provisioning with SCIM"]
        );
        assert_eq!(names("add", true), ["Add user", "Add role"]);
        assert_eq!(names("add", false), Vec::<String>::new());
        assert_eq!(
            names("ctivit", false),
            Vec::<String>::new(),
            "words are found by how they begin"
        );
        assert_eq!(names("", false).len(), 11);
        assert_eq!(names("nothing of this name", true), Vec::<String>::new());
    }

    #[test]
    fn guides_and_known_problems_are_found_where_they_stand() {
        let to = crate::routes::Account::new("1");
        let found = guides("entra", &to);
        assert_eq!(found[0].name, "Microsoft Entra ID");
        assert_eq!(
            found[0].href,
            "/accounts/1/identity/provisioning/setup/configure?guide=entra"
        );
        let problem = &problems("quarantine four weeks", &to)[0];
        assert_eq!(problem.href, "/accounts/1/troubleshooting#problem-quarantine");
        assert_eq!(problems("fi", &to), [], "a few letters stand in everything");
    }
}
