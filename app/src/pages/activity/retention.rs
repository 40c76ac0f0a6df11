//! How long the log is kept.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use crate::components::{FormError, Select, SelectOption, SubmitButton, action_form};
use crate::error::{ConsoleError, error_of};
use crate::format::number;
use crate::pages::frame::FrameData;
use crate::text::{K, P, count, fill, t};

/// The choices of days.
const DAYS: [u32; 6] = [30, 90, 180, 365, 730, 1_825];
/// The choices of entries.
const ENTRIES: [u32; 4] = [100_000, 1_000_000, 10_000_000, 50_000_000];

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetentionView {
    days: u32,
    entries: u32,
}

#[cfg(feature = "ssr")]
impl From<directory::Retention> for RetentionView {
    fn from(retention: directory::Retention) -> Self {
        Self {
            days: retention.days,
            entries: retention.entries,
        }
    }
}

/// The choice for who may make it, and in words for who may not.
pub(super) fn view(
    frame: &FrameData,
    retention: RetentionView,
    action: ServerAction<SetRetention>,
) -> AnyView {
    let days = |days: u32| count(P::RetentionDays, days.into());
    let entries = |entries: u32| count(P::RetentionEntries, entries.into());
    if !frame.may_write {
        let kept = [
            ("days", days(retention.days)),
            ("entries", entries(retention.entries)),
        ];
        let kept = kept.each_ref().map(|(name, text)| (*name, text.as_str()));
        return view! { <p>{fill(K::RetentionKept, &kept)}</p> }.into_any();
    }
    let options = |choices: &[u32], chosen: u32, label: &dyn Fn(u32) -> String| {
        let mut choices = choices.to_vec();
        choices.push(chosen);
        choices.sort_unstable();
        choices.dedup();
        choices
            .into_iter()
            .map(|choice| SelectOption::new(choice.to_string(), label(choice)))
            .collect::<Vec<_>>()
    };
    let fields = view! {
        <Select
            name="days"
            label=t(K::RetentionDaysLabel)
            options=options(&DAYS, retention.days, &days)
            selected=retention.days.to_string()
        />
        <Select
            name="entries"
            label=t(K::RetentionEntriesLabel)
            options=options(&ENTRIES, retention.entries, &|entries| number(entries.into()))
            selected=retention.entries.to_string()
            hint=t(K::RetentionHint)
        />
        <FormError error=error_of(action) />
        <div class="actions">
            <SubmitButton label=t(K::RetentionSave) pending=action.pending() />
        </div>
    };
    action_form(action, &[("account", &*frame.to().id())], fields)
}

/// Sets how long the log is kept.
#[server(input = PostUrl)]
pub async fn set_retention(
    /// The account.
    account: String,
    /// Days.
    days: u32,
    /// Entries.
    entries: u32,
) -> Result<(), ConsoleError> {
    let (account, actor) = crate::session::writer(&account).await?;
    let retention = directory::Retention { days, entries };
    crate::session::directory()
        .set_retention(&actor, account, retention)
        .await?;
    Ok(())
}
