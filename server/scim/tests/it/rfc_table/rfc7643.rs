//! RFC 7643, core schema.

use super::Supported::{Choice, Yes};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "2.1",
        "Attributes",
        Yes,
        "Names are read in any letter-case and answered as the schema spells them; one name twice in a body is \
         refused.",
        &[
            "server/scim/src/attr_path.rs::paths_come_out_in_canonical_spelling",
            "server/scim/src/schema.rs::names_are_found_in_any_case",
            "server/scim/src/body/tests.rs::bodies_are_refused_with_what_to_do",
        ],
    ),
    row(
        "2.2",
        "Attribute Characteristics",
        Yes,
        "Bodies, filters, paths and answers are checked against the same definitions that `/Schemas` publishes.",
        &[
            "server/scim/src/discovery.rs::attributes_are_described_after_the_errata",
            "server/scim/src/resource.rs::setting_keeps_the_rules_of_the_schema",
            "server/scim/src/patch/tests.rs::each_refusal_has_its_keyword",
        ],
    ),
    row(
        "2.3",
        "Attribute Data Types",
        Yes,
        "String, boolean, dateTime, reference, binary and complex; decimal and integer occur in no schema here. \
         Complex attributes do not nest.",
        &[
            "server/scim/src/schema.rs::complex_attributes_have_simple_parts_only",
            "server/scim/src/sort.rs::times_are_compared_as_instants",
            "server/scim/src/filter/tests.rs::matching",
            "server/scim/src/filter/tests.rs::invalid_filters_are_refused",
        ],
    ),
    row(
        "2.4",
        "Multi-Valued Attributes",
        Yes,
        "At most one value is primary: setting one demotes the others. Canonical values of `type` are published \
         and not forced. An attribute keeps 500 values.",
        &[
            "server/scim/src/patch/tests.rs::at_most_one_value_is_primary",
            "server/scim/tests/it/resource_properties.rs::any_patch_gives_a_canonical_resource_or_an_error",
            "server/scim/src/body/tests.rs::attributes_become_canonical",
        ],
    ),
    row(
        "2.5",
        "Unassigned and Null Values",
        Yes,
        "`null`, `[]` and absence are the same.",
        &[
            "server/scim/src/body/tests.rs::attributes_become_canonical",
            "server/scim/src/patch/tests.rs::each_operation_changes_what_it_names",
        ],
    ),
    row(
        "3.1",
        "Common Attributes",
        Yes,
        "`id` is made by the server and never used again; `externalId` is kept, case exact and not enforced as \
         unique; `meta` is the server's alone.",
        &[
            "server/scim/src/render.rs::a_whole_user",
            "server/scim/src/body/tests.rs::a_replacement_may_name_its_own_id_only",
            "server/tests/it/matching.rs::a_deleted_name_is_free_and_the_id_is_gone_for_good",
        ],
    ),
    row(
        "3.2",
        "Defining New Resource Types",
        Choice,
        "User and Group, no others.",
        &["server/tests/it/discovery.rs::schemas_and_resource_types_are_listed_and_read_by_id"],
    ),
    row(
        "3.3",
        "Attribute Extensions to Resources",
        Yes,
        "An extension's URN stands in `schemas` exactly while the resource has a value of it.",
        &[
            "server/scim/src/render.rs::schemas_name_an_extension_exactly_while_it_has_a_value",
            "server/scim/src/patch/tests.rs::removing_the_last_attribute_drops_the_extension",
        ],
    ),
    row(
        "4.1",
        "“User” Resource Schema",
        Yes,
        "Every attribute. `userName` is unique without regard to letter-case over the installation; `groups` is \
         filled, direct and indirect; `roles` and `entitlements` are kept as sent and grant nothing; `password` is \
         accepted, discarded and never returned.",
        &[
            "server/scim/tests/it/rfc_examples.rs::bodies_of_the_rfc_are_taken",
            "server/directory/tests/it/matching.rs::a_username_is_matched_as_the_table_says_in_every_letter_case",
            "server/directory/tests/it/provision_users.rs::a_password_is_accepted_and_kept_nowhere",
            "server/tests/it/lists.rs::groups_are_on_the_user_and_members_on_the_group",
        ],
    ),
    row(
        "4.2",
        "“Group” Resource Schema",
        Yes,
        "Groups may be members of groups, never in a circle. `displayName` is required (erratum 5368) and unique in \
         an account.",
        &[
            "server/scim/src/schema.rs::errata_are_applied",
            "server/directory/tests/it/provision_groups.rs::groups_nest_but_never_in_a_circle",
            "server/directory/tests/it/provision_groups.rs::a_name_is_unique_in_its_account_by_the_same_key_on_create_and_rename",
        ],
    ),
    row(
        "4.3",
        "Enterprise User Schema Extension",
        Yes,
        "Every attribute; `manager` is always answered as an object.",
        &[
            "server/tests/it/entra.rs::a_manager_is_set_changed_and_cleared",
            "server/scim/src/body/tests.rs::a_replacement_that_does_not_know_an_extension_keeps_it",
        ],
    ),
    row(
        "5",
        "Service Provider Configuration Schema",
        Yes,
        "With every required sub-attribute, because strict clients give up without.",
        &[
            "server/scim/src/discovery.rs::the_configuration_has_what_strict_clients_require",
            "server/tests/it/discovery.rs::the_configuration_says_what_holds",
        ],
    ),
    row(
        "6",
        "ResourceType Schema",
        Yes,
        "Made from the definitions.",
        &["server/scim/src/discovery.rs::user_names_its_extensions_and_group_has_none"],
    ),
    row(
        "7",
        "Schema Definition",
        Yes,
        "Made from the definitions, with the errata.",
        &[
            "server/scim/src/discovery.rs::attributes_are_described_after_the_errata",
            "server/scim/src/discovery.rs::answers_hold_no_null",
        ],
    ),
    row(
        "8",
        "JSON Representation",
        Yes,
        "The examples are read as they stand.",
        &[
            "server/scim/tests/it/rfc_examples.rs::bodies_of_the_rfc_are_taken",
            "server/scim/tests/it/fuzz.rs::resources",
        ],
    ),
];
