//! What narrows the activity. It stands in the address, so that a link shows a colleague the same.

use serde::{Deserialize, Serialize};

use super::entry::Outcome;
use crate::routes;
use crate::text::K;

/// What entries are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the names are those of `directory::log::search::Kind`"
)]
pub enum EntryKind {
    Users,
    Groups,
    Connection,
    Roles,
    SignIns,
}

/// A time that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Span {
    Hour,
    Day,
    Week,
}

/// What narrows the list; all of it together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryFilter {
    /// Only this outcome.
    pub outcome: Option<Outcome>,
    /// Only what is about this.
    pub kind: Option<EntryKind>,
    /// Only what they did: `tokens`, `people`, `token:<id>`, `person:<id>`.
    pub who: Option<String>,
    /// Only the last time.
    pub span: Option<Span>,
    /// Only from this second on.
    pub from: Option<i64>,
    /// Only before this second.
    pub until: Option<i64>,
    /// Only what has a name that begins so, or this request id.
    pub search: String,
    /// Only entries older than this one.
    pub before: Option<String>,
}

/// Outcomes as they stand in the address, with their labels.
pub const OUTCOMES: [(Outcome, &str, K); 3] = [
    (Outcome::Done, "done", K::OutcomeDone),
    (Outcome::Refused, "refused", K::OutcomeRefused),
    (Outcome::Unchanged, "unchanged", K::OutcomeUnchanged),
];
/// Kinds as they stand in the address, with their labels.
pub const KINDS: [(EntryKind, &str, K); 5] = [
    (EntryKind::Users, "users", K::UsersTitle),
    (EntryKind::Groups, "groups", K::GroupsTitle),
    (EntryKind::Connection, "connection", K::ConnectionTitle),
    (EntryKind::Roles, "roles", K::RolesTitle),
    (EntryKind::SignIns, "sign-ins", K::KindSignIns),
];
/// Spans as they stand in the address, with their labels.
pub const SPANS: [(Span, &str, K); 3] = [
    (Span::Hour, "hour", K::SpanHour),
    (Span::Day, "day", K::SpanDay),
    (Span::Week, "week", K::SpanWeek),
];

fn find<T: Copy>(all: &[(T, &str, K)], name: &str) -> Option<T> {
    all.iter()
        .find(|(_, other, _)| *other == name)
        .map(|(value, ..)| *value)
}

fn name<T: Copy + PartialEq>(all: &[(T, &'static str, K)], value: Option<T>) -> Option<&'static str> {
    all.iter()
        .find(|(other, ..)| Some(*other) == value)
        .map(|(_, name, _)| *name)
}

impl EntryFilter {
    /// The filter in an address, whose parameters `get` finds by name. What is no filter is ignored.
    pub fn of(get: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name| get(name).and_then(|text| text.parse().ok());
        Self {
            outcome: get("outcome").and_then(|text| find(&OUTCOMES, &text)),
            kind: get("kind").and_then(|text| find(&KINDS, &text)),
            who: get("who").filter(|who| !who.is_empty()),
            span: get("span").and_then(|text| find(&SPANS, &text)),
            from: number("from"),
            until: number("until"),
            search: get("q").unwrap_or_default().trim().to_owned(),
            before: get("before").filter(|before| !before.is_empty()),
        }
    }

    /// Whether it leaves nothing out but newer entries.
    pub fn is_open(&self) -> bool {
        *self
            == Self {
                before: self.before.clone(),
                ..Self::default()
            }
    }

    /// The same from the first page on.
    #[must_use]
    pub fn first(&self) -> Self {
        Self {
            before: None,
            ..self.clone()
        }
    }

    /// The parameters of the address, the page's own `before` apart.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let number = |number: Option<i64>| number.map(|number| number.to_string());
        let search = Some(self.search.clone()).filter(|search| !search.is_empty());
        [
            ("q", search),
            ("outcome", name(&OUTCOMES, self.outcome).map(str::to_owned)),
            ("kind", name(&KINDS, self.kind).map(str::to_owned)),
            ("who", self.who.clone()),
            ("span", name(&SPANS, self.span).map(str::to_owned)),
            ("from", number(self.from)),
            ("until", number(self.until)),
        ]
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)))
        .collect()
    }

    /// The address of what it leaves.
    pub fn href(&self, to: &routes::Account) -> String {
        self.at(&to.activity(), self.before.as_deref())
    }

    /// The address of a file with what it leaves, all pages of it.
    pub fn export(&self, to: &routes::Account, format: &str) -> String {
        self.at(&to.activity_export(format), None)
    }

    fn at(&self, path: &str, before: Option<&str>) -> String {
        let own = self.parameters();
        let mut parameters: Vec<(&str, Option<&str>)> = own
            .iter()
            .map(|(name, value)| (*name, Some(value.as_str())))
            .collect();
        parameters.push(("before", before));
        routes::with_query(path, &parameters)
    }
}

#[cfg(feature = "ssr")]
mod convert {
    use directory::EntryQuery;
    use directory::log::search::{Kind, Who};
    use jiff::{SignedDuration, Timestamp};

    use super::{EntryFilter, EntryKind, Span};

    impl EntryFilter {
        /// What to ask the directory, at `now`.
        pub fn query(&self, now: Timestamp, limit: u16) -> EntryQuery {
            let second = |second: Option<i64>| second.and_then(|second| Timestamp::from_second(second).ok());
            let span = self.span.map(|span| match span {
                Span::Hour => SignedDuration::from_hours(1),
                Span::Day => SignedDuration::from_hours(24),
                Span::Week => SignedDuration::from_hours(7 * 24),
            });
            EntryQuery {
                outcomes: self.outcome.map(Into::into).into_iter().collect(),
                kind: self.kind.map(|kind| match kind {
                    EntryKind::Users => Kind::Users,
                    EntryKind::Groups => Kind::Groups,
                    EntryKind::Connection => Kind::Connection,
                    EntryKind::Roles => Kind::Roles,
                    EntryKind::SignIns => Kind::SignIns,
                }),
                who: self.who.as_deref().and_then(who),
                from: second(self.from).max(span.map(|span| now - span)),
                until: second(self.until),
                search: self.search.clone(),
                before: self.before.as_deref().and_then(|before| before.parse().ok()),
                limit,
                ..EntryQuery::default()
            }
        }
    }

    fn who(text: &str) -> Option<Who> {
        match text.split_once(':') {
            None if text == "tokens" => Some(Who::Tokens),
            None if text == "people" => Some(Who::People),
            Some(("token", id)) => Some(Who::Token(id.to_owned())),
            Some(("person", id)) => Some(Who::Person(id.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_what_its_address_says() {
        let filter = EntryFilter {
            outcome: Some(Outcome::Refused),
            kind: Some(EntryKind::SignIns),
            who: Some("person:ada@acme.test".to_owned()),
            span: Some(Span::Week),
            from: Some(1_795_529_187),
            until: None,
            search: "Sales & more".to_owned(),
            before: Some("x".to_owned()),
        };
        let to = routes::Account::new("1");
        assert_eq!(
            filter.href(&to),
            "/accounts/1/activity?q=Sales%20%26%20more&outcome=refused&kind=sign-ins&who=person%3Aada%40acme.test\
             &span=week&from=1795529187&before=x"
        );
        let parameters = filter.parameters();
        let read = EntryFilter::of(|name| {
            let found = parameters.iter().find(|(other, _)| *other == name);
            found.map(|(_, value)| value.clone())
        });
        assert_eq!(read, filter.first());
        assert!(!read.is_open() && EntryFilter::default().is_open());
        let nonsense = EntryFilter::of(|_| Some("nonsense".to_owned()));
        assert_eq!(
            (nonsense.outcome, nonsense.span, nonsense.from),
            (None, None, None)
        );
    }
}
