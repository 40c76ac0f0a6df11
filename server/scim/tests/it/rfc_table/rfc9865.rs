//! RFC 9865, cursor pagination.

use super::Supported::{Choice, Yes};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "2",
        "Query Parameters and Response Attributes",
        Yes,
        "`cursor` and `nextCursor`; no `previousCursor`. Every resource that is not created, deleted or changed in \
         what the list is sorted by is seen exactly once.",
        &[
            "server/tests/it/cursor.rs::every_resource_is_seen_exactly_once",
            "server/tests/it/cursor.rs::what_comes_and_goes_meanwhile_moves_nothing_else",
            "server/tests/it/cursor.rs::a_count_of_nothing_has_no_next_page",
            "server/directory/tests/it/pages.rs::the_pages_of_a_list_are_the_list",
        ],
    ),
    row(
        "2.1",
        "Pagination Errors",
        Yes,
        "A cursor serves its own account, endpoint and query: otherwise `invalidCursor`, `expiredCursor` after an \
         hour, `invalidCount` for another `count`. Both kinds of paging at once are `invalidValue`.",
        &["server/tests/it/cursor.rs::a_cursor_serves_its_own_list_alone"],
    ),
    row(
        "2.4",
        "Default Pagination Method",
        Choice,
        "By index, because that is how identity providers page.",
        &["server/tests/it/discovery.rs::the_configuration_says_what_holds"],
    ),
    row(
        "3",
        "Querying Resources Using HTTP POST",
        Yes,
        "A search takes the cursor of the GET that asked the same.",
        &["server/tests/it/cursor.rs::a_cursor_serves_its_own_list_alone"],
    ),
    row(
        "4",
        "Service Provider Configuration",
        Yes,
        "`pagination` is announced, with the sizes of pages and the life of a cursor.",
        &["server/tests/it/discovery.rs::the_configuration_says_what_holds"],
    ),
];
