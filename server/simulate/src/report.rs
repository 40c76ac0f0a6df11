//! The table that a person reads.

use std::io::{self, Write};

use clap::ValueEnum;

use crate::Outcome;
use crate::args::{Dialect, Idp};
use crate::story::Step;

/// How much of a request is shown, in characters: enough for a resource whose id is a UUID.
const REQUEST: usize = 51;
/// Where sentences are broken, in characters.
const WIDTH: usize = 110;

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
            "  {verdict:<8}{:<4} {request:<REQUEST$} {}",
            step.status, step.about
        )?;
        for failure in &step.failures {
            self.sentence("          ", failure)?;
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
            self.sentence("- ", failure)?;
        }
        Ok(())
    }

    /// Broken between words, further lines indented as the first.
    fn sentence(&mut self, lead: &str, text: &str) -> io::Result<()> {
        let indent = " ".repeat(lead.len());
        let mut line = lead.to_owned();
        for word in text.split(' ') {
            let is_first = line.len() == indent.len();
            if !is_first && line.chars().count() + 1 + word.chars().count() > WIDTH {
                writeln!(self.out, "{line}")?;
                line.clone_from(&indent);
            } else if !is_first {
                line.push(' ');
            }
            line.push_str(word);
        }
        writeln!(self.out, "{line}")
    }
}

fn shorten(text: &str) -> String {
    if text.chars().count() <= REQUEST {
        return text.to_owned();
    }
    text.chars().take(REQUEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_a_line_and_what_failed_stands_below_it_and_at_the_end() {
        let mut step = Step {
            phase: "Users",
            method: "PATCH".to_owned(),
            path: format!("/Users/{}", "x".repeat(60)),
            status: 200,
            about: "renamed".to_owned(),
            assumed: true,
            failures: Vec::new(),
        };
        let mut out = Vec::new();
        let mut report = Report::new(&mut out);
        report.head(Idp::Okta, Dialect::Aiw).unwrap();
        report.step(&step).unwrap();
        step.failures
            .push("the name is stored ".repeat(10).trim_end().to_owned());
        report.step(&step).unwrap();
        report
            .foot(&Outcome {
                steps: 2,
                failures: vec!["the name".to_owned()],
            })
            .unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Okta (aiw)");
        assert_eq!(lines[2], "Users");
        assert!(
            lines[3].starts_with("  assumed 200  PATCH  /Users/xxx"),
            "{}",
            lines[3]
        );
        assert!(lines[3].ends_with("x… renamed"), "{}", lines[3]);
        assert!(lines[4].starts_with("  FAIL    200  "), "{}", lines[4]);
        assert!(lines[5].starts_with("          the name is stored the"));
        assert!(lines[6].starts_with("          ") && lines[6].trim_end().len() > 10);
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
        assert!(
            text.ends_with("2 requests, 1 not as expected\n- the name\n"),
            "{text}"
        );
    }
}
