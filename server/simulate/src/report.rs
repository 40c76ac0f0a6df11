//! The table that a person reads.

use std::io::{self, Write};

use clap::ValueEnum;

use crate::Outcome;
use crate::args::{Dialect, Idp};
use crate::story::Step;

/// How much of a request's path is shown, in characters.
const PATH: usize = 58;

/// Writes each step as it is judged.
pub(crate) struct Report<'o> {
    out: &'o mut dyn Write,
    phase: &'static str,
}

impl<'o> Report<'o> {
    pub(crate) fn new(out: &'o mut dyn Write) -> Self {
        Self { out, phase: "" }
    }

    pub(crate) fn head(&mut self, idp: Idp, dialect: Dialect) -> io::Result<()> {
        let dialect = dialect.to_possible_value();
        let name = dialect.as_ref().map_or("", |dialect| dialect.get_name());
        writeln!(self.out, "{} ({name})", idp.label())
    }

    pub(crate) fn step(&mut self, step: &Step) -> io::Result<()> {
        if self.phase != step.phase {
            self.phase = step.phase;
            writeln!(self.out, "\n{}", step.phase)?;
        }
        let verdict = match (step.failures.is_empty(), step.assumed) {
            (false, _) => "FAIL",
            (true, true) => "assumed",
            (true, false) => "ok",
        };
        let request = shorten(&format!("{:<6} {}", step.method, step.path));
        writeln!(
            self.out,
            "  {verdict:<8}{:<4} {request:<PATH$} {}",
            step.status, step.about
        )?;
        for failure in &step.failures {
            writeln!(self.out, "          {failure}")?;
        }
        Ok(())
    }

    pub(crate) fn foot(&mut self, outcome: &Outcome) -> io::Result<()> {
        writeln!(
            self.out,
            "\n{} requests, {} not as expected",
            outcome.steps,
            outcome.failures.len()
        )?;
        for failure in &outcome.failures {
            writeln!(self.out, "- {failure}")?;
        }
        Ok(())
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= PATH {
        return text.to_owned();
    }
    text.chars().take(PATH - 1).chain(['…']).collect()
}
