//! The course of a number over the last days: a small line beside it.

use leptos::prelude::*;

/// A line through the values, the oldest first; nothing for fewer than two. It is decoration for who sees it: the
/// sentence beside it says from where to where.
pub fn course(values: &[u64]) -> AnyView {
    let (Some(least), Some(most)) = (values.iter().min(), values.iter().max()) else {
        return ().into_any();
    };
    if values.len() < 2 {
        return ().into_any();
    }
    let steps = u64::try_from(values.len() - 1).unwrap_or(1);
    let points: Vec<String> = values
        .iter()
        .zip(0_u64..)
        .map(|(value, step)| {
            let height = if most == least {
                10
            } else {
                18 - 16 * (value - least) / (most - least)
            };
            format!("{},{height}", step * 100 / steps)
        })
        .collect();
    view! {
        <svg class="course" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
            <polyline points=points.join(" ") />
        </svg>
    }
    .into_any()
}
