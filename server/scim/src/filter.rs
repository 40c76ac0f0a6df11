//! Filters (RFC 7644 §3.4.2.2 with its errata): the AST and its text. Parsing is in `parse`, evaluation in `eval`.

mod eval;
pub(crate) mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::attr_path::AttrPath;
use crate::error::ScimError;
use crate::schema::ResourceType;
use crate::tolerance::Tolerance;

/// A filter whose every attribute and operator fits the schema.
///
/// `Display` prints canonical text, which parses back to the same filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All hold; two or more terms.
    And(Vec<Filter>),
    /// At least one holds; two or more terms.
    Or(Vec<Filter>),
    /// Does not hold.
    Not(Box<Filter>),
    /// `path op value`.
    Compare {
        /// What is compared; of a multi-valued attribute, any one value.
        path: AttrPath,
        /// How.
        op: CompareOp,
        /// With what.
        value: FilterValue,
    },
    /// `path pr`.
    Present(AttrPath),
    /// `path[filter]`: one value satisfies the whole inner filter, whose paths are relative.
    ValuePath {
        /// A complex attribute.
        path: AttrPath,
        /// Over its sub-attributes.
        filter: Box<Filter>,
    },
}

/// Comparison operators (RFC 7644 table 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(
    missing_docs,
    reason = "the names are the RFC's, `as_str` gives their spelling"
)]
pub enum CompareOp {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

/// The value a filter compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum FilterValue {
    /// Text, as written.
    String(String),
    /// `true` or `false`.
    Boolean(bool),
    /// For attributes that are times.
    DateTime(Timestamp),
    /// `null`: equal to having no value.
    Null,
}

impl CompareOp {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Eq,
        Self::Ne,
        Self::Co,
        Self::Sw,
        Self::Ew,
        Self::Gt,
        Self::Ge,
        Self::Lt,
        Self::Le,
    ];

    /// The operator as it is written, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }
}

impl Filter {
    /// Reads a filter on resources of one type.
    ///
    /// # Errors
    /// `invalidFilter`, with the place and what to do.
    /// ```
    /// use scim::{Filter, ResourceType, Tolerance};
    /// let filter = Filter::parse(
    ///     r#"USERNAME Eq "ada@acme.test" and not(active eq "False")"#,
    ///     ResourceType::User,
    ///     &mut Tolerance::default(),
    /// )?;
    /// assert_eq!(filter.to_string(), r#"userName eq "ada@acme.test" and not (active eq false)"#);
    /// # Ok::<(), scim::ScimError>(())
    /// ```
    pub fn parse(text: &str, kind: ResourceType, t: &mut Tolerance) -> Result<Self, ScimError> {
        Self::parse_for(text, &[kind], t)
    }

    /// Reads a filter on resources of several types, as a query at the root has it: an attribute that one of them
    /// knows counts as unassigned in the others (RFC 7644 §3.4.2.1).
    ///
    /// # Errors
    /// `invalidFilter`, for an attribute that none of them knows too.
    pub fn parse_for(text: &str, kinds: &[ResourceType], t: &mut Tolerance) -> Result<Self, ScimError> {
        parse::whole(text, kinds, t)
    }

    /// Whether the filter holds for a resource as [`full`](crate::full) gives it (RFC 7644 §3.4.2.2).
    ///
    /// Without a value an attribute is `ne` everything but `null`; of a multi-valued attribute one value that
    /// differs is enough for `ne`, as one that is equal is for `eq`.
    pub fn matches(&self, resource: &Map<String, Value>) -> bool {
        eval::holds(self, resource)
    }

    /// Equality terms with text that hold for every match: those reachable through `and` only. An index on one of
    /// these attributes finds every resource that can match.
    ///
    /// ```
    /// # use scim::{Filter, ResourceType, Tolerance};
    /// let text = r#"userName eq "ada" and (title pr or active eq true)"#;
    /// let filter = Filter::parse(text, ResourceType::User, &mut Tolerance::default())?;
    /// let equalities = filter.required_equalities();
    /// assert_eq!(equalities.len(), 1);
    /// assert!(equalities[0].0.is("userName") && equalities[0].1 == "ada");
    /// # Ok::<(), scim::ScimError>(())
    /// ```
    pub fn required_equalities(&self) -> Vec<(&AttrPath, &str)> {
        let mut found = Vec::new();
        self.collect_equalities(&mut found);
        found
    }

    /// How many comparisons it takes on one resource, at the most.
    pub(crate) fn terms(&self) -> usize {
        match self {
            Self::And(terms) | Self::Or(terms) => terms.iter().map(Self::terms).sum(),
            Self::Not(term) => term.terms(),
            Self::ValuePath { filter, .. } => filter.terms(),
            Self::Compare { .. } | Self::Present(_) => 1,
        }
    }

    fn collect_equalities<'a>(&'a self, found: &mut Vec<(&'a AttrPath, &'a str)>) {
        match self {
            Self::And(terms) => terms.iter().for_each(|term| term.collect_equalities(found)),
            Self::Compare {
                path,
                op: CompareOp::Eq,
                value: FilterValue::String(text),
            } => {
                found.push((path, text));
            }
            _ => {}
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, terms: &[Self], word: &str, bare: fn(&Self) -> bool| {
            for (i, term) in terms.iter().enumerate() {
                if i > 0 {
                    write!(f, " {word} ")?;
                }
                if bare(term) {
                    write!(f, "{term}")?;
                } else {
                    write!(f, "({term})")?;
                }
            }
            Ok(())
        };
        match self {
            Self::And(terms) => join(f, terms, "and", |term| {
                !matches!(term, Self::And(_) | Self::Or(_))
            }),
            Self::Or(terms) => join(f, terms, "or", |term| !matches!(term, Self::Or(_))),
            Self::Not(term) => write!(f, "not ({term})"),
            Self::Compare { path, op, value } => write!(f, "{path} {} {value}", op.as_str()),
            Self::Present(path) => write!(f, "{path} pr"),
            Self::ValuePath { path, filter } => write!(f, "{path}[{filter}]"),
        }
    }
}

impl fmt::Display for FilterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => write!(f, "{}", Value::from(text.as_str())),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::DateTime(instant) => write!(f, "\"{instant}\""),
            Self::Null => f.write_str("null"),
        }
    }
}
