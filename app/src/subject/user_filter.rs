//! What narrows and sorts a list of users: as it stands in the address of the page and of its export.

use serde::{Deserialize, Serialize};

use crate::routes;

/// What narrows and sorts the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserFilter {
    /// Text that the username, name, email or external id contains.
    pub search: String,
    /// Only SCIM-managed users, or only manual ones.
    pub is_scim: Option<bool>,
    /// Only active users, or only inactive ones.
    pub active: Option<bool>,
    /// Only users for whom this role is in effect, as it is sent.
    pub role: Option<String>,
    /// Only members of this group: its id, or as it is typed its name.
    pub group: Option<String>,
    /// Only users with more roles than their groups give.
    pub extra: bool,
    /// Only users whom the identity provider has not named for this many days.
    pub unseen: Option<u16>,
    /// What the list is sorted by.
    pub order: Order,
    /// Whether the order is turned round.
    pub descending: bool,
    /// Where the page begins.
    pub after: Option<String>,
    /// Where the page ends.
    pub before: Option<String>,
    /// Whether it is the last page.
    pub last: bool,
}

/// What a list of users is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// The username.
    #[default]
    Username,
    /// The name.
    Name,
    /// The last change.
    Changed,
}

impl Order {
    /// Every order.
    pub const ALL: [Self; 3] = [Self::Username, Self::Name, Self::Changed];

    /// As it stands in the address; turned round with a hyphen before it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Name => "name",
            Self::Changed => "changed",
        }
    }
}

/// Where the list begins, ends or goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// At its beginning.
    First,
    /// Behind this place.
    After(String),
    /// Before this place.
    Before(String),
    /// At its end.
    Last,
}

impl UserFilter {
    /// Reads the parameters of an address; what it does not know it ignores.
    pub fn of(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let given = |name: &str| parameter(name).filter(|value| !value.trim().is_empty());
        let either = |name: &str, yes: &str, no: &str| match given(name)?.as_str() {
            value if value == yes => Some(true),
            value if value == no => Some(false),
            _ => None,
        };
        let sort = given("sort").unwrap_or_default();
        let (descending, order) = match sort.strip_prefix('-') {
            Some(order) => (true, order),
            None => (false, sort.as_str()),
        };
        Self {
            search: given("q").unwrap_or_default(),
            is_scim: either("managed", "scim", "manual"),
            active: either("state", "active", "inactive"),
            role: given("role"),
            group: given("group"),
            extra: given("extra").is_some(),
            unseen: given("unseen").and_then(|days| days.parse().ok()),
            order: Order::ALL
                .into_iter()
                .find(|known| known.as_str() == order)
                .unwrap_or_default(),
            descending,
            after: given("after"),
            before: given("before"),
            last: given("last").is_some(),
        }
    }

    /// Whether nothing narrows the list.
    pub fn is_empty(&self) -> bool {
        self.narrowing() == Self::default().narrowing()
    }

    /// Whether it is the first page.
    pub fn is_first(&self) -> bool {
        self.after.is_none() && self.before.is_none() && !self.last
    }

    fn narrowing(&self) -> Self {
        Self {
            order: Order::default(),
            descending: false,
            ..self.from_start()
        }
    }

    /// The same from its first page on.
    #[must_use]
    pub fn from_start(&self) -> Self {
        self.part(Part::First)
    }

    /// Another part of the same.
    #[must_use]
    pub fn part(&self, part: Part) -> Self {
        let (after, before, last) = match part {
            Part::First => (None, None, false),
            Part::After(place) => (Some(place), None, false),
            Part::Before(place) => (None, Some(place), false),
            Part::Last => (None, None, true),
        };
        Self {
            after,
            before,
            last,
            ..self.clone()
        }
    }

    /// The value of `sort`; none: the order that is the default.
    pub fn sort(&self) -> Option<String> {
        let turned = if self.descending { "-" } else { "" };
        (self.order != Order::default() || self.descending)
            .then(|| format!("{turned}{}", self.order.as_str()))
    }

    /// `path` with these parameters.
    pub fn href(&self, path: &str) -> String {
        let either = |value: Option<bool>, yes, no| value.map(|value| if value { yes } else { no });
        let unseen = self.unseen.map(|days| days.to_string());
        routes::with_query(
            path,
            &[
                (
                    "q",
                    Some(self.search.as_str()).filter(|search| !search.is_empty()),
                ),
                ("managed", either(self.is_scim, "scim", "manual")),
                ("state", either(self.active, "active", "inactive")),
                ("role", self.role.as_deref()),
                ("group", self.group.as_deref()),
                ("extra", self.extra.then_some("1")),
                ("unseen", unseen.as_deref()),
                ("sort", self.sort().as_deref()),
                ("after", self.after.as_deref()),
                ("before", self.before.as_deref()),
                ("last", self.last.then_some("1")),
            ],
        )
    }
}

#[cfg(feature = "ssr")]
mod ask {
    use directory::{AccountId, Directory, ManagedBy, UserOrder, UserPlace, UserQuery};

    use super::{Order, UserFilter};
    use crate::error::ConsoleError;
    use crate::subject::role::parse;
    use crate::subject::user::GroupName;

    const DAY: i64 = 24 * 60 * 60;

    impl UserFilter {
        /// What to ask the directory for, `limit` at a time, and the group by id and name. None: the group or the
        /// role is not there, so that nobody is in it.
        ///
        /// # Errors
        /// [`ConsoleError::Internal`].
        pub async fn query(
            &self,
            directory: &Directory,
            account: AccountId,
            limit: u16,
        ) -> Result<Option<(UserQuery, Option<GroupName>)>, ConsoleError> {
            let group = match &self.group {
                None => None,
                Some(text) => match find_group(directory, account, text).await? {
                    None => return Ok(None),
                    found => found,
                },
            };
            let role = match self.role.as_deref().map(parse) {
                None => None,
                Some(Ok(role)) => Some(role),
                Some(Err(_)) => return Ok(None),
            };
            let now = directory.now();
            let place = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
            let page = match (place(&self.after), place(&self.before)) {
                (Some(after), _) => UserPlace::After(after),
                (None, Some(before)) => UserPlace::Before(before),
                (None, None) if self.last => UserPlace::Last,
                (None, None) => UserPlace::First,
            };
            let query = UserQuery {
                search: self.search.trim().to_owned(),
                managed_by: self.is_scim.map(|is_scim| {
                    if is_scim {
                        ManagedBy::Scim
                    } else {
                        ManagedBy::Manual
                    }
                }),
                active: self.active,
                role,
                group: group.as_ref().and_then(|group| group.id.parse().ok()),
                extra_roles: self.extra,
                unseen_since: self.unseen.and_then(|days| {
                    now.checked_sub(jiff::SignedDuration::from_secs(i64::from(days) * DAY))
                        .ok()
                }),
                order: match self.order {
                    Order::Username => UserOrder::UserName,
                    Order::Name => UserOrder::Name,
                    Order::Changed => UserOrder::Changed,
                },
                descending: self.descending,
                page,
                limit,
            };
            Ok(Some((query, group)))
        }
    }

    /// A group by its id, or by its name.
    async fn find_group(
        directory: &Directory,
        account: AccountId,
        text: &str,
    ) -> Result<Option<GroupName>, ConsoleError> {
        let id = match text.parse() {
            Ok(id) => Some(id),
            Err(_) => directory.find_group_by_name(account, text).await?,
        };
        let Some(id) = id else { return Ok(None) };
        let name = directory.find_group_name(account, id).await?;
        Ok(name.map(|name| GroupName {
            id: id.to_string(),
            name,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_back_as_it_was_written() {
        let whole = UserFilter {
            search: "ada & co".to_owned(),
            is_scim: Some(true),
            active: Some(false),
            role: Some("auditor".to_owned()),
            group: Some("Finance".to_owned()),
            extra: true,
            unseen: Some(30),
            order: Order::Changed,
            descending: true,
            after: Some("x.1".to_owned()),
            before: None,
            last: false,
        };
        for filter in [UserFilter::default(), whole.clone(), whole.part(Part::Last)] {
            let href = filter.href("/users");
            let query = href.split_once('?').map_or("", |(_, query)| query);
            let parameter = |name: &str| {
                let pair = query
                    .split('&')
                    .find(|pair| pair.split('=').next() == Some(name))?;
                Some(pair.split_once('=')?.1.replace("%20", " ").replace("%26", "&"))
            };
            assert_eq!(UserFilter::of(parameter), filter, "{href}");
        }
        assert!(UserFilter::default().href("/users").ends_with("/users"));
    }

    #[test]
    fn only_what_narrows_counts_as_a_filter() {
        let sorted = UserFilter {
            order: Order::Name,
            descending: true,
            last: true,
            ..UserFilter::default()
        };
        assert!(sorted.is_empty() && !sorted.is_first());
        let extra = UserFilter {
            extra: true,
            ..UserFilter::default()
        };
        assert!(!extra.is_empty() && extra.is_first());
    }
}
