//! The groups of a user.

use leptos::prelude::*;

use super::{At, UserDetail};
use crate::components::section as narrow_section;
use crate::text::{K, t};

pub(super) fn section(at: &At, user: &UserDetail) -> AnyView {
    if user.groups.is_empty() {
        return ().into_any();
    }
    let all = user
        .groups
        .iter()
        .map(|(group, direct)| {
            let href = at.to.group(&group.id);
            let nested = (!direct).then(|| view! { <span class="muted">{t(K::UserGroupNested)}</span> });
            view! {
                <li>
                    <a href=href>{group.name.clone()}</a>
                    " "
                    {nested}
                </li>
            }
        })
        .collect_view();
    let content = view! { <ul>{all}</ul> };
    narrow_section("groups", t(K::GroupsTitle), t(K::UserGroupsAbout), content)
}
