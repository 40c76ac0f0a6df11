//! The table of users, the way through its pages, and the way out of it as a file.

use leptos::prelude::*;

use super::UserList;
use super::columns::{ChooseColumns, Column, choice};
use super::filters::order_label;
use crate::components::{
    Badge, LinkButton, Paging, RelativeTime, Table, Tone, column, empty_state_with, sorted_column,
};
use crate::format::{Moment, number, size};
use crate::routes;
use crate::subject::user::{UserRow, activity, managed_by};
use crate::subject::user_filter::{Order, Part, UserFilter};
use crate::text::{K, P, count_with, t};

pub(super) fn table(list: &UserList, to: &routes::Account) -> AnyView {
    if list.users.is_empty() {
        return empty_state_with(
            t(K::UsersNone),
            t(K::UsersNoneReason),
            view! { <LinkButton href=to.users() label=t(K::FilterClear) /> },
        );
    }
    let mut columns = vec![heading(list, to, Order::Username)];
    columns.extend(list.columns.iter().map(|chosen| match chosen {
        Column::Name => heading(list, to, Order::Name),
        Column::Changed => heading(list, to, Order::Changed),
        other => column(other.label()),
    }));
    let shown = number(size(list.users.len()));
    let summary = count_with(P::UsersShown, list.total, &[("shown", &shown)]);
    let page = |part: Part| list.filter.part(part).href(&to.users());
    let rows = list.users.iter().map(|user| row(user, list, to)).collect_view();
    view! {
        <Table label=t(K::UsersTitle) columns=columns stacks=true>
            {rows}
        </Table>
        <Paging
            label=t(K::UsersPages)
            summary=Some(summary)
            first=list.previous.is_some().then(|| page(Part::First))
            previous=list.previous.clone().map(|place| page(Part::Before(place)))
            next=list.next.clone().map(|place| page(Part::After(place)))
            last=list.next.is_some().then(|| page(Part::Last))
        />
    }
    .into_any()
}

/// A heading that sorts; pressing the one that sorts already turns the order round.
fn heading(list: &UserList, to: &routes::Account, order: Order) -> AnyView {
    let is_current = list.filter.order == order;
    let other = UserFilter {
        order,
        // What changed last is asked for more often than what changed first.
        descending: if is_current {
            !list.filter.descending
        } else {
            order == Order::Changed
        },
        ..list.filter.from_start()
    };
    sorted_column(
        order_label(order),
        other.href(&to.users()),
        is_current.then_some(list.filter.descending),
    )
}

fn row(user: &UserRow, list: &UserList, to: &routes::Account) -> AnyView {
    let href = to.user(&user.id);
    let cells = list
        .columns
        .iter()
        .map(|column| cell(*column, user, list.now))
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                <a href=href>{user.user_name.clone()}</a>
            </th>
            {cells}
        </tr>
    }
    .into_any()
}

fn cell(column: Column, user: &UserRow, now: Moment) -> AnyView {
    let time = |at: Option<Moment>| at.map(|at| view! { <RelativeTime at=at now=now /> });
    match column {
        Column::Name => view! { <td>{user.name.clone()}</td> }.into_any(),
        Column::Email => view! { <td>{user.email.clone()}</td> }.into_any(),
        Column::External => {
            let id = user.external_id.clone().map(|id| view! { <code>{id}</code> });
            view! { <td>{id}</td> }.into_any()
        }
        Column::Managed => {
            let glass = user
                .break_glass
                .then(|| view! { <Badge tone=Tone::Warning label=t(K::UserBreakGlassShort) /> });
            view! {
                <td>
                    <span class="row">{managed_by(user.is_scim)} {glass}</span>
                </td>
            }
            .into_any()
        }
        Column::State => view! { <td>{activity(user.active)}</td> }.into_any(),
        Column::Roles => {
            let roles = user
                .roles
                .iter()
                .map(|role| view! { <li>{role.line()}</li> })
                .collect_view();
            view! {
                <td class="whole">
                    <ul>{roles}</ul>
                </td>
            }
            .into_any()
        }
        Column::Changed => view! { <td>{time(Some(user.modified_at))}</td> }.into_any(),
        Column::Seen => view! { <td>{time(user.seen_at)}</td> }.into_any(),
    }
}

/// The choice of columns, and the list as a file.
pub(super) fn below(list: &UserList, to: &routes::Account, choose: ServerAction<ChooseColumns>) -> AnyView {
    let file = |kind: &str| list.filter.from_start().href(&to.export_users(kind));
    view! {
        <div class="list-end">
            {choice(&list.columns, choose)}
            <p>
                {t(K::ExportLabel)} " "
                <a href=file("csv") download="users.csv">
                    "CSV"
                </a> ", "
                <a href=file("json") download="users.json">
                    "JSON"
                </a>
            </p>
        </div>
    }
    .into_any()
}
