//! Who is in the group, and which request said so last.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::GroupDetail;
use crate::components::{
    Badge, LinkButton, Paging, RelativeTime, Table, column, empty_state, empty_state_with, search_form,
};
use crate::format::Moment;
use crate::routes;
use crate::subject::user::activity;
use crate::text::{K, t};

/// A member in the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    id: String,
    is_group: bool,
    name: String,
    display_name: Option<String>,
    active: bool,
    added_at: Moment,
    asserted_at: Moment,
    /// The entry of the request that said so last, where the log still has it.
    asserted_by: Option<String>,
}

#[cfg(feature = "ssr")]
impl From<directory::MemberRow> for Member {
    fn from(member: directory::MemberRow) -> Self {
        Self {
            id: member.id,
            is_group: member.is_group,
            name: member.name,
            display_name: member.display_name,
            active: member.active,
            added_at: member.added_at.into(),
            asserted_at: member.asserted_at.into(),
            asserted_by: member.asserted_by.map(|entry| entry.to_string()),
        }
    }
}

/// The members, a page at a time, with a search among them.
pub(super) fn view(to: &routes::Account, group: &GroupDetail) -> AnyView {
    if group.member_count == 0 {
        return empty_state(t(K::GroupEmpty), t(K::GroupEmptyReason));
    }
    let here = to.group(&group.id);
    if group.members.is_empty() {
        let all = view! { <LinkButton href=here.clone() label=t(K::FilterClear) /> };
        return view! {
            {search(&here, &group.search)}
            {empty_state_with(t(K::MembersNone), t(K::MembersNoneReason), all)}
        }
        .into_any();
    }
    let columns = [
        K::MemberName,
        K::UserName,
        K::UserState,
        K::MemberSince,
        K::MemberAsserted,
    ]
    .map(|key| column(t(key)))
    .into();
    let rows = group
        .members
        .iter()
        .map(|member| row(member, to, group.now))
        .collect_view();
    let text = Some(group.search.as_str()).filter(|text| !text.is_empty());
    let page = |after: Option<&str>| routes::with_query(&here, &[("q", text), ("after", after)]);
    view! {
        {search(&here, &group.search)}
        <Table label=t(K::GroupMembers) columns=columns stacks=true>
            {rows}
        </Table>
        <Paging
            label=t(K::MembersPages)
            first=(!group.is_first).then(|| page(None))
            next=group.next.as_deref().map(|next| page(Some(next)))
        />
    }
    .into_any()
}

fn search(here: &str, text: &str) -> AnyView {
    view! { <div class="filters">{search_form(here, text, K::MembersSearch, [])}</div> }.into_any()
}

fn row(member: &Member, to: &routes::Account, now: Moment) -> AnyView {
    let (href, state) = if member.is_group {
        (
            to.group(&member.id),
            view! { <Badge label=t(K::MemberIsGroup) /> }.into_any(),
        )
    } else {
        (to.user(&member.id), activity(member.active))
    };
    let request = member.asserted_by.as_deref().map(|entry| {
        let name = format!("{}: {}", t(K::MemberRequest), member.name);
        view! {
            <a href=to.entry(entry) aria-label=name>
                {t(K::MemberRequest)}
            </a>
        }
    });
    view! {
        <tr>
            <th scope="row">
                <a href=href>{member.name.clone()}</a>
            </th>
            <td>{member.display_name.clone()}</td>
            <td>{state}</td>
            <td class="whole" data-label=t(K::MemberSince)>
                <RelativeTime at=member.added_at now=now />
            </td>
            <td class="whole" data-label=t(K::MemberAsserted)>
                <span class="row">
                    <RelativeTime at=member.asserted_at now=now />
                    {request}
                </span>
            </td>
        </tr>
    }
    .into_any()
}
