//! Pages by position and by cursor: whatever is asked, put together they are the list.

use directory::provisioning::ListQuery;
use proptest::prelude::*;
use scim::{Page, Paging, ResourceType, SortBy};

use crate::harness::Harness;
use crate::idp::{Idp, query};
use crate::lists::{fill, small, user_filter, with_ids};

/// The ids on every page, following the cursors.
async fn by_cursor(idp: &Idp, h: &Harness, query: &ListQuery, count: usize) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let paging = Paging::Cursor { cursor, count };
        let page = ListQuery {
            paging,
            ..query.clone()
        };
        let listing = idp.users_of(h, &page).await.unwrap();
        pages.push(listing.items.iter().map(|user| user.id.to_string()).collect());
        match listing.next {
            Some(next) => cursor = next,
            None => return pages,
        }
    }
}

/// The ids on every page, by position.
async fn by_index(idp: &Idp, h: &Harness, query: &ListQuery, count: usize) -> Vec<Vec<String>> {
    let mut pages: Vec<Vec<String>> = Vec::new();
    loop {
        let start_index = pages.iter().map(Vec::len).sum::<usize>() + 1;
        let paging = Paging::Index(Page { start_index, count });
        let page = ListQuery {
            paging,
            ..query.clone()
        };
        let listing = idp.users_of(h, &page).await.unwrap();
        pages.push(listing.items.iter().map(|user| user.id.to_string()).collect());
        if start_index + listing.items.len() > listing.total.unwrap() {
            return pages;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_pages_of_a_list_are_the_list(
        small in small(),
        filters in prop::collection::vec(prop::option::of(user_filter()), 4),
        sort in prop::option::of(prop::sample::select(vec!["userName", "externalId", "active", "nickName", "meta.created"])),
        descending in any::<bool>(),
        count in 1usize..4,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let h = Harness::new().await;
            let account = h.account("Acme").await;
            let idp = Idp::of(&h, account);
            let (users, groups) = fill(&h, &idp, &small).await;
            for filter in filters {
                let filter = with_ids(filter.as_deref().unwrap_or_default(), &users, &groups);
                let mut query = query(ResourceType::User, &filter, None, 1, 100);
                let order = if descending { "descending" } else { "ascending" };
                query.sort = SortBy::parse(ResourceType::User, sort, Some(order)).unwrap();
                let whole = idp.users_of(&h, &query).await.unwrap();
                let whole: Vec<String> = whole.items.iter().map(|user| user.id.to_string()).collect();
                assert_eq!(by_index(&idp, &h, &query, count).await.concat(), whole, "{filter} {sort:?}");
                let pages = by_cursor(&idp, &h, &query, count).await;
                assert_eq!(pages.concat(), whole, "{filter} {sort:?}");
                assert!(pages.iter().rev().skip(1).all(|page| page.len() == count), "{pages:?}");
            }
        });
    }
}
