//! The User schema (RFC 7643 §4.1).

use super::{Attribute, Mutability, PRIMARY, Returned, Schema};
use crate::urn;

/// A user account.
pub static USER: Schema = Schema {
    urn: urn::USER,
    name: "User",
    description: "User account",
    attributes: &[
        Attribute::string(
            "userName",
            "The name that identifies the user; unique, in any case.",
        )
        .required()
        .unique(),
        Attribute::complex("name", &NAME, "The parts of the user's name."),
        Attribute::string("displayName", "The name to show."),
        Attribute::string("nickName", "The casual name."),
        Attribute::reference("profileUrl", &["external"], "URL of the user's profile page."),
        Attribute::string("title", "The user's title, such as Vice President."),
        Attribute::string(
            "userType",
            "The relation to the organisation, such as Contractor.",
        ),
        Attribute::string(
            "preferredLanguage",
            "Preferred languages, as in an Accept-Language header.",
        ),
        Attribute::string("locale", "Default location for currency, dates and numbers."),
        Attribute::string("timezone", "Time zone in IANA form, such as Europe/Berlin."),
        Attribute::boolean("active", "Whether the account can be used."),
        Attribute::string("password", "Accepted and discarded; never returned.")
            .exact()
            .mutability(Mutability::WriteOnly)
            .returned(Returned::Never),
        Attribute::complex("emails", &EMAIL, "E-mail addresses.").list(),
        Attribute::complex("phoneNumbers", &PHONE_NUMBER, "Phone numbers.").list(),
        Attribute::complex("ims", &IM, "Instant messaging addresses.").list(),
        Attribute::complex("photos", &PHOTO, "Pictures of the user.").list(),
        Attribute::complex("addresses", &ADDRESS, "Postal addresses.").list(),
        Attribute::complex(
            "groups",
            &MEMBERSHIP,
            "The groups of the user, direct and through other groups.",
        )
        .list()
        .mutability(Mutability::ReadOnly),
        Attribute::complex("entitlements", &ENTITLEMENT, "Things the user is entitled to.").list(),
        Attribute::complex("roles", &ROLE, "Roles as the identity provider states them.").list(),
        Attribute::complex(
            "x509Certificates",
            &CERTIFICATE,
            "Certificates issued to the user.",
        )
        .list(),
    ],
};

static NAME: [Attribute; 6] = [
    Attribute::string("formatted", "The whole name, as it is shown."),
    Attribute::string("familyName", "The family name."),
    Attribute::string("givenName", "The given name."),
    Attribute::string("middleName", "The middle names."),
    Attribute::string("honorificPrefix", "The title before the name, such as Ms."),
    Attribute::string("honorificSuffix", "What follows the name, such as III."),
];

const DISPLAY: Attribute = Attribute::string("display", "The value for people.");
const TYPE: Attribute = Attribute::string("type", "What the value is for.");

static EMAIL: [Attribute; 4] = [
    Attribute::string("value", "An e-mail address."),
    DISPLAY,
    TYPE.suggest(&["work", "home", "other"]),
    PRIMARY,
];

static PHONE_NUMBER: [Attribute; 4] = [
    Attribute::string("value", "A phone number, kept as sent."),
    DISPLAY,
    TYPE.suggest(&["work", "home", "mobile", "fax", "pager", "other"]),
    PRIMARY,
];

static IM: [Attribute; 4] = [
    Attribute::string("value", "An instant messaging address."),
    DISPLAY,
    TYPE.suggest(&["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"]),
    PRIMARY,
];

static PHOTO: [Attribute; 4] = [
    Attribute::reference("value", &["external"], "URL of a picture."),
    DISPLAY,
    TYPE.suggest(&["photo", "thumbnail"]),
    PRIMARY,
];

static ADDRESS: [Attribute; 8] = [
    Attribute::string("formatted", "The whole address, as it is shown."),
    Attribute::string("streetAddress", "Street, house number, post office box."),
    Attribute::string("locality", "City or locality."),
    Attribute::string("region", "State or region."),
    Attribute::string("postalCode", "Postal code."),
    Attribute::string("country", "Country in ISO 3166-1 alpha-2 form, such as DE."),
    TYPE.suggest(&["work", "home", "other"]),
    PRIMARY,
];

static MEMBERSHIP: [Attribute; 4] = [
    Attribute::string("value", "The id of the group.")
        .exact()
        .mutability(Mutability::ReadOnly),
    Attribute::reference("$ref", &["Group"], "URI of the group.").mutability(Mutability::ReadOnly),
    DISPLAY.mutability(Mutability::ReadOnly),
    Attribute::string("type", "direct, or indirect through another group.")
        .mutability(Mutability::ReadOnly)
        .suggest(&["direct", "indirect"]),
];

static ENTITLEMENT: [Attribute; 4] = [
    Attribute::string("value", "An entitlement."),
    DISPLAY,
    TYPE,
    PRIMARY,
];

static ROLE: [Attribute; 4] = [Attribute::string("value", "A role."), DISPLAY, TYPE, PRIMARY];

static CERTIFICATE: [Attribute; 4] = [
    Attribute::binary("value", "A DER certificate in base64."),
    DISPLAY,
    TYPE,
    PRIMARY,
];
