//! Troubleshooting: what is wrong, here, now? Findings on this account's data first, the known problems in words after.

pub mod compare;
pub mod remove;
pub mod roles;

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, following, loaded};
use crate::components::{
    Crumb, LinkButton, PageHead, StatusLine, Tone, definition, definition_list, empty_state_with,
    search_form, section, wide_section,
};
use crate::error::ConsoleError;
use crate::format::{Moment, size};
use crate::routes;
use crate::subject::finding::{FindingView, Opened, Shown, Urgency};
use crate::subject::guide::marked;
use crate::subject::problem::Problem;
use crate::text::{K, P, count, rich, t};

/// Everything on the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TroubleView {
    findings: Vec<FindingView>,
    /// What is known of the groups' arrival.
    groups: Vec<(String, Shown)>,
    /// What is normal while nothing arrives, and how to hurry it.
    waiting: String,
    /// Users with more roles than their groups give.
    extra: u64,
    /// Whom to ask for help.
    contact: Option<String>,
    now: Moment,
}

/// The known problems with some words.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProblemList {
    search: String,
    problems: Vec<Problem>,
}

/// The page.
pub struct TroubleshootingPage;

#[lazy_route]
impl LazyRoute for TroubleshootingPage {
    fn data() -> Self {
        Self
    }

    fn view(TroubleshootingPage: Self) -> AnyView {
        let (account, query) = (account_param(), use_query_map());
        // Something came: what is wrong may be so no more.
        let arrived = RwSignal::new(0_usize);
        let trouble = Resource::new(
            move || (account.get(), arrived.get()),
            |(account, _)| load_troubleshooting(account),
        );
        let lost = following(
            move || routes::events(&account.get()),
            move || arrived.update(|count| *count += 1),
        );
        // Apart from the findings, so that what is typed stays when something comes.
        let searched = move || (account.get(), query.read().get("q").unwrap_or_default());
        let found = Resource::new(searched, |(account, search)| search_problems(account, search));
        let opened = RwSignal::new(BTreeSet::new());
        let findings = loaded(trouble, move |frame, trouble| view(&frame, &trouble, opened));
        let problems = loaded(found, |frame, found| problems(&frame.to(), &found));
        view! {
            {lost}
            {findings}
            {problems}
        }
        .into_any()
    }
}

/// `opened`: the findings whose message is open, which stays so when the page is read again.
fn view(frame: &FrameData, trouble: &TroubleView, opened: Opened) -> AnyView {
    let to = frame.to();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let pressing = |finding: &&FindingView| matches!(finding.urgency, Urgency::Broken | Urgency::Attention);
    let pressing = trouble.findings.iter().filter(pressing).count();
    let state = if pressing == 0 {
        view! { <StatusLine tone=Tone::Good>{t(K::TroubleNone)}</StatusLine> }
    } else {
        let number = size(pressing);
        view! { <StatusLine tone=Tone::Warning>{count(P::TroubleSome, number)}</StatusLine> }
    };
    let findings = trouble
        .findings
        .iter()
        .map(|finding| finding.view(&to, trouble.now, frame.may_write, opened))
        .collect_view();
    view! {
        <PageHead title=t(K::TroubleTitle) crumbs=crumbs state=state.into_any() />
        {wide_section("findings", t(K::TroubleFindings), "", view! { <div class="findings">{findings}</div> })}
        {groups(trouble)}
        {differ(&to)}
        {extra(&to, trouble.extra)}
        {help(&to, trouble.contact.as_deref())}
    }
    .into_any()
}

fn groups(trouble: &TroubleView) -> AnyView {
    let now = trouble.now;
    let lines = trouble
        .groups
        .iter()
        .map(|(label, shown)| definition(label.clone(), shown.view(now)))
        .collect_view();
    let content = view! {
        {definition_list(lines)}
        <p>{marked(&trouble.waiting)}</p>
    };
    section("groups", t(K::TroubleGroups), t(K::TroubleGroupsAbout), content)
}

fn differ(to: &routes::Account) -> AnyView {
    let content = view! {
        <p>{t(K::CompareAbout)}</p>
        <div class="actions">
            <LinkButton href=to.compare() label=t(K::CompareOpen) />
        </div>
    };
    section("differ", t(K::CompareTitle), "", content)
}

fn extra(to: &routes::Account, users: u64) -> AnyView {
    let content = view! {
        <p>{if users == 0 { t(K::ExtraNone).to_owned() } else { count(P::FindingExtra, users) }}</p>
        <div class="actions">
            <LinkButton href=to.extra_roles() label=t(K::ExtraOpen) />
        </div>
    };
    section("extra", t(K::ExtraTitle), t(K::ExtraAbout), content)
}

/// Whom to ask, and what to send along.
fn help(to: &routes::Account, contact: Option<&str>) -> AnyView {
    let contact = match contact {
        None => view! { <p>{rich(K::HelpNobody, |_| view! { <code class="nowrap">"--support-contact"</code> }.into_any())}</p> }.into_any(),
        Some(contact) => {
            let name = contact.to_owned();
            let href = if contact.starts_with("https://") || contact.starts_with("http://") {
                Some(name.clone())
            } else if contact.contains('@') && !contact.contains(char::is_whitespace) {
                Some(format!("mailto:{contact}"))
            } else {
                None
            };
            let link = match href {
                Some(href) => view! { <a href=href rel="external">{name}</a> }.into_any(),
                None => view! { <strong>{name}</strong> }.into_any(),
            };
            view! { <p>{t(K::HelpContact)} " " {link}</p> }.into_any()
        }
    };
    let content = view! {
        {contact}
        <p>{t(K::HelpBundle)}</p>
        <div class="actions">
            // Not a page: the browser asks for it itself.
            <a class="button" href=to.support_file() rel="external" download="rollcall-support.json">
                {t(K::HelpDownload)}
            </a>
        </div>
    };
    section("help", t(K::HelpTitle), t(K::HelpAbout), content)
}

fn problems(to: &routes::Account, found: &ProblemList) -> AnyView {
    let list = if found.problems.is_empty() {
        let all = view! { <LinkButton href=to.troubleshooting() label=t(K::FilterClear) /> };
        empty_state_with(t(K::ProblemsNone), t(K::ProblemsNoneReason), all)
    } else {
        found.problems.iter().map(problem).collect_view().into_any()
    };
    let content = view! {
        {search_form(format!("{}#problems", to.troubleshooting()), &found.search, K::ProblemsSearch, [])}
        <div class="problems">{list}</div>
    };
    wide_section("problems", t(K::ProblemsTitle), t(K::ProblemsAbout), content)
}

fn problem(problem: &Problem) -> AnyView {
    let id = format!("problem-{}", problem.id);
    let href = format!("#{id}");
    let title_id = format!("{id}-title");
    let heading = title_id.clone();
    let lines = [
        (K::ProblemSeen, &problem.seen),
        (K::ProblemCause, &problem.cause),
        (K::FindingHere, &problem.here),
        (K::FindingTheirs, &problem.theirs),
    ]
    .map(|(label, text)| definition(t(label), text.clone()))
    .collect_view();
    view! {
        <article class="problem" id=id aria-labelledby=title_id>
            <h3 id=heading>
                <a href=href rel="external">
                    {problem.title.clone()}
                </a>
            </h3>
            {definition_list(lines)}
        </article>
    }
    .into_any()
}

/// The findings on this account's data.
#[server(input = PostUrl)]
pub async fn load_troubleshooting(
    /// The account.
    account: String,
) -> Result<TroubleView, ConsoleError> {
    use crate::subject::finding::{self, Told};

    let (account, _) = crate::session::reader(&account).await?;
    let console = crate::session::console();
    let directory = &console.directory;
    let connection = directory.get_connection(account).await?;
    let guide = finding::guide_of(&connection);
    let (facts, findings) = directory
        .diagnose(account, finding::documented(&connection))
        .await?;
    let base_url = format!(
        "{}{}",
        console.public_url,
        routes::scim_base(&account.to_string())
    );
    let told = Told {
        account,
        account_name: &directory.get_account(account).await?.name,
        base_url: &base_url,
        facts: &facts,
        guide: &guide,
    };
    Ok(TroubleView {
        findings: findings
            .iter()
            .map(|finding| finding::tell(&told, finding))
            .collect(),
        groups: finding::of_groups(&told),
        waiting: guide.waiting.clone(),
        extra: facts.extra.users,
        contact: console.support_contact.clone(),
        now: facts.now.into(),
    })
}

/// The known problems in which these words stand, those of the account's identity provider first.
#[server(input = PostUrl)]
pub async fn search_problems(
    /// The account.
    account: String,
    /// The words; none: all problems.
    search: String,
) -> Result<ProblemList, ConsoleError> {
    use crate::subject::{finding, problem};

    let (account, _) = crate::session::reader(&account).await?;
    let connection = crate::session::directory().get_connection(account).await?;
    let guide = finding::guide_of(&connection);
    Ok(ProblemList {
        problems: problem::search(&search, guide.identity_provider.as_deref()),
        search,
    })
}
