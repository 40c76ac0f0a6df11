//! The HTTP side: what is mounted where.

pub(crate) mod assets;
pub(crate) mod console;
pub(crate) mod kept_input;
pub(crate) mod security_headers;
