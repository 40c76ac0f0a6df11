//! The cycle line: when the identity provider spoke, and when it was expected to. Places are between 0, the left end,
//! and 10,000.

use leptos::prelude::*;

/// Where the bars stand, from the top.
const BASE: i64 = 66;

/// A cycle on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleMark {
    /// Where it begins and ends.
    pub span: (i64, i64),
    /// How high its bar is; 6 to 40.
    pub height: i64,
    /// Whether something of it was refused.
    pub refused: bool,
    /// Everything about it in a line, shown on focus.
    pub label: String,
    /// Where its entries are.
    pub href: String,
}

/// `37.5%`
fn percent(place: i64) -> String {
    let place = place.clamp(0, 10_000);
    format!("{}.{:02}%", place / 100, place % 100)
}

/// The line. It has no fixed width: places are shares of it, and everything else stays in its size.
#[component]
pub fn CycleLine(
    /// What it is, for who does not see it.
    #[prop(into)]
    label: String,
    /// The cycles, the oldest first.
    marks: Vec<CycleMark>,
    /// Where cycles are expected, as documented.
    documented: Vec<i64>,
    /// Where cycles are expected, as learnt.
    learnt: Vec<i64>,
    /// Where this moment is.
    now: i64,
    /// Where the next cycle is due.
    due: Option<i64>,
    /// Hours, and their names.
    hours: Vec<(i64, String)>,
) -> impl IntoView {
    let marks = marks.into_iter().map(mark).collect_view();
    let row = |class: &'static str, places: Vec<i64>, y: i64| {
        places
            .into_iter()
            .map(|place| {
                let x = percent(place);
                view! { <line class=class x1=x.clone() x2=x y1=y.to_string() y2=(y + 6).to_string() /> }
            })
            .collect_view()
    };
    let hours = hours
        .into_iter()
        .map(|(place, name)| {
            let x = percent(place);
            view! {
                <g class="hour">
                    <line x1=x.clone() x2=x.clone() y1=BASE.to_string() y2="92" />
                    <text x=x y="106" text-anchor="middle">
                        {name}
                    </text>
                </g>
            }
        })
        .collect_view();
    let due = due.map(|place| view! { <circle class="due" cx=percent(place) cy=BASE.to_string() r="4" /> });
    let now = percent(now);
    view! {
        <div class="cycle-line">
            <svg role="group" aria-label=label height="112">
                {hours}
                {row("documented", documented, BASE + 6)}
                {row("learnt", learnt, BASE + 16)}
                <line class="base" x1="0" x2="100%" y1=BASE.to_string() y2=BASE.to_string() />
                <line class="now" x1=now.clone() x2=now y1="20" y2="92" />
                {due}
                {marks}
            </svg>
        </div>
    }
    .into_any()
}

/// A cycle within a drawing of its own, so that it is placed by a share and drawn in its own size.
fn mark(mark: CycleMark) -> AnyView {
    let (from, to) = mark.span;
    let anchor = match from {
        ..3_000 => "start",
        7_000.. => "end",
        _ => "middle",
    };
    let top = BASE - mark.height;
    let refused = mark.refused.then(|| {
        let path = format!("M0 {} l5 5 -5 5 -5 -5z", top - 12);
        view! { <path class="refused" d=path /> }
    });
    view! {
        <svg class="cycle-mark" x=percent(from) overflow="visible">
            <a href=mark.href aria-label=mark.label.clone()>
                <rect class="reach" x="-6" y="18" width="12" height="50" />
                <rect class="long" x="0" y=top.to_string() width=percent(to - from) height=mark.height.to_string() />
                <rect class="bar" x="-1.5" y=top.to_string() width="3" height=mark.height.to_string() />
                {refused}
                <text class="exact" y="11" text-anchor=anchor>
                    {mark.label.clone()}
                </text>
            </a>
        </svg>
    }
    .into_any()
}
