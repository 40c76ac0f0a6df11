//! Bulk requests (RFC 7644 §3.7): reading them, the order in which their operations run, and the answer.
//!
//! [`BulkRun`] is a machine without I/O: it says what to do next and is told what came of it, so that references by
//! `bulkId` work in any order and in circles.

mod references;
mod request;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use crate::error::{ScimError, quoted};
use crate::urn;
use references::{named, resolve};
use request::Operation;

pub use request::{BulkRequest, BulkTarget};

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub struct BulkStep {
    /// What, with every reference replaced by the id.
    pub target: BulkTarget,
    /// The version that the resource must have, as in `If-Match`.
    pub version: Option<String>,
    /// The body of the request; null for a DELETE.
    pub data: Value,
}

/// What came of a step that worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkDone {
    /// The status that the request alone would have had.
    pub status: u16,
    /// The id of the resource.
    pub id: String,
    /// The entity tag of the resource; none where it is gone.
    pub version: Option<String>,
}

/// What the machine waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waiting {
    /// The operation itself.
    Operation(usize),
    /// The attributes that had to wait for the rest of a circle.
    Completion(usize),
    /// The removal of what could not be completed.
    Undoing,
}

/// The operations of a request while they run.
///
/// ```
/// use scim::{BulkDone, BulkRequest, BulkRun, Tolerance};
/// # use serde_json::json;
/// let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
///     {"method": "POST", "path": "/Groups", "bulkId": "g",
///      "data": {"displayName": "Sales", "members": [{"value": "bulkId:u"}]}},
///     {"method": "POST", "path": "/Users", "bulkId": "u", "data": {"userName": "ada"}},
/// ]});
/// let mut run = BulkRun::new(BulkRequest::parse(body, 1000, &mut Tolerance::default())?);
/// let user = run.next_step().expect("the user comes first");
/// assert_eq!(user.data["userName"], "ada");
/// run.finished(Ok(BulkDone { status: 201, id: "u-1".into(), version: None }));
/// let group = run.next_step().expect("now the group can come");
/// assert_eq!(group.data["members"][0]["value"], "u-1");
/// # Ok::<(), scim::ScimError>(())
/// ```
#[derive(Debug)]
pub struct BulkRun {
    operations: Vec<Operation>,
    fail_on_errors: Option<usize>,
    errors: usize,
    /// Which operation makes the resource of a `bulkId`.
    makers: HashMap<String, usize>,
    /// Which operations wait for a `bulkId`.
    waiters: HashMap<String, Vec<usize>>,
    /// For each operation, what it still waits for.
    unresolved: Vec<BTreeSet<String>>,
    ids: HashMap<String, String>,
    ready: BTreeSet<usize>,
    waiting: BTreeSet<usize>,
    /// Attributes that were left out of a POST so that a circle could begin, by operation.
    deferred: BTreeMap<usize, Map<String, Value>>,
    undo: Option<BulkTarget>,
    current: Option<Waiting>,
    results: BTreeMap<usize, Result<BulkDone, ScimError>>,
}

impl BulkRun {
    /// Nothing done yet.
    pub fn new(request: BulkRequest) -> Self {
        let operations = request.operations;
        let makers: HashMap<String, usize> = operations
            .iter()
            .enumerate()
            .filter(|(_, operation)| matches!(operation.target, Ok(BulkTarget::Create(_))))
            .filter_map(|(index, operation)| Some((operation.bulk_id.clone()?, index)))
            .collect();
        let mut run = Self {
            fail_on_errors: request.fail_on_errors,
            errors: 0,
            makers,
            waiters: HashMap::new(),
            unresolved: Vec::new(),
            ids: HashMap::new(),
            ready: BTreeSet::new(),
            waiting: BTreeSet::new(),
            deferred: BTreeMap::new(),
            undo: None,
            current: None,
            results: BTreeMap::new(),
            operations,
        };
        for (index, operation) in run.operations.iter().enumerate() {
            let names = named(&operation.path, &operation.data);
            for name in &names {
                run.waiters.entry(name.clone()).or_default().push(index);
            }
            if names.is_empty() {
                run.ready.insert(index);
            } else {
                run.waiting.insert(index);
            }
            run.unresolved.push(names);
        }
        run
    }

    /// What to do next; none when all is done, or as much as `failOnErrors` allows. Each step is answered by
    /// [`BulkRun::finished`] before the next is asked for.
    pub fn next_step(&mut self) -> Option<BulkStep> {
        if let Some(target) = self.undo.take() {
            self.current = Some(Waiting::Undoing);
            return Some(BulkStep {
                target,
                version: None,
                data: Value::Null,
            });
        }
        loop {
            if self.fail_on_errors.is_some_and(|most| self.errors >= most) {
                return None;
            }
            if let Some(step) = self.completion() {
                return Some(step);
            }
            let index = match self.ready.pop_first() {
                Some(index) => index,
                None => match self.break_circle()? {
                    Ok(index) => index,
                    Err((index, error)) => {
                        self.fail(index, error);
                        continue;
                    }
                },
            };
            let operation = &self.operations[index];
            match operation.target.clone() {
                Err(error) => self.fail(index, error),
                Ok(target) => {
                    self.current = Some(Waiting::Operation(index));
                    return Some(BulkStep {
                        target: self.with_ids(target),
                        version: operation.version.clone(),
                        data: resolve(&operation.data, &self.ids),
                    });
                }
            }
        }
    }

    /// The PATCH that adds what had to wait, once all of it is known.
    fn completion(&mut self) -> Option<BulkStep> {
        let (index, _) = self
            .deferred
            .iter()
            .find(|(index, _)| self.unresolved[**index].is_empty() && self.results.contains_key(*index))?;
        let index = *index;
        let attributes = self.deferred.remove(&index)?;
        let (Ok(BulkTarget::Create(kind)), Some(Ok(done))) =
            (&self.operations[index].target, self.results.get(&index))
        else {
            return None;
        };
        self.current = Some(Waiting::Completion(index));
        let value = resolve(&Value::Object(attributes), &self.ids);
        Some(BulkStep {
            target: BulkTarget::Patch(*kind, done.id.clone()),
            version: None,
            data: json!({
                "schemas": [urn::PATCH_OP],
                "Operations": [{"op": "add", "value": value}],
            }),
        })
    }

    /// An operation of a circle, which runs without the attributes that refer to the rest of it; or the first that
    /// refers to what this request does not make. None when nothing waits.
    fn break_circle(&mut self) -> Option<Result<usize, (usize, ScimError)>> {
        let mut index = *self.waiting.first()?;
        let mut seen = BTreeSet::new();
        while seen.insert(index) {
            let name = self.unresolved[index].first()?;
            let Some(maker) = self.makers.get(name) else {
                let error = ScimError::invalid_value(format!(
                    "No POST of this request has the bulkId {}.",
                    quoted(name)
                ));
                self.waiting.remove(&index);
                return Some(Err((index, error)));
            };
            index = *maker;
        }
        self.waiting.remove(&index);
        let unresolved = &self.unresolved[index];
        let refers = |value: &Value| !named("", value).is_disjoint(unresolved);
        let mut deferred = Map::new();
        if let Value::Object(attributes) = &mut self.operations[index].data {
            let names: Vec<String> = attributes
                .iter()
                .filter(|(_, value)| refers(value))
                .map(|(name, _)| name.clone())
                .collect();
            for name in names {
                if let Some(value) = attributes.remove(&name) {
                    deferred.insert(name, value);
                }
            }
        }
        self.deferred.insert(index, deferred);
        Some(Ok(index))
    }

    /// A reference may stand for the id in the path, too.
    fn with_ids(&self, target: BulkTarget) -> BulkTarget {
        let id = |id: String| match resolve(&Value::String(id), &self.ids) {
            Value::String(id) => id,
            _ => String::new(),
        };
        match target {
            BulkTarget::Create(kind) => BulkTarget::Create(kind),
            BulkTarget::Replace(kind, of) => BulkTarget::Replace(kind, id(of)),
            BulkTarget::Patch(kind, of) => BulkTarget::Patch(kind, id(of)),
            BulkTarget::Delete(kind, of) => BulkTarget::Delete(kind, id(of)),
        }
    }

    /// What came of the last step.
    pub fn finished(&mut self, outcome: Result<BulkDone, ScimError>) {
        match (self.current.take(), outcome) {
            (Some(Waiting::Operation(index)), Ok(done)) => {
                if let (Ok(BulkTarget::Create(_)), Some(name)) = (
                    &self.operations[index].target,
                    self.operations[index].bulk_id.clone(),
                ) {
                    self.made(&name, &done.id);
                }
                self.results.insert(index, Ok(done));
            }
            (Some(Waiting::Operation(index)), Err(error)) => self.fail(index, error),
            (Some(Waiting::Completion(index)), Ok(changed)) => {
                if let Some(Ok(done)) = self.results.get_mut(&index) {
                    done.version = changed.version;
                }
            }
            (Some(Waiting::Completion(index)), Err(error)) => {
                // RFC 7644 §3.7.1: circular references that cannot be resolved fail with 409; nothing half-done stays.
                if let (Ok(BulkTarget::Create(kind)), Some(Ok(done))) =
                    (&self.operations[index].target, self.results.get(&index))
                {
                    self.undo = Some(BulkTarget::Delete(*kind, done.id.clone()));
                }
                let error = ScimError::conflict(format!(
                    "The resources refer to each other in a circle that cannot be made. {}",
                    error.detail
                ));
                self.fail(index, error);
            }
            (Some(Waiting::Undoing) | None, _) => {}
        }
    }

    fn made(&mut self, name: &str, id: &str) {
        self.ids.insert(name.to_owned(), id.to_owned());
        for waiter in self.waiters.remove(name).unwrap_or_default() {
            let unresolved = &mut self.unresolved[waiter];
            unresolved.remove(name);
            if unresolved.is_empty() && self.waiting.remove(&waiter) {
                self.ready.insert(waiter);
            }
        }
    }

    /// The operation failed, and with it all that wait for what it would have made.
    fn fail(&mut self, index: usize, error: ScimError) {
        let mut failed = vec![(index, error)];
        while let Some((index, error)) = failed.pop() {
            self.deferred.remove(&index);
            self.results.insert(index, Err(error));
            self.errors += 1;
            let operation = &self.operations[index];
            let Some(name) = operation.bulk_id.as_ref() else {
                continue;
            };
            if self.makers.get(name) != Some(&index) {
                continue;
            }
            for waiter in self.waiters.remove(name).unwrap_or_default() {
                if self.waiting.remove(&waiter) {
                    let error = ScimError::conflict(format!(
                        "This refers to the resource of the bulkId {}, which was not made.",
                        quoted(name)
                    ));
                    failed.push((waiter, error));
                }
            }
        }
    }

    /// The answer: an entry for each operation that was tried, in the order of the request. `base_url`: the SCIM base
    /// without a slash at its end.
    pub fn into_response(self, base_url: &str) -> Value {
        let entries: Vec<Value> = self
            .results
            .into_iter()
            .map(|(index, result)| entry(&self.operations[index], &result, base_url))
            .collect();
        json!({"schemas": [urn::BULK_RESPONSE], "Operations": entries})
    }
}

/// RFC 7644 §3.7: `location` but for a POST that failed, `response` where there is an error.
fn entry(operation: &Operation, result: &Result<BulkDone, ScimError>, base_url: &str) -> Value {
    let mut entry = Map::new();
    entry.insert("method".into(), operation.method.as_str().into());
    if let Some(bulk_id) = &operation.bulk_id {
        entry.insert("bulkId".into(), bulk_id.as_str().into());
    }
    let location = match (&operation.target, result) {
        (Ok(BulkTarget::Create(kind)), Ok(done)) => {
            Some(format!("{base_url}{}/{}", kind.endpoint(), done.id))
        }
        (
            Ok(BulkTarget::Replace(kind, id) | BulkTarget::Patch(kind, id) | BulkTarget::Delete(kind, id)),
            result,
        ) => {
            let id = result.as_ref().map_or(id, |done| &done.id);
            Some(format!("{base_url}{}/{id}", kind.endpoint()))
        }
        _ => None,
    };
    if let Some(location) = location {
        entry.insert("location".into(), location.into());
    }
    match result {
        Ok(done) => {
            if let Some(version) = &done.version {
                entry.insert("version".into(), version.as_str().into());
            }
            entry.insert("status".into(), done.status.to_string().into());
        }
        Err(error) => {
            entry.insert("status".into(), error.status.to_string().into());
            entry.insert("response".into(), error.to_json());
        }
    }
    entry.into()
}
