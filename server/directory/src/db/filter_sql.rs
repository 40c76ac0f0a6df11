//! Which index answers a filter: the conjunct that becomes SQL. What is left over is evaluated over its rows.
//!
//! One conjunct is enough, as each of these leaves few rows. The statements differ in one condition over `$5`, so
//! that every text is fixed and every value is bound.

use scim::{AttrPath, CompareOp, Filter, FilterValue, ResourceType};

use crate::provisioning::ListQuery;

/// How the users that may match are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    /// The statement.
    pub(crate) sql: &'static str,
    /// The value of its `$5`.
    pub(crate) value: String,
}

/// Users of the account `$1` after the id `$2`, manual ones only if `$3` is not 0, at most `$4`.
macro_rules! users {
    ($condition:literal) => {
        users!("", "users", $condition)
    };
    ($with:literal, $from:literal, $condition:literal) => {
        concat!(
            $with,
            "SELECT users.id, users.managed_by, 0 AS member_count, users.resource, users.version, users.created_at,
                    users.modified_at
             FROM ",
            $from,
            " WHERE users.account_id = $1 AND users.id > $2 AND (users.managed_by = 'scim' OR $3 <> 0) AND ",
            $condition,
            " ORDER BY users.id LIMIT $4"
        )
    };
}

/// Groups of the account `$1` after the id `$2`, at most `$4`; `$3` is there so that all take the same parameters.
macro_rules! groups {
    ($condition:literal) => {
        groups!("groups", $condition)
    };
    ($from:literal, $condition:literal) => {
        concat!(
            "SELECT groups.id, 'scim' AS managed_by, groups.member_count, groups.resource, groups.version,
                    groups.created_at, groups.modified_at
             FROM ",
            $from,
            " WHERE groups.account_id = $1 AND groups.id > $2 AND $3 = $3 AND ",
            $condition,
            " ORDER BY groups.id LIMIT $4"
        )
    };
}

/// The statement for one resource of the account `$1` by its id `$2`; manual users only if `$3` is not 0.
pub(crate) fn by_id(kind: ResourceType) -> &'static str {
    match kind {
        ResourceType::User => {
            "SELECT id, managed_by, 0 AS member_count, resource, version, created_at, modified_at FROM users
             WHERE account_id = $1 AND id = $2 AND (managed_by = 'scim' OR $3 <> 0)"
        }
        ResourceType::Group => {
            "SELECT id, 'scim' AS managed_by, member_count, resource, version, created_at, modified_at FROM groups
             WHERE account_id = $1 AND id = $2 AND $3 = $3"
        }
    }
}

/// The statement for the resources of the account `$1` by the list of ids `$2`.
pub(crate) fn by_ids(kind: ResourceType) -> &'static str {
    match kind {
        ResourceType::User => {
            "SELECT users.id, users.managed_by, 0 AS member_count, users.resource, users.version, users.created_at,
                    users.modified_at
             FROM json_each($2) AS wanted CROSS JOIN users
             WHERE users.id = wanted.value AND users.account_id = $1"
        }
        ResourceType::Group => {
            "SELECT groups.id, 'scim' AS managed_by, groups.member_count, groups.resource, groups.version,
                    groups.created_at, groups.modified_at
             FROM json_each($2) AS wanted CROSS JOIN groups
             WHERE groups.id = wanted.value AND groups.account_id = $1"
        }
    }
}

/// The statement for `$3` resources of the account `$1` behind the first `$4`, manual users only if `$2` is not 0. The
/// inner query skips within the index alone.
pub(crate) fn page(kind: ResourceType) -> &'static str {
    match kind {
        ResourceType::User => {
            "SELECT id, managed_by, 0 AS member_count, resource, version, created_at, modified_at FROM users
             WHERE account_id = $1 AND id IN (
                 SELECT id FROM users WHERE account_id = $1 AND (managed_by = 'scim' OR $2 <> 0)
                 ORDER BY id LIMIT $3 OFFSET $4
             )
             ORDER BY id"
        }
        ResourceType::Group => {
            "SELECT id, 'scim' AS managed_by, member_count, resource, version, created_at, modified_at FROM groups
             WHERE account_id = $1 AND $2 = $2 AND id IN (
                 SELECT id FROM groups WHERE account_id = $1 ORDER BY id LIMIT $3 OFFSET $4
             )
             ORDER BY id"
        }
    }
}

/// The statement for what may match: by the equality that leaves the fewest rows, or everything.
pub(crate) fn access(kind: ResourceType, filter: Option<&Filter>) -> Access {
    match kind {
        ResourceType::User => users(filter),
        ResourceType::Group => groups(filter),
    }
}

fn users(filter: Option<&Filter>) -> Access {
    let find = |attribute| equality(filter, attribute);
    if let Some(value) = find("id") {
        return Access {
            sql: users!("users.id = $5"),
            value,
        };
    }
    if let Some(value) = find("userName") {
        return Access {
            sql: users!("users.user_name_key = $5"),
            value: scim::fold(&value),
        };
    }
    if let Some(value) = find("externalId") {
        return Access {
            sql: users!("users.external_id = $5"),
            value,
        };
    }
    if let Some(value) = find("groups.value") {
        let sql = users!(
            "WITH RECURSIVE down (id) AS (
                 SELECT groups.id FROM groups WHERE groups.id = $5 AND groups.account_id = $1
                 UNION
                 SELECT members.member_id FROM down CROSS JOIN members
                 WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'group'
             ),
             named (id) AS (
                 SELECT DISTINCT members.member_id FROM down CROSS JOIN members
                 WHERE members.group_id = down.id AND members.account_id = $1 AND members.member_kind = 'user'
                   AND members.member_id > $2
             )
             ",
            "named CROSS JOIN users",
            "users.id = named.id"
        );
        return Access { sql, value };
    }
    Access {
        sql: users!("$5 = ''"),
        value: String::new(),
    }
}

fn groups(filter: Option<&Filter>) -> Access {
    let find = |attribute| equality(filter, attribute);
    if let Some(value) = find("id") {
        return Access {
            sql: groups!("groups.id = $5"),
            value,
        };
    }
    if let Some(value) = find("displayName") {
        return Access {
            sql: groups!("groups.display_name_key = $5"),
            value: scim::fold(&value),
        };
    }
    if let Some(value) = find("externalId") {
        return Access {
            sql: groups!("groups.external_id = $5"),
            value,
        };
    }
    if let Some(value) = find("members.value") {
        let sql = groups!(
            "members CROSS JOIN groups",
            "members.member_id = $5 AND members.account_id = $1 AND groups.id = members.group_id"
        );
        return Access { sql, value };
    }
    Access {
        sql: groups!("$5 = ''"),
        value: String::new(),
    }
}

/// The text that `attribute` must equal for the filter to match at all.
fn equality(filter: Option<&Filter>, attribute: &str) -> Option<String> {
    let equalities = filter?.required_equalities();
    equalities
        .iter()
        .find(|(path, _)| path.is(attribute))
        .map(|(_, value)| (*value).to_owned())
}

/// Which references (`groups` of a user, `members` of a group) the rows need so that a filter can be evaluated or the
/// list sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Referred {
    /// None: they are not mentioned.
    No,
    /// Those of these ids: the filter only asks whether they are there, and a group may have fifty thousand others.
    To(Vec<String>),
    /// All of them.
    All,
}

/// What `query` needs to know of `attribute`.
pub(crate) fn refers_to(query: &ListQuery, attribute: &str) -> Referred {
    let mut references = Referred::No;
    if let Some(filter) = &query.filter {
        collect(filter, attribute, &mut references);
    }
    if query
        .sort
        .as_ref()
        .is_some_and(|sort| names(&sort.path, attribute))
    {
        references = Referred::All;
    }
    references
}

/// Whether `query` needs to know effective roles.
pub(crate) fn refers_to_roles(query: &ListQuery) -> bool {
    fn any(filter: &Filter, is: impl Fn(&AttrPath) -> bool + Copy) -> bool {
        match filter {
            Filter::And(terms) | Filter::Or(terms) => terms.iter().any(|term| any(term, is)),
            Filter::Not(inner) => any(inner, is),
            Filter::Compare { path, .. } | Filter::Present(path) | Filter::ValuePath { path, .. } => is(path),
        }
    }
    let is = |path: &AttrPath| path.urn.is_some() && path.attribute == "effectiveRoles";
    query.filter.as_ref().is_some_and(|filter| any(filter, is))
        || query.sort.as_ref().is_some_and(|sort| is(&sort.path))
}

fn collect(filter: &Filter, attribute: &str, references: &mut Referred) {
    match filter {
        Filter::And(terms) | Filter::Or(terms) => {
            for term in terms {
                collect(term, attribute, references);
            }
        }
        Filter::Not(inner) => collect(inner, attribute, references),
        Filter::Compare {
            path,
            op: CompareOp::Eq,
            value: FilterValue::String(id),
        } if names(path, attribute) && path.sub.is_none_or(|sub| sub == "value") => match references {
            Referred::No => *references = Referred::To(vec![id.clone()]),
            Referred::To(ids) => ids.push(id.clone()),
            Referred::All => {}
        },
        Filter::Compare { path, .. } | Filter::Present(path) | Filter::ValuePath { path, .. } => {
            if names(path, attribute) {
                *references = Referred::All;
            }
        }
    }
}

fn names(path: &AttrPath, attribute: &str) -> bool {
    path.urn.is_none() && path.attribute == attribute
}

#[cfg(test)]
mod tests {
    use scim::{Strictness, Tolerance};
    use sqlx::{AssertSqlSafe, Row};

    use super::*;
    use crate::{Clock, Directory, OpenOptions};

    fn filter(text: &str, kind: ResourceType) -> Filter {
        Filter::parse(text, kind, &mut Tolerance::new(Strictness::All)).unwrap()
    }

    #[tokio::test]
    async fn a_filter_with_an_index_never_walks_over_the_account() {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions {
            data: folder.path().to_owned(),
            clock: Clock::system(),
        };
        let directory = Directory::open(options).await.unwrap();
        let cases = [
            (ResourceType::User, "id eq \"x\"", false),
            (ResourceType::User, "userName eq \"x\" and active eq true", false),
            (ResourceType::User, "title pr and externalId eq \"x\"", false),
            (ResourceType::User, "groups.value eq \"x\"", false),
            (ResourceType::User, "title eq \"x\"", true),
            (ResourceType::User, "userName eq \"x\" or title pr", true),
            (ResourceType::User, "not (userName eq \"x\")", true),
            (ResourceType::Group, "id eq \"x\"", false),
            (ResourceType::Group, "displayName eq \"x\"", false),
            (ResourceType::Group, "externalId eq \"x\"", false),
            (ResourceType::Group, "members.value eq \"x\"", false),
            (ResourceType::Group, "displayName sw \"x\"", true),
        ];
        for (kind, text, walks) in cases {
            let filter = filter(text, kind);
            let access = access(kind, Some(&filter));
            let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", access.sql)))
                .fetch_all(directory.readers())
                .await
                .unwrap();
            let plan: Vec<String> = plan.iter().map(|step| step.get("detail")).collect();
            let walked = plan
                .iter()
                .any(|step| step.contains("_by_account (account_id=? AND id>?)"));
            assert_eq!(walked, walks, "{text}: {plan:#?}");
        }
    }

    #[test]
    fn only_the_references_that_decide_are_read() {
        let only = |ids: &[&str]| Referred::To(ids.iter().map(ToString::to_string).collect());
        let cases = [
            ("displayName pr", Referred::No),
            ("members.value eq \"a\"", only(&["a"])),
            (
                "id eq \"g\" and (members eq \"a\" or not (members.value eq \"b\"))",
                only(&["a", "b"]),
            ),
            ("members.value eq \"a\" and members.value ne \"b\"", Referred::All),
            ("members pr", Referred::All),
            ("members[type eq \"Group\"]", Referred::All),
        ];
        for (text, expected) in cases {
            let mut references = Referred::No;
            collect(&filter(text, ResourceType::Group), "members", &mut references);
            assert_eq!(references, expected, "{text}");
        }
    }
}
