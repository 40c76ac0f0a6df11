//! Server.

mod http;

fn main() {}
