//! From text to a filter: recursive descent over RFC 7644 §3.4.2.2, with errata 4670 (precedence), 4690, 7322
//! (`not`) and 7319, and the forms that Entra ID and Ping send.

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

use super::{CompareOp, Filter, FilterValue};
use crate::attr_path::AttrPath;
use crate::error::{ScimError, quoted};
use crate::schema::{Attribute, AttributeType, ResourceType, Returned};
use crate::tolerance::{Leniency, Tolerance};
use crate::value::boolean_text;

/// Longest filter, in bytes. A longer one is refused before it is read.
const MAX_LENGTH: usize = 16 * 1024;
/// Parentheses and `not` within each other. The parser recurses; this bounds its stack.
const MAX_DEPTH: usize = 32;
/// Comparisons in a filter. Each costs an evaluation per resource.
const MAX_TERMS: usize = 500;

/// What the names in a filter are names of.
#[derive(Clone, Copy)]
enum Scope<'k> {
    /// Of resources of these types; what only one of them has, the others are without.
    Resource(&'k [ResourceType]),
    /// Between the brackets after this attribute.
    ValuesOf(&'static Attribute),
}

/// Reads a whole filter.
pub(super) fn whole(text: &str, kinds: &[ResourceType], t: &mut Tolerance) -> Result<Filter, ScimError> {
    let mut parser = Parser::new(text, 0, t)?;
    let filter = parser.or(Scope::Resource(kinds))?;
    parser.skip_space();
    match parser.rest().chars().next() {
        None => Ok(filter),
        Some(')') => Err(parser.error("there is a ')' without its '('")),
        Some(_) => Err(parser.error("expected 'and', 'or' or the end of the filter")),
    }
}

/// Reads the filter of a PATCH path: `text` from just after the `[` at `start`. Returns it with the position
/// after the `]`.
pub(crate) fn between_brackets(
    text: &str,
    start: usize,
    attribute: &'static Attribute,
    t: &mut Tolerance,
) -> Result<(Filter, usize), ScimError> {
    let mut parser = Parser::new(text, start, t)?;
    let filter = parser.values_filter(attribute)?;
    Ok((filter, parser.position))
}

struct Parser<'a, 't> {
    text: &'a str,
    /// Byte offset, always at a character boundary.
    position: usize,
    depth: usize,
    /// The greatest depth since the last `[`.
    deepest: usize,
    terms: usize,
    t: &'t mut Tolerance,
}

/// A value as it was written, before its attribute's type is known to fit.
enum Literal<'a> {
    Text(String),
    Boolean(bool, &'a str),
    Number(&'a str),
    Null,
}

impl<'a, 't> Parser<'a, 't> {
    fn new(text: &'a str, position: usize, t: &'t mut Tolerance) -> Result<Self, ScimError> {
        if text.len() > MAX_LENGTH {
            return Err(ScimError::invalid_filter(format!(
                "The filter is longer than {MAX_LENGTH} bytes: ask for less at a time."
            )));
        }
        Ok(Self {
            text,
            position,
            depth: 0,
            deepest: 0,
            terms: 0,
            t,
        })
    }

    fn or(&mut self, scope: Scope<'_>) -> Result<Filter, ScimError> {
        let mut terms = vec![self.and(scope)?];
        while self.keyword("or") {
            terms.push(self.and(scope)?);
        }
        Ok(one_or(terms, Filter::Or))
    }

    fn and(&mut self, scope: Scope<'_>) -> Result<Filter, ScimError> {
        let mut terms = vec![self.unary(scope)?];
        while self.keyword("and") {
            terms.push(self.unary(scope)?);
        }
        Ok(one_or(terms, Filter::And))
    }

    fn unary(&mut self, scope: Scope<'_>) -> Result<Filter, ScimError> {
        self.skip_space();
        if self.eat('(') {
            return self.group(scope);
        }
        let start = self.position;
        let word = self.word();
        if word.is_empty() {
            return Err(self.error("expected an attribute name"));
        }
        if word.eq_ignore_ascii_case("not") {
            // Errata 4690 and 7322: `not(…)` and `not (…)`, never without parentheses.
            self.skip_space();
            if !self.eat('(') {
                return Err(self.error("'not' must be followed by a filter in parentheses"));
            }
            return Ok(Filter::Not(Box::new(self.group(scope)?)));
        }
        self.count_term()?;
        let path = self.path(word, start, scope)?;
        if self.eat('[') {
            return self.value_path(path, start, scope);
        }
        self.comparison(path, start)
    }

    fn count_term(&mut self) -> Result<(), ScimError> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(self.error(&format!("the filter has more than {MAX_TERMS} comparisons")));
        }
        Ok(())
    }

    /// Refuses what is nested too deep.
    fn check_depth(&mut self, depth: usize) -> Result<(), ScimError> {
        self.deepest = self.deepest.max(depth);
        if depth > MAX_DEPTH {
            return Err(self.error(&format!("parentheses are nested more than {MAX_DEPTH} deep")));
        }
        Ok(())
    }

    /// After `(`.
    fn group(&mut self, scope: Scope<'_>) -> Result<Filter, ScimError> {
        self.depth += 1;
        self.check_depth(self.depth)?;
        let filter = self.or(scope)?;
        self.skip_space();
        if !self.eat(')') {
            return Err(self.error("expected 'and', 'or' or ')'"));
        }
        self.depth -= 1;
        Ok(filter)
    }

    /// After `attribute[`.
    fn value_path(&mut self, path: AttrPath, start: usize, scope: Scope<'_>) -> Result<Filter, ScimError> {
        if matches!(scope, Scope::ValuesOf(_)) {
            return Err(self.error("brackets cannot be nested"));
        }
        if path.sub.is_some() || !path.definition.is_complex() {
            return Err(self.error_at(
                start,
                &format!("'{path}' has no sub-attributes to filter in brackets"),
            ));
        }
        let inner = self.values_filter(path.definition)?;
        if !self.eat('.') {
            return Ok(Filter::ValuePath {
                path,
                filter: Box::new(inner),
            });
        }
        // Not in the ABNF, but what Entra ID sends when a work e-mail is the matching attribute:
        // `emails[type eq "work"].value eq "x"` means `emails[type eq "work" and value eq "x"]`.
        let tail_start = self.position;
        self.count_term()?;
        if matches!(inner, Filter::Or(_)) {
            // `emails[(… or …) and value eq "x"]` is one level deeper, and must be readable too.
            self.check_depth(self.deepest + 1)?;
        }
        let word = self.word();
        let sub = AttrPath::relative(word, path.definition)
            .map_err(|error| self.error_at(tail_start, &error.to_string()))?;
        let tail = self.comparison(sub, tail_start)?;
        if !self.t.use_it(Leniency::ValuePathTail) {
            return Err(self.error_at(
                tail_start,
                "nothing may follow ']': move the comparison into the brackets",
            ));
        }
        let mut terms = match inner {
            Filter::And(terms) => terms,
            other => vec![other],
        };
        terms.push(tail);
        Ok(Filter::ValuePath {
            path,
            filter: Box::new(Filter::And(terms)),
        })
    }

    /// After `[`, up to and with `]`.
    fn values_filter(&mut self, attribute: &'static Attribute) -> Result<Filter, ScimError> {
        self.depth += 1;
        self.deepest = self.depth;
        let filter = self.or(Scope::ValuesOf(attribute))?;
        self.skip_space();
        if !self.eat(']') {
            return Err(self.error("expected 'and', 'or' or ']'"));
        }
        self.depth -= 1;
        Ok(filter)
    }

    fn path(&mut self, word: &str, start: usize, scope: Scope<'_>) -> Result<AttrPath, ScimError> {
        let path = match scope {
            Scope::Resource(kinds) => AttrPath::parse_any(word, kinds, self.t),
            Scope::ValuesOf(attribute) => AttrPath::relative(word, attribute),
        }
        .map_err(|error| self.error_at(start, &error.to_string()))?;
        if path.leaf().returned == Returned::Never {
            // RFC 7643 §7: what is never returned must not be found out by comparing either.
            return Err(self.error_at(start, &format!("'{path}' cannot be used in a filter")));
        }
        Ok(path)
    }

    /// After the attribute: `pr`, or an operator and a value.
    fn comparison(&mut self, path: AttrPath, start: usize) -> Result<Filter, ScimError> {
        self.space(&format!("expected an operator after '{path}'"))?;
        let op_start = self.position;
        let word = self.word();
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(path));
        }
        let Some(op) = CompareOp::ALL
            .into_iter()
            .find(|op| op.as_str().eq_ignore_ascii_case(word))
        else {
            return Err(self.error_at(
                op_start,
                &format!(
                    "{} is not an operator: use eq, ne, co, sw, ew, gt, ge, lt, le or pr",
                    quoted(word)
                ),
            ));
        };
        self.space(&format!("expected a value after '{}'", op.as_str()))?;
        let value_start = self.position;
        let literal = self.literal(op)?;
        let path = self.comparable(path, start)?;
        let value = self.typed(path, op, literal, value_start)?;
        Ok(Filter::Compare { path, op, value })
    }

    /// A complex attribute is compared by its `value` (`emails eq "x"` of Ping, `manager eq "id"` of Entra ID).
    fn comparable(&mut self, path: AttrPath, start: usize) -> Result<AttrPath, ScimError> {
        if !path.leaf().is_complex() {
            return Ok(path);
        }
        match path.definition.sub_attribute("value") {
            Some(value) if self.t.use_it(Leniency::ComplexCompared) => Ok(path.with_sub(value)),
            Some(_) => Err(self.error_at(start, &format!("compare '{path}.value' instead of '{path}'"))),
            None => Err(self.error_at(start, &format!("compare a sub-attribute of '{path}'"))),
        }
    }

    fn literal(&mut self, op: CompareOp) -> Result<Literal<'a>, ScimError> {
        if self.rest().starts_with('"') {
            return self.string().map(Literal::Text);
        }
        let start = self.position;
        let word = self.word();
        if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") {
            return Ok(Literal::Boolean(word.eq_ignore_ascii_case("true"), word));
        }
        if word.eq_ignore_ascii_case("null") {
            return Ok(Literal::Null);
        }
        if serde_json::from_str::<serde_json::Number>(word).is_ok() {
            return Ok(Literal::Number(word));
        }
        // authentik up to 2025.6 and PingFederate's default filter: one bare word that ends the filter.
        let is_last = self.depth == 0 && self.rest().trim().is_empty();
        if is_last
            && op == CompareOp::Eq
            && !word.is_empty()
            && !word.starts_with('\'')
            && !word.contains(|c: char| c == '\\' || c.is_control())
            && self.t.use_it(Leniency::UnquotedValue)
        {
            return Ok(Literal::Text(word.to_owned()));
        }
        Err(self.error_at(
            start,
            "expected a value: text in double quotes, a number, true, false or null",
        ))
    }

    /// A JSON string.
    fn string(&mut self) -> Result<String, ScimError> {
        let start = self.position;
        let mut escaped = false;
        let end = self.rest().bytes().enumerate().skip(1).find_map(|(i, byte)| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes.then_some(start + i + 1)
        });
        let Some(end) = end else {
            return Err(self.error("the text that begins here has no closing quotation mark"));
        };
        self.position = end;
        let text: String = serde_json::from_str(&self.text[start..end]).map_err(|_| {
            self.error_at(
                start,
                "the text has an escape or a character that JSON does not allow",
            )
        })?;
        if text.contains('\0') {
            return Err(self.error_at(start, "the text contains a NUL character"));
        }
        Ok(text)
    }

    /// RFC 7644 table 3: which operators and values go with which type.
    fn typed(
        &mut self,
        path: AttrPath,
        op: CompareOp,
        literal: Literal<'_>,
        start: usize,
    ) -> Result<FilterValue, ScimError> {
        use CompareOp::{Co, Eq, Ew, Ge, Gt, Le, Lt, Ne, Sw};
        let data_type = path.leaf().data_type;
        let refused = match data_type {
            // "Boolean and Binary attributes SHALL cause a failed response (HTTP status code 400)" for order.
            AttributeType::Boolean => !matches!(op, Eq | Ne),
            AttributeType::Binary => matches!(op, Gt | Ge | Lt | Le),
            AttributeType::DateTime => matches!(op, Co | Sw | Ew),
            AttributeType::String | AttributeType::Reference | AttributeType::Complex => false,
        } || (matches!(literal, Literal::Null) && !matches!(op, Eq | Ne));
        if refused {
            return Err(self.error_at(
                start,
                &format!("'{}' cannot be used on '{path}' with this value", op.as_str()),
            ));
        }
        let value = match (data_type, literal) {
            (_, Literal::Null) => Some(FilterValue::Null),
            (AttributeType::Boolean, Literal::Boolean(value, _)) => Some(FilterValue::Boolean(value)),
            (AttributeType::Boolean, Literal::Text(text)) => boolean_text(&text)
                .filter(|_| self.t.use_it(Leniency::BooleanAsText))
                .map(FilterValue::Boolean),
            (AttributeType::Boolean, Literal::Number(word)) => boolean_text(word)
                .filter(|_| self.t.use_it(Leniency::BooleanAsText))
                .map(FilterValue::Boolean),
            (AttributeType::DateTime, Literal::Text(text)) => instant(&text).map(FilterValue::DateTime),
            (AttributeType::DateTime, _) => None,
            (_, Literal::Text(text)) => Some(FilterValue::String(text)),
            (_, Literal::Boolean(_, word) | Literal::Number(word)) => self
                .t
                .use_it(Leniency::ScalarAsText)
                .then(|| FilterValue::String(word.to_owned())),
        };
        value.ok_or_else(|| {
            let expected = match data_type {
                AttributeType::Boolean => "true or false",
                AttributeType::DateTime => "a time such as \"2026-01-31T12:00:00Z\"",
                _ => "text in double quotes",
            };
            self.error_at(start, &format!("'{path}' is compared with {expected}"))
        })
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start().len();
    }

    /// At least one blank.
    fn space(&mut self, expected: &str) -> Result<(), ScimError> {
        let before = self.position;
        self.skip_space();
        if self.position == before || self.rest().is_empty() {
            Err(self.error(expected))
        } else {
            Ok(())
        }
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        if found {
            self.position += c.len_utf8();
        }
        found
    }

    /// Everything up to a blank, a bracket, a parenthesis or a quotation mark. Reading whole words is what
    /// keeps an attribute named `never` from being read as `ne`.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"'))
            .unwrap_or(rest.len());
        self.position += end;
        &rest[..end]
    }

    /// `and` or `or` with blanks (or a bracket) around it; otherwise nothing is consumed.
    fn keyword(&mut self, keyword: &str) -> bool {
        let before = self.position;
        let separated = self.text[..before].ends_with([')', ']']);
        self.skip_space();
        let separated = separated || self.position > before;
        let word = self.word();
        let ends = self
            .rest()
            .chars()
            .next()
            .is_none_or(|c| c.is_whitespace() || c == '(');
        let found = separated && ends && word.eq_ignore_ascii_case(keyword);
        if !found {
            self.position = before;
        }
        found
    }

    fn error(&self, what: &str) -> ScimError {
        self.error_at(self.position, what)
    }

    fn error_at(&self, position: usize, what: &str) -> ScimError {
        let character = self.text[..position].chars().count() + 1;
        let what = what.trim_end_matches('.');
        ScimError::invalid_filter(format!(
            "The filter cannot be used: at character {character}, {what}."
        ))
    }
}

/// The only term, or all of them joined.
fn one_or(mut terms: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        last => {
            terms.extend(last);
            join(terms)
        }
    }
}

/// RFC 7643 §2.3.5: an xsd:dateTime. One without an offset is taken as UTC.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let local = text
        .contains(['T', 't'])
        .then(|| text.parse::<civil::DateTime>().ok())??;
    TimeZone::UTC.to_timestamp(local).ok()
}
