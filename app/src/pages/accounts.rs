//! The accounts that a person may open: for an owner all of the installation, and a form for one more.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};

use super::frame::AccountName;
use super::loaded;
use crate::components::{
    FormError, PageHead, RelativeTime, SubmitButton, Table, TextField, action_form, column, empty_state,
    section,
};
use crate::error::{ConsoleError, Field, error_of};
use crate::format::{Moment, size};
use crate::routes;
use crate::text::{K, P, count, t};

/// The accounts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountList {
    accounts: Vec<(AccountName, Moment)>,
    now: Moment,
}

/// The page.
pub struct AccountsPage;

#[lazy_route]
impl LazyRoute for AccountsPage {
    fn data() -> Self {
        Self
    }

    fn view(AccountsPage: Self) -> AnyView {
        let add = ServerAction::new();
        let accounts = Resource::new(|| (), |()| list_accounts());
        loaded(accounts, move |frame, list| view(&list, frame.is_owner, add))
    }
}

fn view(list: &AccountList, may_add: bool, add: ServerAction<AddAccount>) -> AnyView {
    let number = size(list.accounts.len());
    let state = view! { <p>{count(P::AccountsTotal, number)}</p> }.into_any();
    view! {
        <PageHead title=t(K::AccountsTitle) state=state />
        <div class="section wide">{table(list)}</div>
        {may_add.then(|| form(add))}
    }
    .into_any()
}

fn table(list: &AccountList) -> AnyView {
    if list.accounts.is_empty() {
        return empty_state(t(K::AccountsEmpty), t(K::AccountsEmptyReason));
    }
    let now = list.now;
    let columns = [K::FieldAccountName, K::AccountId, K::AccountCreated]
        .map(|key| column(t(key)))
        .into();
    let rows = list
        .accounts
        .iter()
        .cloned()
        .map(|(account, created_at)| {
            let href = routes::Account::new(&account.id).overview();
            view! {
                <tr>
                    <th scope="row">
                        <a href=href>{account.name}</a>
                    </th>
                    <td class="whole" data-label=t(K::AccountId)>
                        <code>{account.id}</code>
                    </td>
                    <td class="whole" data-label=t(K::AccountCreated)>
                        <RelativeTime at=created_at now=now />
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label=t(K::AccountsTitle) columns=columns stacks=true>
            {rows}
        </Table>
    }
    .into_any()
}

fn form(action: ServerAction<AddAccount>) -> AnyView {
    let error = error_of(action);
    let content = view! {
        <FormError error=error fields=&[Field::Name] />
        <TextField name="name" label=t(K::FieldAccountName) required=true error=error field=Field::Name />
        <div class="actions">
            <SubmitButton label=t(K::AccountAdd) pending=action.pending() />
        </div>
    };
    section(
        "add-account",
        t(K::AccountAddTitle),
        t(K::AccountAddAbout),
        action_form(action, &[], content),
    )
}

/// The accounts that the person may open, by name.
#[server(input = PostUrl)]
pub async fn list_accounts() -> Result<AccountList, ConsoleError> {
    let person = crate::session::person().await?;
    let directory = crate::session::directory();
    let accounts = match person {
        directory::Person::Owner { .. } => directory.list_accounts().await?,
        directory::Person::User { account, .. } => vec![directory.get_account(account).await?],
    };
    let named = |account: directory::Account| {
        (
            AccountName {
                id: account.id.to_string(),
                name: account.name,
            },
            account.created_at.into(),
        )
    };
    Ok(AccountList {
        accounts: accounts.into_iter().map(named).collect(),
        now: directory.now().into(),
    })
}

/// Creates an account and leads to it. For owners.
#[server(input = PostUrl)]
pub async fn add_account(
    /// Its name.
    name: String,
) -> Result<(), ConsoleError> {
    let owner = crate::session::owner().await?;
    let account = crate::session::directory()
        .create_account(&owner.actor(), name.trim())
        .await?;
    leptos_axum::redirect(&routes::Account::new(account.id.to_string()).overview());
    Ok(())
}
