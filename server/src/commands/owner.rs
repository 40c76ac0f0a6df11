//! `rollcall owner`: who runs the installation.

use std::io::{BufRead, IsTerminal};

use anyhow::Context as _;
use clap::Args;
use directory::Actor;
use serde::{Deserialize, Serialize};

use super::{Context, in_words};
use crate::config::BadUsage;

/// The arguments of `owner create`.
#[derive(Args, Serialize, Deserialize)]
pub struct Create {
    /// The email that the owner signs in with
    #[arg(long)]
    email: String,
    #[arg(skip)]
    password: String,
}

impl std::fmt::Debug for Create {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Create")
            .field("email", &self.email)
            .finish_non_exhaustive()
    }
}

impl Create {
    /// Takes the password from the first line of standard input: an argument would be seen in the list of processes.
    ///
    /// # Errors
    /// [`BadUsage`] where there is none.
    pub(super) fn with_password_from_stdin(mut self) -> anyhow::Result<Self> {
        let password = if std::io::stdin().is_terminal() {
            rpassword::prompt_password(format!("Password for {}: ", self.email))
        } else {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).map(|_| line)
        };
        let password = password.context("cannot read the password from standard input")?;
        password
            .trim_end_matches(['\r', '\n'])
            .clone_into(&mut self.password);
        if self.password.is_empty() {
            return Err(BadUsage("give the password on standard input, in one line".to_owned()).into());
        }
        Ok(self)
    }
}

/// Creates an owner, or sets a new password for the one of this email. Prints nothing.
pub(super) async fn create(context: &Context, args: Create) -> anyhow::Result<String> {
    context
        .directory
        .set_owner(&Actor::CommandLine, &args.email, &args.password)
        .await
        .map_err(in_words)?;
    Ok(String::new())
}
