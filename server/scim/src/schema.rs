//! Attribute definitions (RFC 7643 §2, §4, §7): the one source that bodies, filters, paths, projection and
//! `/Schemas` are checked against and made from.
//!
//! ```
//! use scim::ResourceType;
//! use scim::schema::{Mutability, Uniqueness};
//! let user_name = ResourceType::User.schema().attribute("USERNAME").expect("every user has one");
//! assert_eq!((user_name.name, user_name.uniqueness), ("userName", Uniqueness::Server));
//! let groups = ResourceType::User.schema().attribute("groups").expect("it is in the schema");
//! assert_eq!(groups.mutability, Mutability::ReadOnly);
//! ```

mod enterprise_user;
mod group;
mod rollcall_user;
mod user;

use crate::urn;

pub use enterprise_user::ENTERPRISE_USER;
pub use group::GROUP;
pub use rollcall_user::ROLLCALL_USER;
pub use user::USER;

/// The resource types of this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceType {
    /// `/Users`.
    User,
    /// `/Groups`.
    Group,
}

impl ResourceType {
    /// Both, in the order of `/ResourceTypes`.
    pub const ALL: [Self; 2] = [Self::User, Self::Group];

    /// The resource type of this name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// `User` or `Group`, as in `meta.resourceType`.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// `/Users` or `/Groups`.
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    /// The URN of the core schema.
    pub fn schema_urn(self) -> &'static str {
        self.schema().urn
    }

    /// The core schema.
    pub fn schema(self) -> &'static Schema {
        match self {
            Self::User => &USER,
            Self::Group => &GROUP,
        }
    }

    /// The extensions a resource of this type can carry.
    pub fn extensions(self) -> &'static [&'static Schema] {
        match self {
            Self::User => &USER_EXTENSIONS,
            Self::Group => &[],
        }
    }

    /// The extension of this URN, in any case.
    pub(crate) fn extension(self, urn: &str) -> Option<&'static Schema> {
        self.extensions()
            .iter()
            .copied()
            .find(|schema| schema.urn.eq_ignore_ascii_case(urn))
    }

    /// The attribute of an extension by its name alone, in any case: the first that has it.
    pub(crate) fn extension_attribute(self, name: &str) -> Option<(&'static Schema, &'static Attribute)> {
        self.extensions()
            .iter()
            .find_map(|schema| Some((*schema, schema.attribute(name)?)))
    }

    /// A core or common attribute by its name, in any case.
    pub(crate) fn core_attribute(self, name: &str) -> Option<&'static Attribute> {
        self.schema().attribute(name).or_else(|| find(&COMMON, name))
    }
}

/// A schema: a URN and the attributes under it (RFC 7643 §7).
#[derive(Debug)]
pub struct Schema {
    /// Identifier.
    pub urn: &'static str,
    /// Name for people, in one word as RFC 7643 §8.7.1 has them: `EnterpriseUser`.
    pub name: &'static str,
    /// One sentence.
    pub description: &'static str,
    /// Attributes in the order of the RFC.
    pub attributes: &'static [Attribute],
}

impl Schema {
    /// The attribute of this name, in any case (RFC 7643 §2.1).
    pub fn attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.attributes, name)
    }
}

/// Data types (RFC 7643 §2.3). The RFC's integer and decimal occur in no schema here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum AttributeType {
    String,
    Boolean,
    DateTime,
    Reference,
    Binary,
    Complex,
}

/// `mutability` (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum Mutability {
    ReadOnly,
    ReadWrite,
    Immutable,
    WriteOnly,
}

/// `returned` (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum Returned {
    Always,
    Never,
    Default,
    Request,
}

/// `uniqueness` (RFC 7643 §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum Uniqueness {
    None,
    Server,
    Global,
}

/// One attribute or sub-attribute with its characteristics (RFC 7643 §2.2, §7).
#[derive(Debug, Clone, Copy)]
pub struct Attribute {
    /// Canonical spelling.
    pub name: &'static str,
    /// Data type.
    pub data_type: AttributeType,
    /// One sentence.
    pub description: &'static str,
    /// Whether the value is a list.
    pub multi_valued: bool,
    /// Whether a resource must have it.
    pub required: bool,
    /// Whether upper and lower case differ in comparisons.
    pub case_exact: bool,
    /// Who may write it.
    pub mutability: Mutability,
    /// When it is in answers.
    pub returned: Returned,
    /// Among what its values are unique.
    pub uniqueness: Uniqueness,
    /// Suggested values; others are accepted.
    pub canonical_values: &'static [&'static str],
    /// What a reference points at.
    pub reference_types: &'static [&'static str],
    /// Parts of a complex attribute; empty otherwise.
    pub sub_attributes: &'static [Attribute],
}

impl Attribute {
    /// An attribute with the defaults of RFC 7643 §2.2.
    const fn new(name: &'static str, data_type: AttributeType, description: &'static str) -> Self {
        Self {
            name,
            data_type,
            description,
            multi_valued: false,
            required: false,
            case_exact: false,
            mutability: Mutability::ReadWrite,
            returned: Returned::Default,
            uniqueness: Uniqueness::None,
            canonical_values: &[],
            reference_types: &[],
            sub_attributes: &[],
        }
    }

    const fn string(name: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeType::String, description)
    }

    const fn boolean(name: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeType::Boolean, description)
    }

    const fn date_time(name: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeType::DateTime, description)
    }

    const fn binary(name: &'static str, description: &'static str) -> Self {
        Self::new(name, AttributeType::Binary, description).exact()
    }

    /// References are case exact (RFC 7643 §2.3.7).
    const fn reference(
        name: &'static str,
        types: &'static [&'static str],
        description: &'static str,
    ) -> Self {
        let mut this = Self::new(name, AttributeType::Reference, description).exact();
        this.reference_types = types;
        this
    }

    const fn complex(name: &'static str, parts: &'static [Attribute], description: &'static str) -> Self {
        let mut this = Self::new(name, AttributeType::Complex, description);
        this.sub_attributes = parts;
        this
    }

    const fn list(mut self) -> Self {
        self.multi_valued = true;
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn exact(mut self) -> Self {
        self.case_exact = true;
        self
    }

    const fn unique(mut self) -> Self {
        self.uniqueness = Uniqueness::Server;
        self
    }

    const fn mutability(mut self, mutability: Mutability) -> Self {
        self.mutability = mutability;
        self
    }

    const fn returned(mut self, returned: Returned) -> Self {
        self.returned = returned;
        self
    }

    const fn suggest(mut self, values: &'static [&'static str]) -> Self {
        self.canonical_values = values;
        self
    }

    /// The sub-attribute of this name, in any case.
    pub fn sub_attribute(&self, name: &str) -> Option<&'static Attribute> {
        find(self.sub_attributes, name)
    }

    pub(crate) fn is_complex(&self) -> bool {
        self.data_type == AttributeType::Complex
    }

    /// Whether clients can set it: everything but read-only and the discarded write-only `password`.
    pub(crate) fn is_kept(&self) -> bool {
        matches!(self.mutability, Mutability::ReadWrite | Mutability::Immutable)
    }
}

fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes
        .iter()
        .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

/// Sub-attribute `primary` of a multi-valued attribute (RFC 7643 §2.4).
const PRIMARY: Attribute = Attribute::boolean(
    "primary",
    "Whether this is the preferred value; at most one value has true.",
);

/// Attributes that every resource has without any schema listing them (RFC 7643 §3).
pub(crate) static COMMON: [Attribute; 4] = [
    // RFC 7643 §2.1: schema URNs are compared without regard to case.
    Attribute::reference(
        "schemas",
        &["uri"],
        "URNs of the schemas that the resource has attributes of.",
    )
    .list()
    .required()
    .returned(Returned::Always)
    .ignoring_case(),
    Attribute::string(
        "id",
        "Identifier made by the server; never changes and is never reused.",
    )
    .exact()
    .unique()
    .mutability(Mutability::ReadOnly)
    .returned(Returned::Always),
    Attribute::string(
        "externalId",
        "Identifier of the resource in the client's own directory.",
    )
    .exact(),
    Attribute::complex("meta", &META, "What the server knows about the resource.")
        .mutability(Mutability::ReadOnly),
];

impl Attribute {
    const fn ignoring_case(mut self) -> Self {
        self.case_exact = false;
        self
    }
}

static META: [Attribute; 5] = [
    Attribute::string("resourceType", "User or Group.")
        .exact()
        .mutability(Mutability::ReadOnly),
    Attribute::date_time("created", "When the resource was created.").mutability(Mutability::ReadOnly),
    Attribute::date_time("lastModified", "When the resource last changed.").mutability(Mutability::ReadOnly),
    Attribute::reference("location", &["uri"], "URI of the resource.").mutability(Mutability::ReadOnly),
    Attribute::string("version", "Entity tag of this state.")
        .exact()
        .mutability(Mutability::ReadOnly),
];

static USER_EXTENSIONS: [&Schema; 2] = [&ENTERPRISE_USER, &ROLLCALL_USER];

/// The URNs that this crate serves, for `/Schemas`.
pub static ALL: [&Schema; 4] = [&USER, &ENTERPRISE_USER, &ROLLCALL_USER, &GROUP];

/// Whether `name` looks like a URN rather than an attribute name.
pub(crate) fn is_urn(name: &str) -> bool {
    name.get(..4)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"))
}

/// Whether `urn` is one that SCIM 1.1 used.
pub(crate) fn is_scim_1(urn: &str) -> bool {
    urn.get(..urn::SCIM_1_PREFIX.len())
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case(urn::SCIM_1_PREFIX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errata_are_applied() {
        assert!(GROUP.attribute("displayName").unwrap().required, "erratum 5368");
        let members = GROUP.attribute("members").unwrap();
        assert!(members.sub_attribute("display").is_some(), "erratum 6011");
        assert!(members.sub_attribute("VALUE").unwrap().case_exact);
        let manager = ENTERPRISE_USER.attribute("manager").unwrap();
        assert!(manager.sub_attribute("value").unwrap().case_exact, "erratum 8472");
    }

    // scim2-cli makes an option of each name, and refuses all of them where one has a space.
    #[test]
    fn names_are_one_word() {
        for schema in ALL {
            assert!(schema.name.chars().all(char::is_alphanumeric), "{}", schema.name);
        }
        assert_eq!(ENTERPRISE_USER.name, "EnterpriseUser", "RFC 7643 §8.7.1");
    }

    #[test]
    fn complex_attributes_have_simple_parts_only() {
        for attribute in ALL.iter().flat_map(|schema| schema.attributes).chain(&COMMON) {
            assert_eq!(
                attribute.is_complex(),
                !attribute.sub_attributes.is_empty(),
                "{}",
                attribute.name
            );
            for part in attribute.sub_attributes {
                assert!(
                    !part.is_complex() && !part.multi_valued,
                    "{}.{}",
                    attribute.name,
                    part.name
                );
            }
        }
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(ResourceType::from_name("gROUP"), Some(ResourceType::Group));
        assert_eq!(
            ResourceType::User.core_attribute("USERNAME").unwrap().name,
            "userName"
        );
        assert_eq!(
            ResourceType::Group.core_attribute("ExternalID").unwrap().name,
            "externalId"
        );
        assert!(ResourceType::Group.core_attribute("userName").is_none());
        assert!(is_urn("URN:ietf:x") && !is_urn("urnx") && !is_urn("ürn:"));
    }
}
