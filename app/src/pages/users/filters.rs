//! Searching and narrowing the list of users. Everything is one form, whose fields stand in the address.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;

use super::UserList;
use crate::components::{Checkbox, Icon, Select, SelectOption, icon};
use crate::routes;
use crate::subject::role::options;
use crate::subject::user_filter::{Order, UserFilter};
use crate::text::{K, P, count, fill, t};

/// How long nobody types before the list follows.
const PAUSE: Duration = Duration::from_millis(200);
/// Days that can be asked for.
const UNSEEN: [u16; 3] = [7, 30, 90];

/// The list follows what is typed, after a moment.
#[derive(Clone, Copy)]
pub(super) struct Typing {
    timer: StoredValue<Option<TimeoutHandle>>,
    go: Callback<String>,
}

impl Typing {
    /// `go` opens an address in place of this one.
    pub(super) fn new(go: impl Fn(String) + Send + Sync + 'static) -> Self {
        Self {
            timer: StoredValue::new(None),
            go: Callback::new(go),
        }
    }

    fn typed(self, href: String) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        let timer = set_timeout_with_handle(move || self.go.run(href), PAUSE);
        self.timer.set_value(timer.ok());
    }
}

pub(super) fn filters(list: &UserList, to: &routes::Account, typing: Typing) -> AnyView {
    let filter = list.filter.from_start();
    let (path, of_typed) = (to.users(), filter.clone());
    let follow = move |event| {
        let typed = UserFilter {
            search: event_target_value(&event),
            ..of_typed.clone()
        };
        typing.typed(typed.href(&path));
    };
    view! {
        <form class="filters" role="search" method="get" action=to.users()>
            <div class="search">
                <input
                    type="search"
                    name="q"
                    value=filter.search.clone()
                    aria-label=t(K::UsersSearch)
                    placeholder=t(K::UsersSearch)
                    autocomplete="off"
                    on:input=follow
                />
                <button type="submit" class="button">
                    {t(K::FilterSearch)}
                </button>
            </div>
            {more(list, &filter)}
        </form>
        <nav class="chips" aria-label=t(K::FilterLabel)>
            {toggles(&filter, to)}
            {removable(list, &filter, to)}
        </nav>
    }
    .into_any()
}

/// The fields that are not always needed, folded away. They are sent all the same, so that a search keeps them.
fn more(list: &UserList, filter: &UserFilter) -> AnyView {
    let any = || SelectOption::new("", t(K::FilterAny));
    let choice =
        |value: Option<bool>, yes: &str, no: &str| value.map(|value| if value { yes } else { no }.to_owned());
    let managed = vec![
        any(),
        SelectOption::new("scim", t(K::UserScim)),
        SelectOption::new("manual", t(K::UserManual)),
    ];
    let states = vec![
        any(),
        SelectOption::new("active", t(K::UserActive)),
        SelectOption::new("inactive", t(K::UserInactive)),
    ];
    let roles: Vec<SelectOption> = std::iter::once(any()).chain(options(&list.roles)).collect();
    let days = |days: &u16| SelectOption::new(days.to_string(), count(P::FilterDays, (*days).into()));
    let unseen: Vec<SelectOption> = std::iter::once(any()).chain(UNSEEN.iter().map(days)).collect();
    let orders = Order::ALL
        .iter()
        .flat_map(|order| {
            let label = order_label(*order);
            [
                SelectOption::new(order.as_str(), label),
                SelectOption::new(
                    format!("-{}", order.as_str()),
                    fill(K::SortTurned, &[("order", label)]),
                ),
            ]
        })
        .collect();
    let groups = list
        .groups
        .iter()
        .map(|name| view! { <option value=name.clone()></option> })
        .collect_view();
    let group = list
        .group
        .as_ref()
        .map(|group| group.name.clone())
        .or_else(|| filter.group.clone());
    view! {
        <details class="more">
            <summary>{t(K::FilterMore)}</summary>
            <div class="filter-fields">
                <Select
                    name="managed"
                    label=t(K::UserManagedBy)
                    options=managed
                    selected=choice(filter.is_scim, "scim", "manual").unwrap_or_default()
                />
                <Select
                    name="state"
                    label=t(K::UserState)
                    options=states
                    selected=choice(filter.active, "active", "inactive").unwrap_or_default()
                />
                <Select
                    name="role"
                    label=t(K::FieldRole)
                    options=roles
                    selected=filter.role.clone().unwrap_or_default()
                />
                <div class="field">
                    <label for="field-group">{t(K::FilterGroup)}</label>
                    <input id="field-group" name="group" list="groups" value=group autocomplete="off" />
                    <datalist id="groups">{groups}</datalist>
                </div>
                <Select
                    name="unseen"
                    label=t(K::FilterUnseen)
                    options=unseen
                    selected=filter.unseen.map(|days| days.to_string()).unwrap_or_default()
                />
                <Select
                    name="sort"
                    label=t(K::SortLabel)
                    options=orders
                    selected=filter.sort().unwrap_or_else(|| Order::default().as_str().to_owned())
                />
                <Checkbox name="extra" value="1" label=t(K::FilterExtra) checked=filter.extra />
                <button type="submit" class="button">
                    {t(K::FilterApply)}
                </button>
            </div>
        </details>
    }
    .into_any()
}

pub(super) fn order_label(order: Order) -> &'static str {
    t(match order {
        Order::Username => K::FieldUsername,
        Order::Name => K::UserName,
        Order::Changed => K::UserChanged,
    })
}

/// What one press narrows by; pressing a chosen one again takes it back.
fn toggles(filter: &UserFilter, to: &routes::Account) -> AnyView {
    let chip = |label: K, pressed: bool, filter: UserFilter| {
        let href = filter.href(&to.users());
        view! {
            <a class="chip" href=href aria-current=pressed.then_some("true")>
                {t(label)}
            </a>
        }
    };
    let managed = |is_scim: bool| UserFilter {
        is_scim: toggled(filter.is_scim, is_scim),
        ..filter.clone()
    };
    let state = |active: bool| UserFilter {
        active: toggled(filter.active, active),
        ..filter.clone()
    };
    let extra = UserFilter {
        extra: !filter.extra,
        ..filter.clone()
    };
    let all = UserFilter {
        search: filter.search.clone(),
        order: filter.order,
        descending: filter.descending,
        ..UserFilter::default()
    };
    let only_searched = all == *filter;
    [
        chip(K::FilterAll, only_searched, all),
        chip(K::UserScim, filter.is_scim == Some(true), managed(true)),
        chip(K::UserManual, filter.is_scim == Some(false), managed(false)),
        chip(K::UserActive, filter.active == Some(true), state(true)),
        chip(K::UserInactive, filter.active == Some(false), state(false)),
        chip(K::FilterExtra, filter.extra, extra),
    ]
    .collect_view()
    .into_any()
}

fn toggled(now: Option<bool>, pressed: bool) -> Option<bool> {
    (now != Some(pressed)).then_some(pressed)
}

/// What was chosen in the form; a chip takes itself away.
fn removable(list: &UserList, filter: &UserFilter, to: &routes::Account) -> AnyView {
    let role = filter.role.as_ref().map(|asked| {
        let role = list.roles.iter().find(|role| role.as_str() == asked);
        let without = UserFilter {
            role: None,
            ..filter.clone()
        };
        (
            fill(K::ChipRole, &[("role", role.map_or(asked, |role| role.label()))]),
            without,
        )
    });
    let group = filter.group.as_ref().map(|asked| {
        let name = list.group.as_ref().map_or(asked, |group| &group.name);
        let without = UserFilter {
            group: None,
            ..filter.clone()
        };
        (fill(K::ChipGroup, &[("group", name)]), without)
    });
    let unseen = filter.unseen.map(|days| {
        let without = UserFilter {
            unseen: None,
            ..filter.clone()
        };
        (count(P::ChipUnseen, days.into()), without)
    });
    [role, group, unseen]
        .into_iter()
        .flatten()
        .map(|(label, without)| {
            let href = without.href(&to.users());
            let name = fill(K::ChipRemove, &[("filter", &label)]);
            view! {
                <a class="chip" href=href aria-current="true" aria-label=name>
                    {label}
                    {icon(Icon::Cross)}
                </a>
            }
        })
        .collect_view()
        .into_any()
}
