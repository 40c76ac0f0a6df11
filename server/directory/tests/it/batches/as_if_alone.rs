//! A batch of any writes ends as they would one by one.

use std::sync::Arc;

use directory::provisioning::IfMatch;
use directory::{AccountId, EntryQuery};
use proptest::prelude::*;
use scim::ScimError;
use serde_json::{Value, json};

use crate::harness::Harness;
use crate::idp::{Idp, patch, user};

/// A write over a directory of four users and four groups, named by their index.
#[derive(Debug, Clone)]
enum Write {
    CreateUser(u8),
    RenameUser(usize, u8),
    Switch(usize, bool),
    DeleteUser(usize),
    CreateGroup(u8, Vec<usize>),
    RenameGroup(usize, u8),
    Add(usize, Vec<usize>),
    Remove(usize, Vec<usize>),
    Replace(usize, Vec<usize>),
    Clear(usize),
    DeleteGroup(usize),
}

fn write() -> impl Strategy<Value = Write> {
    // Of the members, 0 to 3 are users and 4 to 7 groups.
    let members = || prop::collection::vec(0usize..8, 0..3);
    prop_oneof![
        (0u8..6).prop_map(Write::CreateUser),
        (0usize..4, 0u8..6).prop_map(|(user, name)| Write::RenameUser(user, name)),
        (0usize..4, any::<bool>()).prop_map(|(user, active)| Write::Switch(user, active)),
        (0usize..4).prop_map(Write::DeleteUser),
        (0u8..6, members()).prop_map(|(name, members)| Write::CreateGroup(name, members)),
        (0usize..4, 0u8..6).prop_map(|(group, name)| Write::RenameGroup(group, name)),
        (0usize..4, members()).prop_map(|(group, members)| Write::Add(group, members)),
        (0usize..4, members()).prop_map(|(group, members)| Write::Remove(group, members)),
        (0usize..4, members()).prop_map(|(group, members)| Write::Replace(group, members)),
        (0usize..4).prop_map(Write::Clear),
        (0usize..4).prop_map(Write::DeleteGroup),
    ]
}

/// A directory with the users `name0` to `name3`, and the groups of these names with a member or two each.
struct World {
    h: Harness,
    account: AccountId,
    /// Four users, then four groups.
    ids: Vec<String>,
}

impl World {
    async fn new() -> Self {
        let h = Harness::new().await;
        let account = h.account("Acme").await;
        let idp = Idp::of(&h, account);
        let mut ids = Vec::new();
        for index in 0..4 {
            ids.push(idp.user(&h, &format!("name{index}")).await.id.to_string());
        }
        for index in 0..4 {
            let mut members = vec![json!({ "value": ids[index] })];
            if index > 1 {
                members.push(json!({ "value": ids[index + 2] }));
            }
            let body = json!({ "displayName": format!("name{index}"), "members": members });
            ids.push(idp.on(&h).create_group(body).await.unwrap().id.to_string());
        }
        Self { h, account, ids }
    }

    fn members(&self, members: &[usize]) -> Value {
        members
            .iter()
            .map(|index| json!({ "value": self.ids[*index] }))
            .collect()
    }

    async fn run(&self, write: &Write) -> Result<(), u16> {
        let idp = Idp::of(&self.h, self.account);
        let api = idp.on(&self.h);
        let any = IfMatch::default;
        let set =
            |path: &str, value: Value| patch(json!([{ "op": "replace", "path": path, "value": value }]));
        let change =
            |op: &str, members: Value| patch(json!([{ "op": op, "path": "members", "value": members }]));
        let name = |name: &u8| Value::from(format!("Name{name}"));
        let (user_id, group_id) = (
            |user: &usize| &self.ids[*user],
            |group: &usize| &self.ids[group + 4],
        );
        let result: Result<(), ScimError> = match write {
            Write::CreateUser(n) => api.create_user(user(&format!("NAME{n}"))).await.map(drop),
            Write::RenameUser(u, n) => api
                .patch_user(user_id(u), set("userName", name(n)), any())
                .await
                .map(drop),
            Write::Switch(u, on) => api
                .patch_user(user_id(u), set("active", json!(on)), any())
                .await
                .map(drop),
            Write::DeleteUser(u) => api.delete_user(user_id(u), any()).await,
            Write::CreateGroup(n, members) => {
                let body = json!({ "displayName": name(n), "members": self.members(members) });
                api.create_group(body).await.map(drop)
            }
            Write::RenameGroup(g, n) => api
                .patch_group(group_id(g), set("displayName", name(n)), any())
                .await
                .map(drop),
            Write::Add(g, m) => api
                .patch_group(group_id(g), change("add", self.members(m)), any())
                .await
                .map(drop),
            Write::Remove(g, m) => api
                .patch_group(group_id(g), change("remove", self.members(m)), any())
                .await
                .map(drop),
            Write::Replace(g, m) => api
                .patch_group(group_id(g), change("replace", self.members(m)), any())
                .await
                .map(drop),
            Write::Clear(g) => {
                let clear = patch(json!([{ "op": "remove", "path": "members" }]));
                api.patch_group(group_id(g), clear, any()).await.map(drop)
            }
            Write::DeleteGroup(g) => api.delete_group(group_id(g), any()).await,
        };
        result.map_err(|error| error.status)
    }

    /// Everything that can be seen, without ids: they differ from directory to directory.
    async fn picture(&self) -> Vec<String> {
        let idp = Idp::of(&self.h, self.account);
        let mut lines = Vec::new();
        for user in idp.list_users(&self.h, "").await.unwrap().items {
            let user = idp.get_user(&self.h, &user.id.to_string()).await.unwrap();
            let mut groups: Vec<_> = user
                .groups
                .iter()
                .map(|m| format!("{} {}", m.group.display_name, m.direct))
                .collect();
            groups.sort();
            lines.push(format!(
                "user {:?} {} {groups:?}",
                user.resource.to_stored(),
                user.version
            ));
        }
        for group in idp.list_groups(&self.h, "").await.unwrap().items {
            let members = idp.members(&self.h, group.id).await;
            let (stored, count) = (group.resource.to_stored(), group.member_count);
            lines.push(format!("group {stored:?} {} {count} {members:?}", group.version));
        }
        let query = EntryQuery {
            limit: 200,
            ..EntryQuery::default()
        };
        for entry in self
            .h
            .directory
            .list_entries(self.account, &query)
            .await
            .unwrap()
            .entries
            .iter()
            .rev()
        {
            let mut members = entry.members.clone().unwrap_or_default();
            members.added_names.sort();
            members.removed_names.sort();
            let subject = entry.subject.as_ref().map(|subject| &subject.name);
            let (outcome, status) = (entry.outcome, entry.status);
            lines.push(format!(
                "{:?} {outcome:?} {status:?} {subject:?} {:?} {members:?}",
                entry.action, entry.changes
            ));
        }
        lines
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_batch_does_what_its_commands_would_do_one_by_one(writes in prop::collection::vec(write(), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let alone = World::new().await;
            let mut expected = Vec::new();
            for write in &writes {
                expected.push(alone.run(write).await);
            }
            let together = Arc::new(World::new().await);
            // On one thread the requests queue up in this order before the writer takes the first.
            let tasks: Vec<_> = writes
                .iter()
                .cloned()
                .map(|write| {
                    let together = together.clone();
                    tokio::spawn(async move { together.run(&write).await })
                })
                .collect();
            for (task, expected) in tasks.into_iter().zip(expected) {
                assert_eq!(task.await.unwrap(), expected);
            }
            assert_eq!(together.picture().await, alone.picture().await);
        });
    }
}
