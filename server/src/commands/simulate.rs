//! `rollcall simulate`: plays an identity provider. It needs no data folder: the server it talks to may be any.

use std::io;

use anyhow::anyhow;
use simulate::{Args, Error};

use crate::config::BadUsage;

/// Prints the table as it grows; fails where the server did not do what the identity provider expects.
pub(super) async fn simulate(args: Args) -> anyhow::Result<()> {
    let outcome = tokio::task::spawn_blocking(move || simulate::run(&args, &mut io::stdout())).await?;
    match outcome {
        Ok(outcome) if outcome.failures.is_empty() => Ok(()),
        Ok(outcome) => Err(anyhow!(
            "the server did not do what this identity provider expects, {} times; the table says where",
            outcome.failures.len()
        )),
        Err(Error::Usage(what)) => Err(BadUsage(what).into()),
        Err(error) => Err(error.into()),
    }
}
