//! The frame around every page of somebody who is signed in: where one can go, who one is, and the way out.

pub mod announcement;
mod palette;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::components::Outlet;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

use super::MAIN;
use crate::browser;
use crate::components::{Icon, SubmitButton, action_form, icon};
use crate::error::ConsoleError;
use crate::routes;
use crate::subject::theme::{SetTheme, Theme};
use crate::text::{K, fill, t};

/// The id of the popover that is the menu where the window is narrow.
const MENU: &str = "menu";
/// The id of the popover with the other accounts.
const SWITCHER: &str = "switcher";

/// An account by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountName {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// What the frame shows, and what pages need to know of who is looking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameData {
    /// The account of the page; none on a page of no account, or where the person may not see it.
    pub account: Option<AccountName>,
    /// All accounts, for an owner.
    pub accounts: Vec<AccountName>,
    /// What the person signed in as.
    pub person: String,
    /// Whether the person is an owner.
    pub is_owner: bool,
    /// Whether the person may change this account.
    pub may_write: bool,
    /// The theme.
    pub theme: Theme,
}

impl FrameData {
    /// The paths of the page's account.
    pub fn to(&self) -> routes::Account {
        routes::Account::new(
            self.account
                .as_ref()
                .map(|account| account.id.clone())
                .unwrap_or_default(),
        )
    }

    /// The name of the page's account.
    pub fn account_name(&self) -> String {
        self.account
            .as_ref()
            .map(|account| account.name.clone())
            .unwrap_or_default()
    }
}

/// The frame's data, for the pages within.
#[derive(Clone, Copy)]
pub struct FrameResource(pub Resource<Result<FrameData, ConsoleError>>);

/// The frame.
#[component]
pub fn Frame() -> impl IntoView {
    let path = use_location().pathname;
    // On the way out of the frame the path is no account's, and nothing is to be read for it.
    let account = Memo::new(move |before: Option<&Option<String>>| {
        path.with(|path| match before {
            Some(before) if !path.starts_with(routes::ACCOUNTS) => before.clone(),
            _ => routes::account_of(path),
        })
    });
    let frame = Resource::new(move || account.get(), load_frame);
    provide_context(FrameResource(frame));
    let side = move || Suspend::new(async move { frame.await.ok().map(side) });
    view! {
        <a class="skip-link" href=format!("#{MAIN}")>
            {t(K::SkipLink)}
        </a>
        <div class="frame">
            <header class="side">
                <div class="side-top">
                    <a class="brand" href=routes::HOME>
                        {icon(Icon::Roll)}
                        {t(K::Brand)}
                    </a>
                    {palette::palette(account)}
                    <button type="button" class="button quiet menu-button" popovertarget=MENU>
                        {icon(Icon::Menu)}
                        {t(K::MenuButton)}
                    </button>
                </div>
                <Transition>{side}</Transition>
            </header>
            <main id=MAIN tabindex="-1">
                {announcement::announcement(account)}
                <Outlet />
            </main>
        </div>
    }
    .into_any()
}

fn side(frame: FrameData) -> AnyView {
    view! {
        <div id=MENU class="menu" popover="auto" on:click=move |_| browser::hide_popover(MENU)>
            {switcher(&frame)}
            {navigation(&frame)}
            <div class="side-end">{theme_switch(frame.theme)} {person(frame.person)}</div>
        </div>
    }
    .into_any()
}

/// The account's name; a button that opens the list of the others, where there are several.
fn switcher(frame: &FrameData) -> AnyView {
    let Some(account) = frame.account.clone() else {
        return ().into_any();
    };
    let others: Vec<AccountName> = frame
        .accounts
        .iter()
        .filter(|other| other.id != account.id)
        .cloned()
        .collect();
    if others.is_empty() {
        return view! { <p class="account-name">{account.name}</p> }.into_any();
    }
    let name = fill(K::SwitcherName, &[("account", &account.name)]);
    let links = others
        .into_iter()
        .map(|other| {
            let href = routes::Account::new(other.id).overview();
            view! {
                <li>
                    <a href=href>{other.name}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="switcher" on:click=|event| event.stop_propagation()>
            <button type="button" class="account-name" popovertarget=SWITCHER aria-label=name>
                <span>{account.name}</span>
                {icon(Icon::Down)}
            </button>
            <ul id=SWITCHER class="switcher-list" popover="auto" on:click=|_| browser::hide_popover(SWITCHER)>
                {links}
            </ul>
        </div>
    }
    .into_any()
}

fn navigation(frame: &FrameData) -> AnyView {
    let mut entries = vec![(t(K::AccountsTitle), routes::ACCOUNTS.to_owned(), true)];
    if frame.is_owner && frame.account.is_none() {
        entries.push((t(K::WishesTitle), routes::WISHES.to_owned(), true));
    }
    if let Some(account) = &frame.account {
        let to = routes::Account::new(&account.id);
        entries.extend([
            (t(K::OverviewTitle), to.overview(), true),
            (t(K::UsersTitle), to.users(), false),
            (t(K::GroupsTitle), to.groups(), false),
            (t(K::RolesTitle), to.roles(), false),
            (t(K::ActivityTitle), to.activity(), false),
            (t(K::IdentityTitle), to.identity(), false),
            (t(K::TroubleTitle), to.troubleshooting(), false),
        ]);
    }
    let path = use_location().pathname;
    let links = entries
        .into_iter()
        .map(|(label, href, exact)| {
            let target = href.clone();
            let current = move || {
                path.with(|path| is_current(path, &target, exact))
                    .then_some("page")
            };
            view! {
                <li>
                    <a href=href aria-current=current>
                        {label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav aria-label=t(K::NavigationLabel)>
            <ul>{links}</ul>
        </nav>
    }
    .into_any()
}

/// Whether the page at `path` is the one at `target`, or below it.
fn is_current(path: &str, target: &str, exact: bool) -> bool {
    path.strip_prefix(target)
        .is_some_and(|rest| rest.is_empty() || (!exact && rest.starts_with('/')))
}

fn theme_switch(theme: Theme) -> AnyView {
    let action = ServerAction::<SetTheme>::new();
    let chosen = RwSignal::new(theme);
    Effect::new(move |before: Option<()>| {
        let theme = chosen.get();
        if before.is_some() {
            browser::set_root_attribute("data-theme", theme.attribute());
        }
    });
    let choices = [
        (Theme::System, Icon::Screen, K::ThemeSystem),
        (Theme::Light, Icon::Sun, K::ThemeLight),
        (Theme::Dark, Icon::Moon, K::ThemeDark),
    ]
    .map(|(theme, picture, label)| {
        let pressed = move || if chosen.get() == theme { "true" } else { "false" };
        view! {
            <button
                type="submit"
                name="theme"
                value=theme.as_str()
                aria-pressed=pressed
                aria-label=t(label)
                title=t(label)
                on:click=move |_| chosen.set(theme)
            >
                {icon(picture)}
            </button>
        }
    })
    .collect_view();
    let content = view! {
        <div class="theme-switch" role="group" aria-label=t(K::ThemeLabel)>
            {choices}
        </div>
    };
    action_form(action, &[], content)
}

fn person(name: String) -> AnyView {
    let action = ServerAction::<SignOut>::new();
    let button = view! { <SubmitButton label=t(K::SignOutButton) pending=action.pending() /> };
    view! {
        <div class="person">
            <p>{name}</p>
            {action_form(action, &[], button)}
        </div>
    }
    .into_any()
}

/// What the frame of a page shows. `account`: the id in the page's path.
#[server(input = PostUrl)]
pub async fn load_frame(
    /// The id in the page's path.
    account: Option<String>,
) -> Result<FrameData, ConsoleError> {
    use directory::Person;

    use crate::session;

    let person = session::person().await?;
    let directory = session::directory();
    let accounts = match &person {
        Person::Owner { .. } => directory.list_accounts().await?,
        Person::User { account, .. } => vec![directory.get_account(*account).await?],
    };
    let asked = account.and_then(|id| id.parse().ok());
    let may_write = asked.is_some_and(|account| person.may_write(account));
    let named = |account: &directory::Account| AccountName {
        id: account.id.to_string(),
        name: account.name.clone(),
    };
    let (is_owner, name) = match person {
        Person::Owner { email, .. } => (true, email),
        Person::User { user_name, .. } => (false, user_name),
    };
    Ok(FrameData {
        account: accounts
            .iter()
            .find(|account| Some(account.id) == asked)
            .map(named),
        accounts: if is_owner {
            accounts.iter().map(named).collect()
        } else {
            Vec::new()
        },
        person: name,
        is_owner,
        may_write,
        theme: Theme::of_request(),
    })
}

/// Signs out.
#[server(input = PostUrl)]
pub async fn sign_out() -> Result<(), ConsoleError> {
    crate::session::end().await
}

#[cfg(test)]
mod tests {
    use super::is_current;

    #[test]
    fn an_entry_is_current_on_its_page_and_below() {
        for (path, target, exact, expected) in [
            ("/accounts/1/users", "/accounts/1/users", false, true),
            ("/accounts/1/users/2", "/accounts/1/users", false, true),
            ("/accounts/1/users2", "/accounts/1/users", false, false),
            ("/accounts/1", "/accounts/1", true, true),
            ("/accounts/1/users", "/accounts/1", true, false),
        ] {
            assert_eq!(is_current(path, target, exact), expected, "{path} {target}");
        }
    }
}
