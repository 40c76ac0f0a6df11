//! RFC 9865, cursor pagination.

use super::Supported::No;
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "2",
        "Query Parameters and Response Attributes",
        No,
        "Being built.",
        &[],
    ),
    row("2.1", "Pagination Errors", No, "Being built.", &[]),
    row("3", "Querying Resources Using HTTP POST", No, "Being built.", &[]),
    row("4", "Service Provider Configuration", No, "Being built.", &[]),
];
