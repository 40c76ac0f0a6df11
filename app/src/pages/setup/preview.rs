//! The preview: the roll of what would become of the identity provider's usernames. Advice, and it says so.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use super::{SetupView, onward, ways};
use crate::components::{
    ButtonKind, Callout, FormError, SubmitButton, TextFile, Tone, action_form, section, wide_section,
};
use crate::error::{ConsoleError, error_of};
use crate::format::size;
use crate::pages::frame::FrameData;
use crate::subject::step::Step;
use crate::text::{K, P, count, fill, t};

/// Lines of the roll that are shown; the counts tell of the rest.
#[cfg(feature = "ssr")]
const SHOWN: usize = 200;

/// What would become of a username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// A new user.
    Created,
    /// A manual user is taken over.
    Converted,
    /// Managed by the identity provider already.
    Unchanged,
    /// In the list before: the identity provider would meet its own user.
    Repeated,
    /// Rejected: somebody has the name, and whose it is is not told.
    Rejected,
    /// Rejected: a break-glass administrator.
    BreakGlass,
}

impl Fate {
    const fn label(self) -> K {
        match self {
            Self::Created => K::FateCreated,
            Self::Converted => K::FateConverted,
            Self::Unchanged => K::FateUnchanged,
            Self::Repeated => K::FateRepeated,
            Self::Rejected => K::FateRejected,
            Self::BreakGlass => K::FateBreakGlass,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<&directory::provisioning::preview::PreviewLine> for Fate {
    fn from(line: &directory::provisioning::preview::PreviewLine) -> Self {
        use directory::provisioning::matching::Decision;

        match line.decision {
            Decision::Created => Self::Created,
            Decision::Converted => Self::Converted,
            Decision::AlreadyManaged if line.repeated => Self::Repeated,
            Decision::AlreadyManaged => Self::Unchanged,
            Decision::OtherAccount => Self::Rejected,
            Decision::BreakGlass => Self::BreakGlass,
        }
    }
}

/// A line of the roll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollLine {
    user_name: String,
    fate: Fate,
    /// Names of the direct roles that are kept.
    keeps: Vec<String>,
    /// The manual user who may be meant, and how the two differ, in words.
    near: Option<String>,
}

/// The roll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewView {
    /// The first lines; those that need attention come first.
    lines: Vec<RollLine>,
    created: u64,
    converted: u64,
    unchanged: u64,
    repeated: u64,
    rejected: u64,
    near: u64,
    /// How many usernames were not looked at.
    left_out: u64,
    /// Manual users whom the list does not name.
    staying: Vec<String>,
    staying_more: u64,
}

/// The step.
pub(super) fn view(frame: &FrameData, setup: &SetupView, action: ServerAction<ShowPreview>) -> AnyView {
    let to = frame.to();
    let skip = (t(K::SetupSkipPreview).to_owned(), ButtonKind::Secondary);
    // What is to be done next: the preview, then the next step.
    let (weight, ways) = match setup.preview {
        None => (ButtonKind::Primary, ways(&to, Step::Preview, Some(skip))),
        Some(_) => (ButtonKind::Secondary, onward(&to, Step::Preview)),
    };
    let list = NodeRef::<leptos::html::Textarea>::new();
    let fields = view! {
        <div class="field">
            <label for="usernames">{t(K::PreviewList)}</label>
            <textarea id="usernames" name="usernames" aria-describedby="usernames-hint" required node_ref=list />
            <p id="usernames-hint" class="field-hint">
                {t(K::PreviewListHint)}
            </p>
        </div>
        <TextFile label=t(K::PreviewOpen) on_text=Callback::new(move |text: String| {
            if let Some(list) = list.get_untracked() {
                list.set_value(&text);
            }
        }) />
        <FormError error=error_of(action) />
        <div class="actions">
            <SubmitButton kind=weight label=t(K::PreviewShow) pending=action.pending() />
        </div>
    };
    let form = if frame.may_write {
        action_form(action, &[("account", &*to.id())], fields)
    } else {
        view! { <p>{t(K::SetupMayNot)}</p> }.into_any()
    };
    view! {
        {section("list", t(K::PreviewTitle), t(K::PreviewAbout), form)}
        {setup.preview.as_ref().map(|preview| roll(preview, to.preview_file()))}
        {ways}
    }
    .into_any()
}

fn roll(preview: &PreviewView, file: String) -> AnyView {
    let near = (preview.near > 0).then(|| {
        view! {
            <Callout title=count(P::PreviewNear, preview.near) tone=Tone::Warning>
                <p>{t(K::PreviewNearAbout)}</p>
            </Callout>
        }
    });
    let lines = preview.lines.iter().map(line).collect_view();
    let all = preview.created + preview.converted + preview.unchanged + preview.repeated + preview.rejected;
    let left_out = (preview.left_out > 0).then(|| {
        view! { <Callout title=count(P::PreviewLeftOut, preview.left_out) tone=Tone::Warning /> }
    });
    let shown = size(preview.lines.len());
    let more = (all > shown).then(|| view! { <p class="muted">{count(P::AndMore, all - shown)}</p> });
    let staying = (!preview.staying.is_empty()).then(|| {
        let names = preview.staying.join(", ");
        let more = (preview.staying_more > 0).then(|| count(P::AndMore, preview.staying_more));
        view! { <p>{t(K::PreviewStaying)} " " <strong>{names}</strong> " " {more}</p> }
    });
    let said: Vec<String> = [
        (P::PreviewCreated, preview.created),
        (P::PreviewConverted, preview.converted),
        (P::PreviewUnchanged, preview.unchanged),
        (P::PreviewRepeated, preview.repeated),
        (P::PreviewRejected, preview.rejected),
    ]
    .into_iter()
    .filter(|(_, number)| *number > 0)
    .map(|(key, number)| count(key, number))
    .collect();
    let content = view! {
        <p>{said.join(" ")}</p>
        {left_out}
        {near}
        <ol class="roll" aria-label=t(K::PreviewRoll)>
            {lines}
        </ol>
        {more}
        {staying}
        <p class="muted">{t(K::PreviewAdvice)}</p>
        <div class="actions">
            <a class="button" href=file download="preview.csv">
                {t(K::PreviewDownload)}
            </a>
        </div>
    };
    wide_section("roll", t(K::PreviewRoll), "", content)
}

fn line(line: &RollLine) -> AnyView {
    let class = match line.fate {
        Fate::Created => "line good",
        Fate::Converted => "line accent",
        Fate::Unchanged | Fate::Repeated => "line",
        Fate::Rejected | Fate::BreakGlass => "line bad",
    };
    let here = match line.fate {
        Fate::Created => match &line.near {
            Some(near) => near.clone(),
            None => t(K::PreviewNew).to_owned(),
        },
        Fate::Converted if line.keeps.is_empty() => t(K::PreviewKeepsNone).to_owned(),
        Fate::Converted => fill(K::PreviewKeeps, &[("roles", &line.keeps.join(", "))]),
        Fate::Unchanged => t(K::PreviewManaged).to_owned(),
        Fate::Repeated => t(K::PreviewTwice).to_owned(),
        Fate::Rejected => t(K::PreviewTaken).to_owned(),
        Fate::BreakGlass => t(K::PreviewOutside).to_owned(),
    };
    view! {
        <li>
            <span class="from">{line.user_name.clone()}</span>
            <span class=class>{t(line.fate.label())}</span>
            <span class="here">{here}</span>
        </li>
    }
    .into_any()
}

/// What would become of the list that was last given for this account, as things stand now.
///
/// # Errors
/// Those of the directory.
#[cfg(feature = "ssr")]
pub(super) async fn read(
    account: directory::AccountId,
) -> Result<Option<PreviewView>, directory::DirectoryError> {
    use directory::provisioning::matching::Decision;

    let console = crate::session::console();
    let Some(list) = console.previews.get(account) else {
        return Ok(None);
    };
    let preview = console.directory.preview(account, &list).await?;
    let roles = console.directory.roles(account).await?;
    let of = |fates: &[Fate]| {
        let lines = preview.lines.iter();
        size(lines.filter(|line| fates.contains(&Fate::from(*line))).count())
    };
    let mut view = PreviewView {
        lines: Vec::new(),
        created: of(&[Fate::Created]),
        converted: of(&[Fate::Converted]),
        unchanged: of(&[Fate::Unchanged]),
        repeated: of(&[Fate::Repeated]),
        rejected: of(&[Fate::Rejected, Fate::BreakGlass]),
        near: size(preview.lines.iter().filter(|line| line.near.is_some()).count()),
        left_out: size(preview.left_out),
        staying_more: size(preview.staying.len().saturating_sub(20)),
        staying: preview.staying.into_iter().take(20).collect(),
    };
    let mut lines = preview.lines;
    // What needs attention comes first: rejected, then what may be a mistake, then who is taken over.
    lines.sort_by_key(|line| match (line.decision, &line.near) {
        (Decision::OtherAccount | Decision::BreakGlass, _) => 0,
        (_, Some(_)) => 1,
        (Decision::Converted, _) => 2,
        (Decision::Created, None) => 3,
        (Decision::AlreadyManaged, _) => 4,
    });
    view.lines = lines
        .into_iter()
        .take(SHOWN)
        .map(|line| RollLine {
            fate: Fate::from(&line),
            user_name: line.user_name,
            keeps: line
                .keeps
                .into_iter()
                .map(|role| crate::subject::role::Role::of(role, &roles).label().to_owned())
                .collect(),
            near: line.near.as_ref().map(near_miss),
        })
        .collect();
    Ok(Some(view))
}

/// Who may be meant, and how the two differ.
#[cfg(feature = "ssr")]
fn near_miss(near: &directory::provisioning::preview::NearMiss) -> String {
    use directory::provisioning::preview::Difference;

    let key = match near.difference {
        Difference::Domain => K::PreviewNearDomain,
        Difference::FullStops => K::PreviewNearStops,
        Difference::PlusAddress => K::PreviewNearPlus,
    };
    fill(key, &[("name", &near.user_name)])
}

/// The whole roll as a table for spreadsheets, in the order of the list.
#[cfg(feature = "ssr")]
pub fn csv(preview: &directory::provisioning::preview::Preview, roles: &directory::Roles) -> String {
    let heading = [
        K::PreviewUserName,
        K::PreviewOutcome,
        K::PreviewKept,
        K::PreviewPerhaps,
    ]
    .map(t);
    let mut table = crate::csv::line(heading);
    for line in &preview.lines {
        let keeps: Vec<String> = line
            .keeps
            .iter()
            .map(|role| crate::subject::role::Role::of(*role, roles).label().to_owned())
            .collect();
        let near = line.near.as_ref().map(|near| near.user_name.as_str());
        table += &crate::csv::line([
            &*line.user_name,
            t(Fate::from(line).label()),
            &keeps.join(", "),
            near.unwrap_or_default(),
        ]);
    }
    for name in &preview.staying {
        table += &crate::csv::line([name, t(K::FateStays), "", ""]);
    }
    table
}

/// Takes a list of usernames, and shows on this step what would become of them.
#[server(input = PostUrl)]
pub async fn show_preview(
    /// The account.
    account: String,
    /// One a line, or an export of the identity provider.
    usernames: String,
) -> Result<(), ConsoleError> {
    let (account, _) = crate::session::writer(&account).await?;
    let list = directory::provisioning::preview::usernames_in(&usernames);
    crate::session::console().previews.put(account, list);
    Ok(())
}
