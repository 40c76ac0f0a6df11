//! PATCH against a plain model: what the RFC says of each operation, written once more without schema, paths or
//! JSON. Random requests must end in the same state for both.

use std::collections::BTreeMap;

use proptest::prelude::*;
use scim::{Patch, Resource, ResourceType, Tolerance, urn};
use serde_json::{Map, Value, json};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Op {
    Add,
    Replace,
    Remove,
}

#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// A text attribute, `None` for null.
    Text(Op, &'static str, Option<String>),
    Active(bool),
    /// Some parts of `name`.
    Name(Op, Vec<(&'static str, Option<String>)>),
    NamePart(Op, &'static str, Option<String>),
    /// The list of e-mails; `remove` takes all.
    Emails(Op, Vec<Email>),
    RemoveListed(Vec<Email>),
    /// A part, or the whole, of the e-mails that a filter selects.
    Where(Op, Select, Option<Part>),
}

#[derive(Debug, Clone, PartialEq)]
enum Select {
    All,
    Type(&'static str),
    Value(&'static str),
    Primary,
}

/// A part of an e-mail with what it becomes.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Value(Option<&'static str>),
    Type(Option<&'static str>),
    Display(Option<&'static str>),
    Primary(Option<bool>),
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Email {
    value: Option<&'static str>,
    kind: Option<&'static str>,
    display: Option<&'static str>,
    primary: Option<bool>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    texts: BTreeMap<&'static str, String>,
    active: bool,
    name: BTreeMap<&'static str, String>,
    emails: Vec<Email>,
}

/// The operation is refused.
struct Refused;

impl Model {
    fn run(&mut self, step: &Step) -> Result<(), Refused> {
        match step {
            Step::Text(op, name, value) => match (op, value) {
                (Op::Add | Op::Replace, Some(value)) => {
                    self.texts.insert(*name, value.clone());
                }
                (Op::Add, None) => {}
                (Op::Replace, None) | (Op::Remove, _) if *name == "userName" => return Err(Refused),
                (Op::Replace, None) | (Op::Remove, _) => {
                    self.texts.remove(name);
                }
            },
            Step::Active(active) => self.active = *active,
            Step::Name(Op::Remove, _) => self.name.clear(),
            Step::Name(op, parts) => parts
                .iter()
                .for_each(|(part, value)| self.set_name(*op, part, value.as_ref())),
            Step::NamePart(Op::Remove, part, _) => self.set_name(Op::Remove, part, None),
            Step::NamePart(op, part, value) => self.set_name(*op, part, value.as_ref()),
            Step::Emails(op, emails) => self.change_list(*op, emails),
            Step::RemoveListed(listed) => {
                self.emails
                    .retain(|email| !listed.iter().any(|listed| is_named(email, listed)));
            }
            Step::Where(op, select, part) => self.change_selected(*op, select, part.as_ref()),
        }
        Ok(())
    }

    fn set_name(&mut self, op: Op, part: &'static str, value: Option<&String>) {
        match value {
            Some(value) => {
                self.name.insert(part, value.clone());
            }
            None if op == Op::Add => {}
            None => {
                self.name.remove(part);
            }
        }
    }

    fn change_list(&mut self, op: Op, emails: &[Email]) {
        let mut new = Vec::new();
        match op {
            Op::Remove => self.emails.clear(),
            Op::Replace => {
                self.emails = emails.to_vec();
                new = (0..emails.len()).collect();
            }
            Op::Add => {
                for email in emails {
                    match self.emails.iter().position(|existing| is_named(existing, email)) {
                        Some(index) if email.primary == Some(true) => {
                            self.emails[index].primary = Some(true);
                            new.push(index);
                        }
                        Some(_) => {}
                        None => {
                            self.emails.push(email.clone());
                            new.push(self.emails.len() - 1);
                        }
                    }
                }
            }
        }
        self.settle(&new);
    }

    fn change_selected(&mut self, op: Op, select: &Select, part: Option<&Part>) {
        let mut selected: Vec<usize> = (0..self.emails.len())
            .filter(|index| select.selects(&self.emails[*index]))
            .collect();
        let Some(part) = part else {
            let mut index = 0;
            self.emails.retain(|_| {
                index += 1;
                !selected.contains(&(index - 1))
            });
            return;
        };
        let clears = op == Op::Remove || part.is_null();
        if selected.is_empty() && !clears {
            self.emails.push(select.described());
            selected.push(self.emails.len() - 1);
        }
        if op == Op::Add && clears {
            return;
        }
        for index in &selected {
            part.set(&mut self.emails[*index], op == Op::Remove);
        }
        if *part == Part::Primary(Some(true)) && op != Op::Remove {
            self.settle(&selected);
        }
    }

    /// One primary: the first new one, else the first.
    fn settle(&mut self, new: &[usize]) {
        let primary = |index: &usize| self.emails[*index].primary == Some(true);
        let all: Vec<usize> = (0..self.emails.len()).filter(primary).collect();
        let winner = all
            .iter()
            .find(|index| new.contains(index))
            .or(all.first())
            .copied();
        for index in all {
            self.emails[index].primary = Some(Some(index) == winner);
        }
    }

    fn end_of_request(&mut self) {
        self.emails
            .retain(|email| email.value.is_some() || email.display.is_some());
    }

    fn json(&self) -> Value {
        let mut json = Map::new();
        json.insert("active".into(), self.active.into());
        for (name, value) in &self.texts {
            json.insert((*name).into(), value.as_str().into());
        }
        if !self.name.is_empty() {
            json.insert("name".into(), json!(self.name));
        }
        if !self.emails.is_empty() {
            json.insert("emails".into(), self.emails.iter().map(Email::json).collect());
        }
        Value::Object(json)
    }
}

/// The same address, whatever its case, and the same type where one is named.
fn is_named(email: &Email, named: &Email) -> bool {
    let lower = |text: Option<&str>| text.map(str::to_lowercase);
    lower(email.value) == lower(named.value) && (named.kind.is_none() || email.kind == named.kind)
}

impl Select {
    fn selects(&self, email: &Email) -> bool {
        match self {
            Self::All => true,
            Self::Type(kind) => email.kind == Some(kind),
            Self::Value(value) => email.value.is_some_and(|own| own.eq_ignore_ascii_case(value)),
            Self::Primary => email.primary == Some(true),
        }
    }

    fn described(&self) -> Email {
        let mut email = Email::default();
        match self {
            Self::All => {}
            Self::Type(kind) => email.kind = Some(kind),
            Self::Value(value) => email.value = Some(value),
            Self::Primary => email.primary = Some(true),
        }
        email
    }

    fn path(&self) -> String {
        match self {
            Self::All => "emails".to_owned(),
            Self::Type(kind) => format!("emails[type eq \"{kind}\"]"),
            Self::Value(value) => format!("emails[value eq \"{value}\"]"),
            Self::Primary => "emails[primary eq true]".to_owned(),
        }
    }
}

impl Part {
    fn is_null(&self) -> bool {
        matches!(
            self,
            Self::Value(None) | Self::Type(None) | Self::Display(None) | Self::Primary(None)
        )
    }

    fn set(&self, email: &mut Email, remove: bool) {
        match self {
            Self::Value(value) => email.value = value.filter(|_| !remove),
            Self::Type(kind) => email.kind = kind.filter(|_| !remove),
            Self::Display(display) => email.display = display.filter(|_| !remove),
            Self::Primary(primary) => email.primary = primary.filter(|_| !remove),
        }
    }

    fn name_and_json(&self) -> (&'static str, Value) {
        match self {
            Self::Value(value) => ("value", json!(value)),
            Self::Type(kind) => ("type", json!(kind)),
            Self::Display(display) => ("display", json!(display)),
            Self::Primary(primary) => ("primary", json!(primary)),
        }
    }
}

impl Email {
    fn json(&self) -> Value {
        let mut json = Map::new();
        for (name, part) in [
            ("value", self.value),
            ("type", self.kind),
            ("display", self.display),
        ] {
            if let Some(part) = part {
                json.insert(name.into(), part.into());
            }
        }
        if let Some(primary) = self.primary {
            json.insert("primary".into(), primary.into());
        }
        Value::Object(json)
    }
}

/// The operation of a PATCH body.
fn operation(step: &Step) -> Value {
    let of = |op: Op, path: &str, value: Value| {
        let op = match op {
            Op::Add => "add",
            Op::Replace => "replace",
            Op::Remove => return json!({"op": "remove", "path": path}),
        };
        json!({"op": op, "path": path, "value": value})
    };
    let list = |emails: &[Email]| -> Value { emails.iter().map(Email::json).collect() };
    match step {
        Step::Text(op, name, value) => of(*op, name, json!(value)),
        // Without path, as Okta writes it.
        Step::Active(active) => json!({"op": "replace", "value": {"active": active}}),
        Step::Name(op, parts) => of(
            *op,
            "name",
            json!(parts.iter().cloned().collect::<BTreeMap<_, _>>()),
        ),
        Step::NamePart(op, part, value) => of(*op, &format!("name.{part}"), json!(value)),
        Step::Emails(op, emails) => of(*op, "emails", list(emails)),
        Step::RemoveListed(emails) => json!({"op": "remove", "path": "emails", "value": list(emails)}),
        Step::Where(op, select, None) => of(*op, &select.path(), Value::Null),
        Step::Where(op, select, Some(part)) => {
            let (name, value) = part.name_and_json();
            of(*op, &format!("{}.{name}", select.path()), value)
        }
    }
}

fn op() -> impl Strategy<Value = Op> {
    prop::sample::select(&[Op::Add, Op::Replace, Op::Remove][..])
}

const ADDRESSES: [&str; 4] = ["a@x.test", "A@X.test", "b@x.test", "c@x.test"];
const TYPES: [&str; 3] = ["work", "home", "other"];

fn maybe<T: Clone + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = Option<T>> {
    prop::option::of(prop::sample::select(values))
}

fn emails() -> impl Strategy<Value = Vec<Email>> {
    let email = (
        prop::sample::select(&ADDRESSES[..]),
        maybe(&TYPES),
        maybe(&["x"]),
        maybe(&[true, false]),
    )
        .prop_map(|(value, kind, display, primary)| Email {
            value: Some(value),
            kind,
            display,
            primary,
        });
    prop::collection::vec(email, 0..4)
}

fn step() -> impl Strategy<Value = Step> {
    let text = || prop::option::weighted(0.8, "[a-c]{1,2}");
    let part = || prop::sample::select(&["givenName", "familyName", "formatted"][..]);
    let select = prop_oneof![
        Just(Select::All),
        prop::sample::select(&TYPES[..]).prop_map(Select::Type),
        prop::sample::select(&ADDRESSES[..]).prop_map(Select::Value),
        Just(Select::Primary),
    ];
    let email_part = prop_oneof![
        maybe(&ADDRESSES).prop_map(Part::Value),
        maybe(&TYPES).prop_map(Part::Type),
        maybe(&["x", "y"]).prop_map(Part::Display),
        maybe(&[true, false]).prop_map(Part::Primary),
    ];
    prop_oneof![
        3 => (op(), prop::sample::select(&["title", "nickName", "externalId"][..]), text())
            .prop_map(|(op, name, value)| Step::Text(op, name, value)),
        1 => (prop_oneof![9 => Just(Op::Replace), 1 => op()], text())
            .prop_map(|(op, value)| Step::Text(op, "userName", value)),
        1 => any::<bool>().prop_map(Step::Active),
        1 => (op(), prop::collection::btree_map(part(), text(), 0..3))
            .prop_map(|(op, parts)| Step::Name(op, parts.into_iter().collect())),
        2 => (op(), part(), text()).prop_map(|(op, part, value)| Step::NamePart(op, part, value)),
        4 => (prop_oneof![4 => Just(Op::Add), 2 => Just(Op::Replace), 1 => Just(Op::Remove)], emails())
            .prop_map(|(op, emails)| Step::Emails(op, emails)),
        1 => emails().prop_map(Step::RemoveListed),
        1 => select.clone().prop_filter("a filter", |select| *select != Select::All)
            .prop_map(|select| Step::Where(Op::Remove, select, None)),
        6 => (op(), select, email_part)
            .prop_map(|(op, select, part)| Step::Where(op, select, Some(part))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn random_requests_end_where_the_model_ends(
        requests in prop::collection::vec(prop::collection::vec(step(), 1..5), 1..5),
    ) {
        let mut resource = Resource::new_user("ada");
        let mut model = Model { active: true, ..Model::default() };
        model.texts.insert("userName", "ada".to_owned());
        for steps in &requests {
            let mut next = model.clone();
            let expected = steps.iter().try_for_each(|step| next.run(step));
            let operations: Vec<Value> = steps.iter().map(operation).collect();
            let body = json!({"schemas": [urn::PATCH_OP], "Operations": operations});
            let mut t = Tolerance::default();
            let outcome = Patch::parse(ResourceType::User, &body, &mut t)
                .and_then(|patch| patch.apply(&resource, "u-1", &mut t));
            let Ok(outcome) = outcome else {
                // All or nothing: the resource stays as it is for the next request.
                prop_assert!(expected.is_err(), "{} {:?}", body, outcome);
                continue;
            };
            prop_assert!(expected.is_ok(), "{}", body);
            next.end_of_request();
            prop_assert_eq!(Value::Object(outcome.resource.attributes().clone()), next.json(), "{}", body);
            prop_assert_eq!(outcome.changed, model != next, "{}", body);
            resource = outcome.resource;
            model = next;
        }
    }
}
