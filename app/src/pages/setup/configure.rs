//! The guide of the identity provider, with this account's values.

use leptos::prelude::*;

use super::arrivals::{self, SeenView};
use super::share::{self, ShareState};
use super::{SetupView, onward};
use crate::components::{
    Badge, Callout, CopyButton, CopyField, LinkButton, Table, Tone, column, section, wide_section,
};
use crate::csv;
use crate::error::ConsoleError;
use crate::pages::frame::FrameData;
use crate::routes;
use crate::subject::guide::{Guide, GuideStep, OwnValue, Pasted, PastedValue, Place, Possible, marked};
use crate::subject::step::Step;
use crate::text::{K, fill, t};

/// The step.
pub(super) fn view(
    frame: &FrameData,
    setup: &SetupView,
    seen: Resource<Result<Option<SeenView>, ConsoleError>>,
    share: ShareState,
) -> AnyView {
    let to = frame.to();
    let Some(chosen) = &setup.guide else {
        let href = to.setup_step(Step::Prepare);
        return view! {
            <div class="section wide">
                <p>{t(K::SetupNoGuide)}</p>
                <div class="actions">
                    <LinkButton href=href label=t(K::SetupChoose) />
                </div>
            </div>
        }
        .into_any();
    };
    let token_step = to.setup_step(Step::Token);
    let no_token = (!setup.done.contains(&Step::Token)).then(|| {
        view! {
            <Callout title=t(K::SetupNoToken) tone=Tone::Warning>
                <p><a href=token_step>{t(K::TokenGenerate)}</a></p>
            </Callout>
        }
    });
    view! {
        {arrivals::off(setup.connection.enabled, Some(&to))}
        {no_token}
        {guide_and_seen(guide(chosen, &setup.base_url), arrivals::beside(seen, Some(to.clone())))}
        {share::view(frame, setup, share)}
        {onward(&to, Step::Configure)}
    }
    .into_any()
}

/// The guide, and what reaches the account meanwhile.
pub(crate) fn guide_and_seen(guide: AnyView, seen: AnyView) -> AnyView {
    view! {
        <div class="guide-and-seen">
            <div>{guide}</div>
            {seen}
        </div>
    }
    .into_any()
}

/// The guide with this account's values.
pub(crate) fn guide(guide: &Guide, base_url: &str) -> AnyView {
    let tone = if guide.possible == Possible::Full {
        Tone::Plain
    } else {
        Tone::Warning
    };
    // What it does, in a sentence; then what else there is to know.
    let end = guide
        .summary
        .find(". ")
        .map_or(guide.summary.len(), |end| end + 1);
    let (title, more) = guide.summary.split_at(end);
    let more = (!more.is_empty()).then(|| view! { <p>{more.trim_start().to_owned()}</p> });
    let rhythm = guide.rhythm.text.clone();
    let steps = guide
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| guide_step(guide, index, step, base_url))
        .collect_view();
    let steps = view! { <ol class="guide-steps">{steps}</ol> };
    view! {
        <Callout title=title tone=tone>
            {more}
            <p>{rhythm}</p>
        </Callout>
        {list("needed", K::GuidePrerequisites, &guide.prerequisites)}
        {wide_section("steps", fill(K::GuideSteps, &[("name", &guide.name)]), "", steps)}
        {mapping(guide)}
        {list("actions", K::GuideActions, &guide.actions)}
        {flags(guide)}
        {list("limits", K::GuideLimits, &guide.limits)}
        {sources(guide)}
    }
    .into_any()
}

fn guide_step(guide: &Guide, index: usize, step: &GuideStep, base_url: &str) -> AnyView {
    let place = match step.place {
        Place::Idp => fill(K::GuideIn, &[("name", &guide.short)]),
        Place::Rollcall => t(K::GuideInRollcall).to_owned(),
    };
    let tone = match step.place {
        Place::Idp => Tone::Plain,
        Place::Rollcall => Tone::Accent,
    };
    let path = step
        .path
        .iter()
        .map(|label| view! { <li>{label.clone()}</li> })
        .collect_view();
    let values = step
        .values
        .iter()
        .enumerate()
        .map(|(place, pasted)| value(index, place, pasted, base_url))
        .collect_view();
    let note = |class: &'static str, key: K, text: &Option<String>| {
        text.as_deref()
            .map(|text| view! { <p class=class><strong>{t(key)}</strong> " " {marked(text)}</p> })
    };
    let unconfirmed = step
        .unconfirmed
        .then(|| view! { <p class="muted">{t(K::GuideUnconfirmed)}</p> });
    view! {
        <li>
            <h3>{step.title.clone()}</h3>
            <div class="guide-place">
                <Badge label=place tone=tone />
                <ol class="menu-path">{path}</ol>
            </div>
            <p>{marked(&step.text)}</p>
            {values}
            {note("guide-note", K::GuideSuccess, &step.success)}
            {note("guide-note watch", K::GuideWatch, &step.watch)}
            {unconfirmed}
        </li>
    }
    .into_any()
}

/// A value to paste: the account's own in a field to copy, the token by its name alone.
fn value(step: usize, place: usize, pasted: &Pasted, base_url: &str) -> AnyView {
    let text = match &pasted.value {
        PastedValue::Literal { text } => text.clone(),
        PastedValue::Own(OwnValue::BaseUrl) => base_url.to_owned(),
        PastedValue::Own(OwnValue::UsersUrl) => format!("{base_url}/Users"),
        PastedValue::Own(OwnValue::GroupsUrl) => format!("{base_url}/Groups"),
        PastedValue::Own(OwnValue::UserNameAttribute) => "userName".to_owned(),
        PastedValue::Own(OwnValue::Bearer) => "Bearer".to_owned(),
        PastedValue::Own(OwnValue::Token) => {
            return view! { <p><strong>{pasted.label.clone()}</strong> " " {t(K::GuideToken)}</p> }
                .into_any();
        }
    };
    let name = format!("{step}-{place}");
    view! { <CopyField name=name label=pasted.label.clone() value=text /> }.into_any()
}

fn list(id: &'static str, title: K, lines: &[String]) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let lines = lines
        .iter()
        .map(|line| view! { <li>{marked(line)}</li> })
        .collect_view();
    section(id, t(title), "", view! { <ul class="points">{lines}</ul> })
}

fn mapping(guide: &Guide) -> AnyView {
    if guide.mapping.is_empty() {
        return ().into_any();
    }
    let rows = guide
        .mapping
        .iter()
        .map(|line| {
            let note = line.note.clone().map(|note| view! { <p>{note}</p> });
            view! {
                <tr>
                    <th scope="row"><code>{line.from.clone()}</code></th>
                    <td class="whole" data-label=t(K::GuideScim)>
                        <p><code>{line.to.clone()}</code></p>
                    </td>
                    <td class="whole">{note}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = vec![
        column(guide.short.clone()),
        column(t(K::GuideScim)),
        column(t(K::GuideNote)),
    ];
    let csv = mapping_csv(guide);
    let href = format!("data:text/csv;charset=utf-8,{}", routes::encoded(&csv));
    let table = view! {
        <Table label=t(K::GuideMapping) columns=columns stacks=true>
            {rows}
        </Table>
        <div class="actions">
            <CopyButton label=t(K::GuideMappingCopy) value=csv />
            <a class="button" href=href download=format!("mapping-{}.csv", guide.id)>
                {t(K::GuideMappingDownload)}
            </a>
        </div>
    };
    wide_section("mapping", t(K::GuideMapping), "", table)
}

/// The mapping as a table that spreadsheets open.
fn mapping_csv(guide: &Guide) -> String {
    let mut table = csv::line([&*guide.short, "SCIM", t(K::GuideNote)]);
    for line in &guide.mapping {
        let note = line.note.as_deref().unwrap_or_default();
        table += &csv::line([&*line.from, &*line.to, note]);
    }
    table
}

fn flags(guide: &Guide) -> AnyView {
    if guide.flags.is_empty() {
        return ().into_any();
    }
    let flags = guide
        .flags
        .iter()
        .map(|flag| view! { <li><code>{flag.name.clone()}</code> " " {marked(&flag.text)}</li> })
        .collect_view();
    section(
        "flags",
        t(K::GuideFlags),
        "",
        view! { <ul class="points">{flags}</ul> },
    )
}

fn sources(guide: &Guide) -> AnyView {
    let sources = guide
        .sources
        .iter()
        .map(|source| {
            let title = match &source.url {
                Some(url) => {
                    view! { <a href=url.clone() rel="noreferrer">{source.title.clone()}</a> }.into_any()
                }
                None => source.title.clone().into_any(),
            };
            let checked = fill(K::GuideChecked, &[("date", &source.checked)]);
            view! { <li>{title} " " <span class="muted">{checked}</span></li> }
        })
        .collect_view();
    section(
        "sources",
        t(K::GuideSources),
        "",
        view! { <ul class="points">{sources}</ul> },
    )
}
