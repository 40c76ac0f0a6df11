//! What a comparison found, each difference with its likely reason.

use leptos::prelude::*;

use super::run::Done;
use crate::compare::{MembersDiffer, Reason, Renamed};
use crate::components::{Callout, StatusLine, Table, Tone, column, wide_section};
use crate::format::size;
use crate::routes;
use crate::text::{K, P, count, count_with, fill, t};

/// Lines of one kind that are shown; more do not help to see what is wrong.
const SHOWN: usize = 200;

pub(super) fn view(to: &routes::Account, done: &Done) -> AnyView {
    let difference = &done.difference;
    let summary = fill(
        K::CompareSummary,
        &[
            ("groups", &count(P::GroupsCounted, size(done.groups))),
            ("rows", &count(P::RowsCounted, size(done.rows))),
            ("same", &count(P::GroupsSame, size(difference.same))),
        ],
    );
    if difference.is_empty() {
        return view! {
            <Callout tone=Tone::Good title=t(K::CompareSame)>
                <p>{summary}</p>
            </Callout>
        }
        .into_any();
    }
    view! {
        <StatusLine tone=Tone::Warning>{summary}</StatusLine>
        {only_there(to, done)}
        {only_here(to, done)}
        {renamed(to, done)}
        {members(to, done)}
    }
    .into_any()
}

fn only_there(to: &routes::Account, done: &Done) -> AnyView {
    let names = &done.difference.only_there;
    let rows = names
        .iter()
        .take(SHOWN)
        .map(|name| {
            let reason = reason(to, done, &done.reasons.of_missing_group(name));
            line(name.clone().into_any(), reason)
        })
        .collect();
    let title = count_with(P::CompareOnlyThere, size(names.len()), &[("idp", &done.idp)]);
    part(
        "only-there",
        title,
        &[K::GroupName, K::CompareReason],
        rows,
        names.len(),
    )
}

fn only_here(to: &routes::Account, done: &Done) -> AnyView {
    let groups = &done.difference.only_here;
    let rows = groups
        .iter()
        .take(SHOWN)
        .map(|(id, name)| {
            let reason = reason(to, done, &done.reasons.of_leftover(name));
            line(group_link(to, id, name), reason)
        })
        .collect();
    let title = count(P::CompareOnlyHere, size(groups.len()));
    part(
        "only-here",
        title,
        &[K::GroupName, K::CompareReason],
        rows,
        groups.len(),
    )
}

fn renamed(to: &routes::Account, done: &Done) -> AnyView {
    let groups = &done.difference.renamed;
    let row = |group: &Renamed| {
        let reason = reason(to, done, &done.reasons.of_leftover(&group.here));
        view! {
            <tr>
                <th scope="row">{group.there.clone()}</th>
                <td>{group_link(to, &group.id, &group.here)}</td>
                <td class="whole">{reason}</td>
            </tr>
        }
        .into_any()
    };
    let rows = groups.iter().take(SHOWN).map(row).collect();
    let title = count(P::CompareRenamed, size(groups.len()));
    part(
        "renamed",
        title,
        &[K::CompareThere, K::CompareHere, K::CompareReason],
        rows,
        groups.len(),
    )
}

fn members(to: &routes::Account, done: &Done) -> AnyView {
    let groups = &done.difference.members;
    if groups.is_empty() {
        return ().into_any();
    }
    let open = groups.len() <= 3;
    let all = groups
        .iter()
        .take(SHOWN)
        .map(|group| of_group(to, done, group, open))
        .collect_view();
    let content = view! {
        {all}
        {more(groups.len())}
    };
    wide_section(
        "members-differ",
        count(P::CompareMembersDiffer, size(groups.len())),
        "",
        content,
    )
}

fn of_group(to: &routes::Account, done: &Done, group: &MembersDiffer, open: bool) -> AnyView {
    let summary = fill(
        K::CompareGroupDiffers,
        &[
            ("there", &size(group.only_there.len()).to_string()),
            ("here", &size(group.only_here.len()).to_string()),
        ],
    );
    let there = group.only_there.iter().map(|name| {
        let why = done.reasons.of_missing_member(&group.name, name);
        (name, K::CompareThereOnly, why)
    });
    let here = group.only_here.iter().map(|name| {
        let why = done.reasons.of_leftover(&group.name);
        (name, K::CompareHereOnly, why)
    });
    let rows = there
        .chain(here)
        .take(SHOWN)
        .map(|(name, place, why)| {
            view! {
                <tr>
                    <th scope="row">{name.clone()}</th>
                    <td>{t(place)}</td>
                    <td class="whole">{reason(to, done, &why)}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [K::FieldUsername, K::CompareWhere, K::CompareReason]
        .map(|key| column(t(key)))
        .into();
    let label = group.name.clone();
    view! {
        <details class="compare-group" open=open>
            <summary>
                <strong>{group.name.clone()}</strong>
                " "
                <span class="muted">{summary}</span>
            </summary>
            <Table label=label columns=columns stacks=true>
                {rows}
            </Table>
            {more(group.only_there.len() + group.only_here.len())}
        </details>
    }
    .into_any()
}

fn line(name: AnyView, reason: AnyView) -> AnyView {
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="whole">{reason}</td>
        </tr>
    }
    .into_any()
}

fn part(id: &'static str, title: String, columns: &[K], rows: Vec<AnyView>, total: usize) -> AnyView {
    if total == 0 {
        return ().into_any();
    }
    let columns = columns.iter().map(|key| column(t(*key))).collect();
    let label = title.clone();
    let content = view! {
        <Table label=label columns=columns stacks=true>
            {rows}
        </Table>
        {more(total)}
    };
    wide_section(id, title, "", content)
}

fn more(total: usize) -> AnyView {
    (total > SHOWN)
        .then(|| view! { <p class="muted">{count(P::AndMore, size(total - SHOWN))}</p> })
        .into_any()
}

fn group_link(to: &routes::Account, id: &str, name: &str) -> AnyView {
    let href = to.group(id);
    view! { <a href=href>{name.to_owned()}</a> }.into_any()
}

fn reason(to: &routes::Account, done: &Done, reason: &Reason) -> AnyView {
    let idp = [("idp", &*done.idp)];
    match reason {
        Reason::Refused(refusal) => {
            let detail = refusal.detail.clone();
            let href = to.entry(&refusal.entry);
            let problem = refusal.problem.as_deref().map(|problem| {
                view! {
                    " "
                    <a href=to.problem(problem) rel="external">{t(K::FindingProblem)}</a>
                }
            });
            view! {
                {t(K::ReasonRefused)}
                " "
                {detail}
                " "
                <a href=href>{t(K::FindingOpenEntry)}</a>
                {problem}
            }
            .into_any()
        }
        Reason::NotDue(due) => {
            fill(K::ReasonNotDue, &[("idp", &done.idp), ("time", &due.exact())]).into_any()
        }
        Reason::GroupNeverSent => fill(K::ReasonGroupNeverSent, &idp).into_any(),
        Reason::UserNeverSent => fill(K::ReasonUserNeverSent, &idp).into_any(),
        Reason::Nested => fill(K::ReasonNested, &idp).into_any(),
        Reason::MemberNeverSent => fill(K::ReasonMemberNeverSent, &idp).into_any(),
        Reason::RemovalNeverSent => fill(K::ReasonRemovalNeverSent, &idp).into_any(),
    }
}
