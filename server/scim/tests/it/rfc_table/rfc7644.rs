//! RFC 7644, protocol.

use super::Supported::{Choice, Yes};
use super::{Row, row};

pub(super) const ROWS: &[Row] = &[
    row(
        "2",
        "Authentication and Authorization",
        Choice,
        "Bearer tokens that an administrator generates, read-write or read-only.",
        &[
            "server/tests/it/tokens.rs::whatever_is_wrong_with_a_token_the_answer_is_the_same",
            "server/tests/it/read_only.rs::every_write_is_refused_with_403",
        ],
    ),
    row(
        "3.2",
        "SCIM Endpoints and HTTP Methods",
        Yes,
        "A wrong method is 405 with `Allow`, an unknown path 404, both as SCIM errors.",
        &[
            "server/tests/it/surface.rs::a_wrong_method_is_405_and_says_which_are_right",
            "server/tests/it/surface.rs::what_is_not_there_is_404_in_scim_form",
        ],
    ),
    row(
        "3.3",
        "Creating Resources",
        Yes,
        "201 with the resource and its `Location`; 409 `uniqueness` for a taken name; read-only attributes are \
         ignored and noted.",
        &[
            "server/tests/it/matching.rs::nobody_has_the_name_a_user_is_created",
            "server/tests/it/okta.rs::the_specification_s_suite",
            "server/scim/src/tolerance/tests.rs::each_form_is_taken_and_noted",
        ],
    ),
    row(
        "3.4.1",
        "Retrieving a Known Resource",
        Yes,
        "By id; ids of other accounts are unknown.",
        &["server/tests/it/walls.rs::ids_of_another_account_are_unknown"],
    ),
    row(
        "3.4.2.1",
        "Query Endpoints",
        Yes,
        "By type, and at the root over users and groups together; an attribute that one type lacks is unassigned in \
         it.",
        &["server/tests/it/search.rs::the_root_finds_users_and_groups_together"],
    ),
    row(
        "3.4.2.2",
        "Filtering",
        Yes,
        "Every operator on every attribute but `password`, value paths, `not`, precedence by erratum 4670; 16 KiB, \
         32 levels, 500 terms. A multi-valued attribute without a sub-attribute, `emails co \"x\"`, is compared by \
         `value`: a leniency, though one of the section's examples has it.",
        &[
            "server/scim/src/filter/tests.rs::valid_filters_have_one_canonical_text",
            "server/scim/src/filter/tests.rs::matching",
            "server/scim/src/filter/tests.rs::precedence_is_not_then_and_then_or",
            "server/scim/tests/it/rfc_examples.rs::filters_of_the_rfc_are_read",
            "server/scim/tests/it/filter_oracle.rs::valid_filters_mean_the_same",
            "server/scim/tests/it/filter_properties.rs::printed_text_is_the_same_filter",
            "server/directory/tests/it/lists.rs::a_list_is_what_the_evaluator_says_of_each_resource",
        ],
    ),
    row(
        "3.4.2.3",
        "Sorting",
        Yes,
        "By any simple attribute; of several values the primary one decides, resources without a value come last.",
        &[
            "server/scim/src/sort.rs::missing_values_come_last_ascending_and_first_descending",
            "server/scim/src/sort.rs::of_several_values_the_primary_decides_else_the_first",
            "server/tests/it/lists.rs::lists_are_sorted_by_an_attribute",
        ],
    ),
    row(
        "3.4.2.4",
        "Pagination",
        Yes,
        "By index, in one stable order, with the true `totalResults`.",
        &[
            "server/scim/src/list.rs::pages_are_clipped_rather_than_refused",
            "server/tests/it/lists.rs::pages_follow_each_other_in_a_stable_order",
            "server/directory/tests/it/lists.rs::pages_are_parts_of_one_order_with_the_true_total",
        ],
    ),
    row(
        "3.4.2.5",
        "Attributes",
        Yes,
        "`attributes` and `excludedAttributes`, as in §3.9.",
        &["server/tests/it/lists.rs::the_answer_has_the_attributes_that_were_asked_for"],
    ),
    row(
        "3.4.3",
        "Querying Resources Using HTTP POST",
        Yes,
        "`/.search`, `/Users/.search` and `/Groups/.search` answer as the GET does.",
        &[
            "server/scim/src/list.rs::a_search_request_becomes_query_parameters",
            "server/tests/it/search.rs::a_search_by_post_is_the_list_by_get",
        ],
    ),
    row(
        "3.5.1",
        "Replacing with PUT",
        Yes,
        "What is absent is cleared, except `active`, a group's `members`, and an extension that the body does not \
         name. PUT never creates.",
        &[
            "server/scim/src/body/tests.rs::a_replacement_clears_what_it_leaves_out",
            "server/scim/src/body/tests.rs::a_replacement_without_active_keeps_it",
            "server/scim/src/body/tests.rs::a_replacement_that_does_not_know_an_extension_keeps_it",
            "server/directory/tests/it/provision_groups.rs::a_put_without_members_keeps_them_and_an_empty_list_removes_them",
        ],
    ),
    row(
        "3.5.2",
        "Modifying with PATCH",
        Yes,
        "Operations in order, all or none; what changes nothing leaves `meta` as it was. 200 with the resource; 204 \
         for groups of more than a thousand members, unless attributes are asked for.",
        &[
            "server/scim/src/patch/tests.rs::operations_run_in_order_on_the_result_of_the_one_before",
            "server/scim/src/patch/tests.rs::a_request_is_all_or_nothing",
            "server/scim/tests/it/patch_model.rs::random_requests_end_where_the_model_ends",
            "server/scim/tests/it/path_properties.rs::a_printed_patch_path_is_the_same_path",
            "server/tests/it/conditions.rs::what_changes_nothing_leaves_version_and_time",
            "server/tests/it/lists.rs::a_group_beyond_a_thousand_members_answers_a_patch_with_204",
        ],
    ),
    row(
        "3.5.2.1",
        "Add Operation",
        Yes,
        "What is there already is not added again. A value path that matches nothing creates the value that its \
         filter describes (erratum 8097).",
        &[
            "server/scim/src/patch/tests.rs::each_operation_changes_what_it_names",
            "server/scim/tests/it/resource_properties.rs::adding_twice_is_adding_once",
            "server/scim/tests/it/rfc_examples.rs::patches_of_the_rfc_are_done",
        ],
    ),
    row(
        "3.5.2.2",
        "Remove Operation",
        Yes,
        "A required attribute cannot be removed: `mutability`. A filter that matches nothing removes nothing.",
        &[
            "server/scim/src/patch/tests.rs::each_operation_changes_what_it_names",
            "server/scim/src/patch/tests.rs::each_refusal_has_its_keyword",
            "server/scim/tests/it/resource_properties.rs::removing_twice_is_removing_once",
        ],
    ),
    row(
        "3.5.2.3",
        "Replace Operation",
        Yes,
        "A value path that matches nothing creates the value as a leniency, otherwise `noTarget`.",
        &[
            "server/scim/src/patch/tests.rs::each_operation_changes_what_it_names",
            "server/scim/src/tolerance/tests.rs::each_form_is_refused_in_words_when_strict",
            "server/scim/tests/it/resource_properties.rs::replacing_twice_is_replacing_once",
        ],
    ),
    row(
        "3.6",
        "Deleting Resources",
        Yes,
        "204; the id is gone for good, the name is free, and a deleted user leaves its groups.",
        &[
            "server/tests/it/matching.rs::a_deleted_name_is_free_and_the_id_is_gone_for_good",
            "server/directory/tests/it/provision_users.rs::delete_removes_the_user_with_everything_that_was_its_own_and_keeps_the_history",
        ],
    ),
    row(
        "3.7",
        "Bulk Operations",
        Yes,
        "Each operation is answered by itself and none undoes another; `failOnErrors` stops the rest.",
        &[
            "server/scim/src/bulk/tests.rs::one_bad_operation_does_not_fail_the_others_but_what_refers_to_it",
            "server/scim/src/bulk/tests.rs::nothing_is_tried_after_as_many_errors_as_allowed",
            "server/scim/tests/it/fuzz.rs::bulk_requests",
            "server/tests/it/bulk.rs::each_operation_is_answered_and_logged_by_itself",
            "server/tests/it/bulk.rs::errors_stop_the_rest_where_the_client_says_so",
        ],
    ),
    row(
        "3.7.1",
        "Circular Reference Processing",
        Yes,
        "A circle is made where the attributes allow it, as of two managers of each other; otherwise 409, and nothing \
         is left behind.",
        &[
            "server/scim/src/bulk/tests.rs::a_circle_is_made_by_adding_what_had_to_wait",
            "server/scim/src/bulk/tests.rs::a_circle_that_cannot_be_made_leaves_nothing_of_its_first",
            "server/tests/it/bulk.rs::a_circle_of_groups_is_refused_and_leaves_nothing_behind",
        ],
    ),
    row(
        "3.7.2",
        "“bulkId” Temporary Identifiers",
        Yes,
        "Before or after the operation that creates the resource.",
        &[
            "server/scim/src/bulk/tests.rs::references_work_in_any_order",
            "server/tests/it/bulk.rs::a_group_may_come_before_its_members",
        ],
    ),
    row(
        "3.7.4",
        "Maximum Operations",
        Yes,
        "1,000 operations and 8 MiB, announced; beyond it 413.",
        &["server/tests/it/bulk.rs::limits_are_announced_and_kept"],
    ),
    row(
        "3.8",
        "Data Input/Output Formats",
        Yes,
        "`application/scim+json`, and `application/json` for who accepts only that; UTF-8.",
        &[
            "server/tests/it/surface.rs::the_media_type_is_the_one_that_the_client_accepts",
            "server/tests/it/surface.rs::a_body_is_json_under_several_names",
        ],
    ),
    row(
        "3.9",
        "Additional Operation Response Parameters",
        Yes,
        "Sub-attributes, URNs, in any letter-case; both parameters at once are refused, unknown names have no effect.",
        &[
            "server/scim/src/projection.rs::named_attributes",
            "server/scim/src/projection.rs::excluded_attributes",
            "server/scim/src/projection.rs::both_at_once_are_refused",
        ],
    ),
    row(
        "3.10",
        "Attribute Notation",
        Yes,
        "`urn:…:User:name.familyName`, in paths, filters and parameters.",
        &[
            "server/scim/src/attr_path.rs::paths_come_out_in_canonical_spelling",
            "server/scim/tests/it/path_properties.rs::a_printed_attribute_path_is_the_same_path",
        ],
    ),
    row(
        "3.11",
        "“/Me” Authenticated Subject Alias",
        Choice,
        "501: behind a token of an identity provider is no subject.",
        &["server/tests/it/surface.rs::what_is_announced_as_unsupported_is_501"],
    ),
    row(
        "3.12",
        "HTTP Status and Error Response Handling",
        Yes,
        "`status` is a string; `detail` is one sentence that says what to do; `uniqueness` is 409.",
        &[
            "server/scim/src/error.rs::status_is_a_string_and_the_keyword_only_where_one_applies",
            "server/tests/it/errors.rs::a_bad_body_is_never_a_500",
            "server/tests/it/errors.rs::a_bad_text_is_never_a_500",
        ],
    ),
    row(
        "3.13",
        "SCIM Protocol Versioning",
        Choice,
        "`v2` is part of the base URL; any other version is 404.",
        &["server/tests/it/surface.rs::what_is_not_there_is_404_in_scim_form"],
    ),
    row(
        "3.14",
        "Versioning Resources",
        Yes,
        "`meta.version` is the weak `ETag`; `If-None-Match` gives 304, `If-Match` 412; neither is required.",
        &[
            "server/scim/src/meta.rs::headers_name_a_version",
            "server/tests/it/conditions.rs::the_version_is_the_same_in_header_and_body_and_answers_304",
            "server/tests/it/conditions.rs::a_write_on_another_version_is_412_and_changes_nothing",
        ],
    ),
    row(
        "4",
        "Service Provider Configuration Endpoints",
        Yes,
        "`/ServiceProviderConfig`, `/Schemas`, `/ResourceTypes`, also entry by entry; a `filter` is 403.",
        &[
            "server/tests/it/discovery.rs::the_configuration_says_what_holds",
            "server/tests/it/discovery.rs::schemas_and_resource_types_are_listed_and_read_by_id",
            "server/tests/it/discovery.rs::a_filter_is_refused_so_that_nobody_believes_it",
        ],
    ),
    row(
        "5",
        "Preparation and Comparison of Internationalized Strings",
        Choice,
        "Case-insensitive strings are compared in NFC and lower case; PRECIS profiles are not applied, and values \
         are kept as sent.",
        &[
            "server/scim/src/key.rs::composed_and_decomposed_text_have_one_key",
            "server/scim/src/key.rs::folding_twice_changes_nothing",
        ],
    ),
    row(
        "6",
        "Multi-Tenancy",
        Yes,
        "An account is a tenant, named in the base URL; a token belongs to one. Ids are unique over all accounts.",
        &[
            "server/tests/it/walls.rs::every_endpoint_answers_the_same_401_without_a_valid_token",
            "server/tests/it/walls.rs::lists_and_filters_find_the_account_s_own_alone",
            "server/directory/tests/it/walls.rs::every_function_of_the_api_is_walled_and_tells_nothing",
        ],
    ),
    row(
        "7.2",
        "TLS Support Considerations",
        Choice,
        "A reverse proxy ends TLS; links are made from the public URL alone.",
        &["server/tests/it/surface.rs::links_are_made_from_the_public_url_whatever_host_is_claimed"],
    ),
    row(
        "7.3",
        "Authorization Token Considerations",
        Yes,
        "Tokens expire and can be revoked at once.",
        &[
            "server/tests/it/tokens.rs::a_token_works_to_its_last_instant_and_not_beyond",
            "server/tests/it/tokens.rs::a_revoked_token_is_refused_by_the_next_request",
        ],
    ),
    row(
        "7.4",
        "Bearer Token and Cookie Considerations",
        Yes,
        "The API reads no cookie.",
        &[
            "server/tests/it/surface.rs::another_site_cannot_post_to_the_console_but_an_identity_provider_needs_no_origin",
        ],
    ),
    row(
        "7.5",
        "Privacy Considerations",
        Yes,
        "Neither tokens nor bodies are logged by the server; `password` cannot be filtered or sorted by.",
        &[
            "server/tests/it/cli.rs::neither_a_token_nor_a_link_nor_a_body_is_logged",
            "server/scim/src/filter/tests.rs::invalid_filters_are_refused",
            "server/scim/src/sort.rs::what_has_no_order_is_refused",
        ],
    ),
    row(
        "7.6",
        "Anonymous Requests",
        Choice,
        "Every endpoint wants a token, those of §4 too.",
        &["server/tests/it/walls.rs::every_endpoint_answers_the_same_401_without_a_valid_token"],
    ),
    row(
        "7.7",
        "Secure Storage and Handling of Sensitive Data",
        Yes,
        "A `password` is kept nowhere, not in the log either.",
        &[
            "server/tests/it/okta.rs::a_password_leaves_no_trace",
            "server/directory/tests/it/provision_users.rs::a_password_is_accepted_and_kept_nowhere",
        ],
    ),
    row(
        "7.8",
        "Case-Insensitive Comparison and International Languages",
        Yes,
        "One key for comparing, filtering, sorting and uniqueness.",
        &[
            "server/scim/src/key.rs::composed_and_decomposed_text_have_one_key",
            "server/directory/tests/it/matching.rs::a_username_is_matched_as_the_table_says_in_every_letter_case",
        ],
    ),
];
