//! What needs a person, the most urgent first, each with the way to where it is mended.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::components::{Callout, Tone};
use crate::format::Moment;
use crate::pages::frame::announcement::ending;
use crate::routes;
use crate::text::{K, P, count, fill, t};

/// Something that needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the names are those of `directory::attention::Attention`"
)]
pub enum AttentionView {
    NoAdministrator,
    NoToken {
        ended: Option<Moment>,
    },
    Silent {
        last: Moment,
        due: Moment,
    },
    Off {
        since: Moment,
    },
    TokenEnds {
        at: Moment,
        token: String,
        name: String,
        read_only: bool,
    },
    Refused {
        count: u64,
    },
    NoBreakGlass,
}

/// The list; nothing where all is well.
pub(super) fn view(all: &[AttentionView], to: &routes::Account, now: Moment) -> AnyView {
    if all.is_empty() {
        return ().into_any();
    }
    let items = all
        .iter()
        .map(|attention| item(attention, to, now))
        .collect_view();
    view! {
        <section class="attention" aria-label=t(K::AttentionTitle)>
            {items}
        </section>
    }
    .into_any()
}

fn item(attention: &AttentionView, to: &routes::Account, now: Moment) -> AnyView {
    use AttentionView as A;

    let (tone, title, href, way) = match attention {
        A::NoAdministrator => (
            Tone::Bad,
            t(K::AttentionNoAdministrator).to_owned(),
            to.users(),
            K::AttentionNoAdministratorWay,
        ),
        A::NoToken { ended: None } => (
            Tone::Bad,
            t(K::OverviewNoToken).to_owned(),
            to.provisioning(),
            K::ProvisioningOpen,
        ),
        A::NoToken { ended: Some(at) } => (
            Tone::Bad,
            fill(K::AttentionTokenEnded, &[("date", &at.date())]),
            to.provisioning(),
            K::OverviewTokenNext,
        ),
        A::Silent { last, due } => (
            Tone::Bad,
            fill(
                K::AttentionSilent,
                &[("last", &last.relative(now)), ("due", &due.relative(now))],
            ),
            to.troubleshooting(),
            K::AttentionSilentWay,
        ),
        A::Off { since } => (
            Tone::Warning,
            fill(K::ConnectionOff, &[("date", &since.date())]),
            to.provisioning(),
            K::ProvisioningOpen,
        ),
        A::TokenEnds {
            at,
            token,
            name,
            read_only,
        } => (
            Tone::Warning,
            ending(name, at.days_left(now), *read_only),
            to.successor(token),
            K::AnnouncementMend,
        ),
        A::Refused { count: number } => (
            Tone::Warning,
            count(P::AttentionRefused, *number),
            format!("{}&span=week", to.refused()),
            K::AttentionRefusedWay,
        ),
        A::NoBreakGlass => (
            Tone::Plain,
            t(K::AttentionNoBreakGlass).to_owned(),
            to.new_user(),
            K::AttentionNoBreakGlassWay,
        ),
    };
    view! {
        <Callout tone=tone title=title>
            <p>
                <a href=href>{t(way)}</a>
            </p>
        </Callout>
    }
    .into_any()
}

/// What needs a person in the account.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub(super) async fn read(
    account: directory::AccountId,
) -> Result<Vec<AttentionView>, directory::DirectoryError> {
    use directory::attention::Attention;

    let directory = crate::session::directory();
    let connection = directory.get_connection(account).await?;
    let minutes = crate::subject::cycle::documented(&connection).and_then(|rhythm| rhythm.minutes);
    let documented = minutes.map(|minutes| std::time::Duration::from_mins(u64::from(minutes)));
    let found = directory.attention(account, documented).await?;
    Ok(found
        .into_iter()
        .map(|attention| match attention {
            Attention::NoAdministrator => AttentionView::NoAdministrator,
            Attention::NoToken { ended } => AttentionView::NoToken {
                ended: ended.map(Into::into),
            },
            Attention::Silent { last, due } => AttentionView::Silent {
                last: last.into(),
                due: due.into(),
            },
            Attention::Off { since } => AttentionView::Off { since: since.into() },
            Attention::TokenEnds {
                at,
                token,
                name,
                read_only,
            } => AttentionView::TokenEnds {
                at: at.into(),
                token: token.to_string(),
                name,
                read_only,
            },
            Attention::Refused { count } => AttentionView::Refused { count },
            Attention::NoBreakGlass => AttentionView::NoBreakGlass,
        })
        .collect())
}
