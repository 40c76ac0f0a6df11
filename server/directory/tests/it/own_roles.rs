//! An account's own roles: a name, what they open, and how they come and go.

use directory::{
    AccountId, Action, Actor, ConsoleAccess, DirectoryError, EntryQuery, NewUser, OwnRole, Person, Refusal,
    Role, RoleId, UserId,
};

use crate::harness::{ACTOR, Harness, refusal};
use crate::idp::{Idp, last_entry};

const PASSWORD: &str = "a password of a test";

fn own(name: &str, access: Option<ConsoleAccess>) -> OwnRole {
    OwnRole {
        name: name.to_owned(),
        description: String::new(),
        access,
    }
}

async fn add(h: &Harness, account: AccountId, name: &str, access: Option<ConsoleAccess>) -> RoleId {
    h.directory
        .add_role(&ACTOR, account, own(name, access))
        .await
        .unwrap()
}

async fn user(h: &Harness, account: AccountId, user_name: &str, roles: &[Role]) -> UserId {
    let user = NewUser {
        user_name: user_name.to_owned(),
        roles: roles.to_vec(),
        ..NewUser::default()
    };
    h.directory.add_user(&ACTOR, account, user).await.unwrap()
}

#[tokio::test]
async fn a_name_is_unique_in_its_account_and_never_a_built_in_roles() {
    let h = Harness::new().await;
    let (account, elsewhere) = (h.account("Acme").await, h.account("Globex").await);
    let billing = add(&h, account, "  Ärzte ", None).await;
    add(&h, elsewhere, "ärzte", None).await;
    for taken in ["ÄRZTE", "Administrator", " auditor ", "MEMBER"] {
        let refused = h.directory.add_role(&ACTOR, account, own(taken, None)).await;
        assert_eq!(refusal(refused), Refusal::RoleNameTaken, "{taken}");
    }
    for empty in ["", "  ", "a\nb", &"x".repeat(101)] {
        let refused = h.directory.add_role(&ACTOR, account, own(empty, None)).await;
        assert_eq!(refusal(refused), Refusal::Name { most: 100 }, "{empty:?}");
    }
    let roles = h.directory.roles(account).await.unwrap();
    assert_eq!(roles.named("ärzte"), Some(Role::Own(billing)));
    assert_eq!(roles.named("Auditor"), Some(Role::Auditor));
    assert_eq!(roles.named("nothing"), None);
    assert_eq!(roles.name(Role::Own(billing)), "Ärzte");
    // Its own name in another letter-case is a change of it; another's name is not.
    let renamed = own("ärzte", None);
    h.directory
        .change_role(&ACTOR, account, billing, renamed)
        .await
        .unwrap();
    add(&h, account, "Billing", None).await;
    let refused = h
        .directory
        .change_role(&ACTOR, account, billing, own("BILLING", None))
        .await;
    assert_eq!(refusal(refused), Refusal::RoleNameTaken);
}

#[tokio::test]
async fn a_role_of_another_account_does_not_exist() {
    let h = Harness::new().await;
    let (account, elsewhere) = (h.account("Acme").await, h.account("Globex").await);
    let foreign = add(&h, elsewhere, "Billing", Some(ConsoleAccess::Administrator)).await;
    let ada = user(&h, account, "ada", &[]).await;
    let staff = Idp::of(&h, account).group(&h, "Staff", &[]).await.id;
    let role = Role::Own(foreign);
    let new = NewUser {
        user_name: "bob".to_owned(),
        roles: vec![role],
        ..NewUser::default()
    };
    let directory = &h.directory;
    for result in [
        directory.give_role(&ACTOR, account, ada, role).await,
        directory.take_role(&ACTOR, account, ada, role).await,
        directory.give_group_role(&ACTOR, account, staff, role).await,
        directory.take_group_role(&ACTOR, account, staff, role).await,
        directory.add_user(&ACTOR, account, new).await.map(drop),
        directory
            .change_role(&ACTOR, account, foreign, own("Mine", None))
            .await,
        directory.delete_role(&ACTOR, account, foreign).await,
    ] {
        assert!(matches!(result, Err(DirectoryError::NotFound)), "{result:?}");
    }
    assert!(
        directory
            .find_user_by_name(account, "bob")
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn what_an_own_role_opens_holds_at_the_next_request() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    user(&h, account, "root", &[Role::Administrator]).await;
    let keeper = add(&h, account, "Keeper", Some(ConsoleAccess::Auditor)).await;
    let ada = user(&h, account, "ada", &[Role::Own(keeper)]).await;
    let link = h
        .directory
        .create_password_link(&ACTOR, account, ada)
        .await
        .unwrap();
    h.directory.set_password(&link.secret, PASSWORD).await.unwrap();
    let secret = h
        .directory
        .sign_in("ada", PASSWORD, "203.0.113.7", "test")
        .await
        .unwrap();
    let h = &h;
    let opened = || async {
        let session = h.directory.find_session(&secret).await.unwrap();
        session.map(|session| match session.person {
            Person::User { access, .. } => access,
            owner @ Person::Owner { .. } => panic!("{owner:?}"),
        })
    };
    assert_eq!(opened().await, Some(ConsoleAccess::Auditor));
    for access in [Some(ConsoleAccess::Administrator), None] {
        h.directory
            .change_role(&ACTOR, account, keeper, own("Keeper", access))
            .await
            .unwrap();
        assert_eq!(opened().await, access);
    }
    let link = h.directory.create_password_link(&ACTOR, account, ada).await;
    assert_eq!(refusal(link), Refusal::NoConsoleRole);
}

#[tokio::test]
async fn the_last_administrator_may_be_one_by_an_own_role() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let everything = Some(ConsoleAccess::Administrator);
    let (chief, deputy) = (
        add(&h, account, "Chief", everything).await,
        add(&h, account, "Deputy", everything).await,
    );
    let ada = user(&h, account, "ada", &[Role::Administrator]).await;
    let bob = user(&h, account, "bob", &[Role::Own(chief)]).await;
    let directory = &h.directory;
    directory
        .take_role(&ACTOR, account, ada, Role::Administrator)
        .await
        .unwrap();
    let only = directory.get_user(account, bob).await.unwrap();
    assert!(only.is_last_administrator);
    for result in [
        directory.take_role(&ACTOR, account, bob, Role::Own(chief)).await,
        directory
            .change_role(&ACTOR, account, chief, own("Chief", Some(ConsoleAccess::Auditor)))
            .await,
        directory.delete_role(&ACTOR, account, chief).await,
        directory.set_user_active(&ACTOR, account, bob, false).await,
    ] {
        assert_eq!(refusal(result), Refusal::LastAdministrator);
    }
    // A role that nobody holds is no administrator; one that a group gives to somebody is.
    let refused = directory.delete_role(&ACTOR, account, chief).await;
    assert_eq!(refusal(refused), Refusal::LastAdministrator);
    let idp = Idp::of(&h, account);
    let cleo = idp.user(&h, "cleo").await.id;
    let staff = idp.group(&h, "Staff", &[&cleo]).await.id;
    directory
        .give_group_role(&ACTOR, account, staff, Role::Own(deputy))
        .await
        .unwrap();
    directory.delete_role(&ACTOR, account, chief).await.unwrap();
    assert!(
        directory
            .get_user(account, bob)
            .await
            .unwrap()
            .row
            .roles
            .direct
            .is_empty()
    );
}

#[tokio::test]
async fn a_deleted_role_goes_from_users_and_groups_and_the_log_keeps_its_name() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let billing = add(&h, account, "Billing", None).await;
    let role = Role::Own(billing);
    let ada = user(&h, account, "ada", &[role, Role::Member]).await;
    let idp = Idp::of(&h, account);
    let bob = idp.user(&h, "bob").await.id;
    let staff = idp.group(&h, "Staff", &[&bob]).await.id;
    h.directory
        .give_group_role(&ACTOR, account, staff, role)
        .await
        .unwrap();
    let granted = last_entry(&h, account).await;
    assert_eq!(
        (granted.role, granted.role_name.as_deref()),
        (Some(role), Some("Billing"))
    );
    let changed = OwnRole {
        name: "Invoices".to_owned(),
        description: "Sends them".to_owned(),
        access: Some(ConsoleAccess::Auditor),
    };
    h.directory
        .change_role(&ACTOR, account, billing, changed)
        .await
        .unwrap();
    let entry = last_entry(&h, account).await;
    let attributes: Vec<&str> = entry
        .changes
        .iter()
        .map(|change| change.attribute.as_str())
        .collect();
    assert_eq!(attributes, ["name", "description", "access"]);

    let person = Actor::Owner {
        email: "owner@acme.test".to_owned(),
    };
    h.directory.delete_role(&person, account, billing).await.unwrap();
    let query = EntryQuery {
        limit: 3,
        ..EntryQuery::default()
    };
    let entries = h.directory.list_entries(account, &query).await.unwrap().entries;
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            let subject = entry.subject.as_ref().unwrap().name.as_str();
            (entry.action, subject, entry.role_name.as_deref())
        })
        .collect();
    assert_eq!(
        told,
        [
            (Action::DeleteOwnRole, "Invoices", None),
            (Action::TakeGroupRole, "Staff", Some("Invoices")),
            (Action::TakeRole, "ada", Some("Invoices")),
        ]
    );
    assert!(entries.iter().all(|entry| entry.actor == person));
    let before = h.directory.get_entry(account, granted.id).await.unwrap();
    assert_eq!(before.role_name.as_deref(), Some("Billing"));
    let h = &h;
    let roles = |id| async move { h.directory.get_user(account, id).await.unwrap().row.roles.roles() };
    assert_eq!(roles(ada).await, [Role::Member]);
    let view = h.directory.get_group(account, staff).await.unwrap();
    assert!(view.grants.is_empty());
}

#[tokio::test]
async fn an_app_that_reads_is_told_the_name_of_an_own_role() {
    let h = Harness::new().await;
    let account = h.account("Acme").await;
    let billing = add(&h, account, "Billing", None).await;
    let idp = Idp::of(&h, account);
    let ada = idp.user(&h, "ada").await.id;
    let staff = idp.group(&h, "Staff", &[&ada]).await.id;
    h.directory
        .give_group_role(&ACTOR, account, staff, Role::Own(billing))
        .await
        .unwrap();
    let app = Idp::reading(&h, account);
    let user = app.get_user(&h, ada).await.unwrap();
    let stored = directory::provisioning::StoredResource::User(user);
    let roles = stored.supplied("", true).effective_roles.unwrap();
    assert_eq!(
        roles,
        serde_json::json!([{ "value": "Billing", "type": "indirect" }])
    );
}
