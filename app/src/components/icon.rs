//! The few icons: drawn on a grid of 16, in the colour of the text, hidden from screen readers since a word always
//! stands beside them.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Lines and a tick: the mark of Rollcall.
    Roll,
    /// A tick: done, active.
    Check,
    /// A cross: refused, inactive.
    Cross,
    /// A circle: not known.
    Circle,
    /// A triangle: needs attention.
    Warning,
    /// A plus: new.
    Plus,
    /// A padlock: cannot be changed here.
    Lock,
    /// Two sheets: copy.
    Copy,
    /// Three lines: the menu.
    Menu,
    /// Down: opens a list; sorted from the last to the first.
    Down,
    /// Up: sorted from the first to the last.
    Up,
    /// The sun: light.
    Sun,
    /// The moon: dark.
    Moon,
    /// A screen: as the system.
    Screen,
    /// Two arrows: unchanged, or converted.
    Swap,
    /// A lens: search.
    Search,
}

/// Draws an icon.
pub fn icon(icon: Icon) -> AnyView {
    let path = match icon {
        Icon::Roll => "M2 3.5h8.5M2 8h6M2 12.500h3.500M8 11.500 10.200 13.700 14.200 7.500",
        Icon::Check => "M3 8.5 6.5 12 13 4.5",
        Icon::Cross => "M4 4l8 8M12 4l-8 8",
        Icon::Circle => "M8 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
        Icon::Warning => "M8 2.5 14.5 13.5H1.5ZM8 6.5v3.2M8 11.6v.1",
        Icon::Plus => "M8 3v10M3 8h10",
        Icon::Lock => "M3.5 7h9v6.5h-9ZM5.2 7V5a2.8 2.8 0 0 1 5.6 0v2",
        Icon::Copy => "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
        Icon::Menu => "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
        Icon::Down => "M4 6.5 8 10.5 12 6.5",
        Icon::Up => "M4 9.5 8 5.5 12 9.5",
        Icon::Sun => {
            "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13"
        }
        Icon::Moon => "M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z",
        Icon::Screen => "M1.8 3h12.4v8.2H1.8ZM5.5 13.6h5",
        Icon::Search => "M7 2.5a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9ZM10.300 10.300 13.800 13.800",
        Icon::Swap => "M2.5 5.5h10M9.8 2.8l2.7 2.7-2.7 2.7M13.5 10.5h-10M6.2 7.8 3.5 10.5l2.7 2.7",
    };
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=path />
        </svg>
    }
    .into_any()
}
