//! Troubleshooting: what is wrong, here, now? Findings on this account's data first, the known problems in words after.

pub mod compare;
pub mod remove;
pub mod roles;

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::FrameData;
use super::{account_param, loaded};
use crate::browser;
use crate::components::{
    ButtonKind, Crumb, LinkButton, PageHead, StatusLine, Tone, definition, definition_list, empty_state_with,
    section, wide_section,
};
use crate::error::ConsoleError;
use crate::format::Moment;
use crate::routes;
use crate::subject::finding::{FindingView, Shown, Urgency};
use crate::subject::problem::Problem;
use crate::text::{K, P, count, t};

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
    search: String,
    problems: Vec<Problem>,
    now: Moment,
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
        let asked = move || {
            let search = query.read().get("q").unwrap_or_default();
            (account.get(), search, arrived.get())
        };
        let trouble = Resource::new(asked, |(account, search, _)| {
            load_troubleshooting(account, search)
        });
        browser::follow(
            move || routes::events(&account.get_untracked()),
            move || arrived.update(|count| *count += 1),
        );
        loaded(trouble, |frame, trouble| view(&frame, &trouble))
    }
}

fn view(frame: &FrameData, trouble: &TroubleView) -> AnyView {
    let to = frame.to();
    let crumbs = vec![Crumb::link(frame.account_name(), to.overview())];
    let pressing = |finding: &&FindingView| matches!(finding.urgency, Urgency::Broken | Urgency::Attention);
    let pressing = trouble.findings.iter().filter(pressing).count();
    let state = if pressing == 0 {
        view! { <StatusLine tone=Tone::Good>{t(K::TroubleNone)}</StatusLine> }
    } else {
        let number = u64::try_from(pressing).unwrap_or(u64::MAX);
        view! { <StatusLine tone=Tone::Warning>{count(P::TroubleSome, number)}</StatusLine> }
    };
    let findings = trouble
        .findings
        .iter()
        .map(|finding| finding.view(&to, trouble.now, frame.may_write))
        .collect_view();
    view! {
        <PageHead title=t(K::TroubleTitle) crumbs=crumbs state=state.into_any() />
        {wide_section("findings", t(K::TroubleFindings), "", view! { <div class="findings">{findings}</div> })}
        {groups(trouble)}
        {differ(&to)}
        {extra(&to, trouble.extra)}
        {help(&to, trouble.contact.as_deref())}
        {problems(&to, trouble)}
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
        <p>{trouble.waiting.clone()}</p>
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
        None => view! { <p>{t(K::HelpNobody)}</p> }.into_any(),
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

fn problems(to: &routes::Account, trouble: &TroubleView) -> AnyView {
    let list = if trouble.problems.is_empty() {
        let all = view! { <LinkButton href=to.troubleshooting() label=t(K::FilterClear) /> };
        empty_state_with(t(K::ProblemsNone), t(K::ProblemsNoneReason), all)
    } else {
        trouble.problems.iter().map(problem).collect_view().into_any()
    };
    let content = view! {
        <form class="search" role="search" method="get" action=format!("{}#problems", to.troubleshooting())>
            <input
                type="search"
                name="q"
                value=trouble.search.clone()
                aria-label=t(K::ProblemsSearch)
                placeholder=t(K::ProblemsSearch)
            />
            <button type="submit" class=ButtonKind::Secondary.class()>
                {t(K::FilterSearch)}
            </button>
        </form>
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

/// The findings on this account's data, and the known problems with these words.
#[server(input = PostUrl)]
pub async fn load_troubleshooting(
    /// The account.
    account: String,
    /// Words that the known problems are searched for; empty: all.
    search: String,
) -> Result<TroubleView, ConsoleError> {
    use crate::subject::finding::{self, Told};
    use crate::subject::problem;

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
        problems: problem::search(&search, guide.identity_provider.as_deref()),
        search,
        now: facts.now.into(),
    })
}
