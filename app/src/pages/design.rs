//! Every component in every state, on one page. Development builds only.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::MAIN;
use crate::components::{
    Badge, Button, ButtonKind, Callout, Changed, Checkbox, CheckboxGroup, CodeBlock, CopyField, Crumb,
    CycleLine, CycleMark, Dialog, Diff, FieldKind, FormError, LinkButton, OneTimeSecret, PageHead, Paging,
    RelativeTime, RoleTrail, Select, SelectOption, StatusLine, StepMark, Stepper, SubmitButton, Switch,
    Table, TextField, TextFile, Thread, ThreadEnd, Toasts, TokenLine, TokenSpan, Tone, column, course,
    definition, definition_list, empty_state_with, search_form, section, wide_section,
};
use crate::error::{ConsoleError, Field, Problem};
use crate::format::Moment;
use crate::text::{K, t};

/// A time to show times with.
const NOW: Moment = Moment(1_795_529_187);
const DAY: i64 = 24 * 60 * 60;

/// The page.
pub struct DesignPage;

#[lazy_route]
impl LazyRoute for DesignPage {
    fn data() -> Self {
        Self
    }

    fn view(DesignPage: Self) -> AnyView {
        view! {
            <div class="plain-page">
                <main id=MAIN tabindex="-1">
                    {head()}
                    {buttons()}
                    {fields()}
                    {states()}
                    {tables()}
                    {steps()}
                    {trail()}
                    {line()}
                    {tokens()}
                    {dialogs()}
                    {nothing()}
                </main>
            </div>
        }
        .into_any()
    }
}

fn line() -> AnyView {
    let mark = |from: i64, to: i64, height: i64, refused: bool| CycleMark {
        span: (from, to),
        height,
        refused,
        label: format!("10:40 UTC: {height} requests"),
        href: "#".to_owned(),
    };
    let marks = vec![
        mark(400, 1_400, 40, false),
        mark(3_000, 3_010, 6, false),
        mark(5_000, 5_050, 20, true),
        mark(7_000, 7_010, 12, false),
    ];
    let content = view! {
        <CycleLine
            label="Requests"
            marks=marks
            documented=vec![1_000, 3_000, 5_000, 7_000, 9_000]
            learnt=vec![1_050, 3_050, 5_000, 7_000, 9_050]
            now=8_000
            due=Some(9_050)
            hours=vec![(2_500, "06:00".to_owned()), (7_500, "12:00".to_owned())]
        />
        <p>{course(&[3, 4, 4, 9, 8, 12])}</p>
    };
    wide_section("line", "The cycle line, and a course", "", content)
}

fn tokens() -> AnyView {
    let tokens = vec![
        TokenSpan {
            name: "Entra".to_owned(),
            sentence: "Ends on 26 November 2026: its successor is in use.".to_owned(),
            span: (0, 520),
            used: Some((40, 480)),
        },
        TokenSpan {
            name: "Entra next".to_owned(),
            sentence: "In use since 24 November 2026.".to_owned(),
            span: (440, 1000),
            used: Some((450, 490)),
        },
    ];
    let ends = ("1 June 2026".to_owned(), "1 June 2027".to_owned());
    let changes = vec![
        Changed {
            attribute: "title".to_owned(),
            before: "Engineer".to_owned(),
            after: "Head of Engineering".to_owned(),
        },
        Changed {
            attribute: "name.familyName".to_owned(),
            before: String::new(),
            after: "Lovelace".to_owned(),
        },
    ];
    let content = view! {
        <TokenLine label="Tokens" tokens=tokens now=500 ends=ends />
        <Diff changes=changes />
        {search_form("#", "ada", K::UsersSearch, [])}
        <TextFile label="A file" on_text=Callback::new(|_| ()) />
    };
    wide_section(
        "tokens",
        "Tokens in time, a change, a search, a file",
        "",
        content,
    )
}

fn head() -> AnyView {
    let state = view! { <StatusLine tone=Tone::Good>"Everything stands here once, in each of its states."</StatusLine> };
    let action = view! { <LinkButton kind=ButtonKind::Primary href="#" label="Primary action" /> };
    let crumbs = vec![
        Crumb::link("Accounts", "#"),
        Crumb::link("Acme GmbH", "#"),
        Crumb::text("User lifecycle"),
    ];
    view! { <PageHead title=t(K::DesignTitle) crumbs=crumbs action=action.into_any() state=state.into_any() /> }.into_any()
}

fn buttons() -> AnyView {
    let toasts: Toasts = expect_context();
    let all = [
        (ButtonKind::Primary, "Primary"),
        (ButtonKind::Secondary, "Secondary"),
        (ButtonKind::Quiet, "Quiet"),
        (ButtonKind::Danger, "Danger"),
        (ButtonKind::QuietDanger, "Quiet danger"),
    ]
    .map(|(kind, label)| view! { <Button kind=kind label=label on_press=move |_| toasts.say(label) /> })
    .collect_view();
    let buttons = view! {
        <div class="actions">{all}</div>
        <form class="actions">
            <SubmitButton kind=ButtonKind::Primary label="On its way" pending=Signal::stored(true) />
            <LinkButton href="#" label="Link button" />
        </form>
    };
    let switches = view! {
        <form>
            <Switch labelled_by="switch" on=true state="On since 3 November 2026" />
        </form>
        <form>
            <Switch labelled_by="switch" on=false />
        </form>
    };
    view! {
        {section("buttons", "Buttons", "Each says what it does; one primary button a page.", buttons)}
        {section("switch", "Switch", "Takes effect at once.", switches)}
    }
    .into_any()
}

fn fields() -> AnyView {
    let wrong = Signal::stored(Some(ConsoleError::Invalid(Field::Name, Problem::UsernameTaken)));
    let refused = Signal::stored(Some(ConsoleError::WrongCredentials));
    let options = vec![
        SelectOption::new("90", "90 days"),
        SelectOption::new("180", "180 days"),
    ];
    let content = view! {
        <FormError error=refused />
        <TextField name="plain" label="Text" hint="A hint says what may be typed." />
        <TextField
            name="wrong"
            label="With an error"
            value="ada@acme.example"
            kind=FieldKind::Username
            error=wrong
            field=Field::Name
        />
        <TextField name="date" label="Day" kind=FieldKind::Date />
        <Select name="valid" label="Choice" options=options selected="180" />
        <CheckboxGroup legend="Boxes">
            <Checkbox name="box" value="one" label="Ticked" checked=true hint="What ticking it means." />
            <Checkbox name="box" value="two" label="Not ticked" />
        </CheckboxGroup>
        <CopyField
            name="url"
            label="SCIM base URL"
            value="https://id.acme.example/scim/v2/019a51c2-7d40-7000-8000-0123456789ab"
            hint="Paste it into the identity provider."
        />
    };
    section(
        "fields",
        "Fields",
        "Label above, hint below, error beside.",
        content,
    )
}

fn states() -> AnyView {
    let tones = [
        (Tone::Plain, "Manual"),
        (Tone::Accent, "SCIM"),
        (Tone::Good, "Active"),
        (Tone::Warning, "13 days left"),
        (Tone::Bad, "Refused"),
    ];
    let badges = tones
        .map(|(tone, label)| view! { <Badge tone=tone label=label /> })
        .collect_view();
    let lines = tones
        .map(|(tone, label)| view! { <StatusLine tone=tone>{label}</StatusLine> })
        .collect_view();
    let callouts = tones
        .map(|(tone, label)| {
            view! {
                <Callout tone=tone title=label>
                    <p>"One sentence on why, and what to do next."</p>
                </Callout>
            }
        })
        .collect_view();
    let content = view! {
        <p class="row">{badges}</p>
        {lines}
        {callouts}
    };
    section("states", "States", "A colour never stands alone.", content)
}

fn tables() -> AnyView {
    let times = [-12 * 60, -5 * 60 * 60, -3 * DAY, -90 * DAY, 13 * DAY]
        .map(|seconds| {
            view! {
                <tr>
                    <th scope="row">
                        <a href="#">"ada@acme.example"</a>
                    </th>
                    <td>"Ada Lovelace"</td>
                    <td>
                        <Badge tone=Tone::Accent label="SCIM" />
                    </td>
                    <td>
                        <RelativeTime at=NOW.plus(seconds) now=NOW />
                    </td>
                </tr>
            }
        })
        .collect_view();
    let columns = ["Username", "Name", "Managed by", "Last used"].map(column).into();
    let table = view! {
        <Table label="Users" columns=columns>
            {times}
        </Table>
        <Paging
            label="Pages of users"
            summary=Some("50 of 8,000 users".to_owned())
            first=Some("#".to_owned())
            next=Some("#".to_owned())
        />
    };
    let lines = [
        definition("Username", "ada@acme.example"),
        definition("Created", view! { <RelativeTime at=NOW.plus(-DAY) now=NOW /> }),
    ];
    let facts = view! {
        {definition_list(lines.collect_view())}
        <CodeBlock
            label="Request body"
            code="{\n  \"userName\": \"ada@acme.example\",\n  \"active\": true\n}"
        />
    };
    view! {
        {wide_section("tables", "Tables", "They scroll in their own frame.", table)}
        {section("facts", "Facts", "", facts)}
    }
    .into_any()
}

fn steps() -> AnyView {
    let step = |label: &str, done: bool, current: bool| StepMark {
        label: label.to_owned(),
        href: "#".to_owned(),
        done,
        current,
    };
    let marks = vec![
        step("Before you start", true, false),
        step("Base URL and token", false, true),
        step("See it work", false, false),
    ];
    wide_section(
        "steps",
        "Steps",
        "Each can be gone to.",
        view! { <Stepper label="A longer task" steps=marks /> },
    )
}

fn trail() -> AnyView {
    let group = |name: &str| (name.to_owned(), "#".to_owned());
    let threads = vec![
        Thread {
            role: "Administrator".to_owned(),
            from: ThreadEnd::Direct { by: "owner@acme.example".to_owned(), at: NOW.plus(-200 * DAY), kept_at: Some(NOW.plus(-90 * DAY)) },
            action: Some(
                view! { <Button kind=ButtonKind::QuietDanger label="Remove Administrator" on_press=|_| () /> }.into_any(),
            ),
        },
        Thread {
            role: "Auditor".to_owned(),
            from: ThreadEnd::Group { path: vec![group("Finance")], since: NOW.plus(-20 * DAY), paused: false },
            action: None,
        },
        Thread {
            role: "Member".to_owned(),
            from: ThreadEnd::Group { path: vec![group("Engineering"), group("Platform")], since: NOW.plus(-9 * DAY), paused: true },
            action: None,
        },
    ];
    let content = view! { <RoleTrail threads=threads /> };
    wide_section("trail", "Roles, and why", "", content)
}

fn dialogs() -> AnyView {
    let open = RwSignal::new(false);
    let (copied, asked) = (RwSignal::new(false), RwSignal::new(false));
    let content = view! {
        <Button label="Open a dialog" on_press=move |_| open.set(true) />
        <Dialog id="example" title="Your new token" open=open>
            <OneTimeSecret
                name="token"
                label="Token"
                value="rc_3Zq8Lx0PpWn2VtY6sB1kDf5gHj7MaQe9RuC4iXoTwNz"
                warning="This is the only time the token is shown."
                copied=copied
                asked=asked
                on_done=Some(Callback::new(move |()| open.set(false)))
            />
        </Dialog>
    };
    section("dialogs", "Dialogs", "The browser's own; Escape closes.", content)
}

fn nothing() -> AnyView {
    let content = view! { <LinkButton kind=ButtonKind::Primary href="#" label="Set up provisioning" /> };
    wide_section(
        "nothing",
        "Empty",
        "",
        empty_state_with(
            "Groups appear here when the identity provider sends them",
            "None has arrived yet: provisioning is switched off.",
            content,
        ),
    )
}
