//! The message to the identity provider's administrator.

use directory::provisioning::diagnosis::Finding;

use super::words::{Told, Words};
use crate::format::Moment;
use crate::subject::guide::plain;
use crate::text::{K, fill, t};

/// The message: what is wrong, where, when, and what to do in the identity provider's own words. No secret is in it.
pub(super) fn message(told: &Told<'_>, finding: &Finding, words: &Words, theirs: &str) -> String {
    let mut lines = vec![
        fill(
            K::MessageSubject,
            &[("account", told.account_name), ("title", &words.title)],
        ),
        String::new(),
        words.cause.clone(),
        String::new(),
        line(K::ConnectionBaseUrl, told.base_url),
    ];
    if !words.objects.is_empty() {
        lines.push(line(K::MessageObject, &words.objects.join(", ")));
    }
    if let Some(refused) = finding.refused() {
        lines.push(line(K::MessageTime, &Moment::from(refused.at).exact()));
        lines.push(line(K::RequestLine, &refused.request));
        lines.push(line(K::MessageRequestId, &refused.request_id));
        if !refused.detail.is_empty() {
            lines.push(line(K::FindingAnswer, &refused.detail));
        }
    } else {
        lines.push(line(K::MessageTime, &Moment::from(told.facts.now).exact()));
    }
    lines.push(String::new());
    lines.push(theirs.to_owned());
    if let Some(step) = words.topic.and_then(|topic| told.guide.step_for(topic)) {
        if !step.path.is_empty() {
            lines.push(line(K::MessagePath, &step.path.join(" > ")));
        }
        lines.push(plain(&step.text));
    }
    lines.join("\n")
}

fn line(label: K, value: &str) -> String {
    format!("{}: {value}", t(label))
}
