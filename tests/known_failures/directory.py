"""Applications, client secrets, service principals, and the test sign-in with the new credentials."""

from __future__ import annotations

from pipeops_tui.azure.errors.evidence import AzureOperation as Op
from pipeops_tui.core.model import Application, SecretPolicy
from tests.azure.wire import entra, graph
from tests.known_failures.answers import Situation, blocked, design, numbers, rule, unmet, warned, when

_GONE = "Resource 'x' does not exist or one of its queried reference-property objects are not present."

APPLICATIONS: tuple[Situation, ...] = (
    when("the account may not register applications", rule("no permission to register applications")),
    when(
        "the account owns as many objects as it may",
        rule("own quota"),
        blocked("owned-applications", owned_application_count=250),
        warned("owned-applications", owned_application_count=200),
    ),
    when("the directory is full", rule("tenant quota")),
    when(
        "the tenant wants a reference to a service",
        rule("service reference"),
        rule("service reference", graph("", Op.CREATE_APPLICATION, 400, "ServiceTreeInvalid", "not a valid one")),
    ),
    when(
        "an application of this name exists",
        warned("same-name", applications_named=[Application("o", "a", "PipeOps")]),
        design("journeys/test_other_worlds.py::test_a_twin_is_shown_and_never_touched"),
    ),
    when(
        "a lost answer leads to two applications",
        design("azure/test_workspace.py::test_an_upsert_makes_one_single_tenant_application"),
        design("provisioning/test_faults.py::test_twins_by_a_lagging_index_are_found_and_removed"),
    ),
    when(
        "a unique name is still held by a deleted application",
        design("provisioning/test_journal.py::test_a_unique_name_is_never_used_again_after_its_application_is_gone"),
    ),
    when(
        "a new application is not known everywhere yet",
        rule("application not copied", graph("", Op.ADD_PASSWORD, 404, "Request_ResourceNotFound", _GONE)),
        design("provisioning/test_run.py::test_replication_is_waited_out_with_its_reason"),
    ),
    when("a new application is still settling", rule("application settling")),
    when("the directory is busy with another change", rule("directory busy")),
    when(
        "Microsoft Graph asks to slow down",
        rule("throttled", graph("", Op.CREATE_APPLICATION, 429, "TooManyRequests", "…")),
    ),
    when(
        "the directory does not take the name",
        rule("text refused"),
        design("ui/test_application.py::test_a_name_that_cannot_stay_is_said_as_it_is_typed"),
    ),
    when(
        "the program dies after the application was made",
        design("journeys/test_resuming.py::test_an_interrupted_run_is_offered_and_continued_to_one_of_everything"),
    ),
)

SECRETS: tuple[Situation, ...] = (
    when(
        "a policy forbids client secrets",
        rule("secrets forbidden"),
        blocked("client-secrets", secret_policy=SecretPolicy(forbidden=True)),
    ),
    when(
        "a policy allows shorter lifetimes only",
        rule("secret lifetime"),
        warned("client-secrets", secret_policy=SecretPolicy(longest_days=90)),
        design("journeys/test_other_worlds.py::test_a_secret_lives_as_long_as_the_directory_allows"),
    ),
    when(
        "no end is given, and Graph takes two years",
        design("azure/test_workspace.py::test_a_client_secret_keeps_its_key_id_and_end"),
    ),
    when(
        "a lifetime that the portal does not offer", design("core/test_names.py::test_days_pass_exactly_from_1_to_730")
    ),
    when(
        "the application is not known where the secret is made",
        rule("application not copied", graph("", Op.ADD_PASSWORD, 404, "Request_ResourceNotFound", _GONE)),
    ),
    when(
        "the answer with the secret is lost",
        design("provisioning/test_faults.py::test_a_lost_secret_is_removed"),
        design("journeys/test_resuming.py::test_a_secret_that_nobody_got_is_made_anew"),
    ),
    when("a deleted application is restored without the directory role for it", rule("no permission to restore")),
    when("a service principal adds an owner to an application", rule("principal cannot add owners")),
    when("secrets of others are removed", design("provisioning/test_run.py::test_never_touches_what_is_not_its_own")),
    when(
        "the secret holds characters that a shell would take for its own",
        unmet("No command line that is shown ever holds the secret."),
        design("clipboard/test_clipboard.py::test_nothing_ever_travels_in_an_argument"),
    ),
    when(
        "the secret's id is pasted in place of its value",
        unmet("The id is never shown."),
        numbers("secret wrong", 7000215),
    ),
    when(
        "nobody remembers when the secret expires",
        numbers("secret expired", 7000222),
        design("ui/test_credentials.py::test_everything_is_copied_as_lines_with_the_expiry"),
    ),
    when(
        "a clock that is ahead makes a secret of the future",
        unmet("No start is ever sent, so that it is the directory's own."),
        design("checks/test_checks.py::test_the_clock"),
    ),
    when("the application holds too many credentials", rule("application full")),
)

PRINCIPALS: tuple[Situation, ...] = (
    when("the application is not known where the principal is made", rule("no backing application")),
    when("the same, in words that speak of the tenant", rule("not in the local tenant")),
    when("the service principal exists already", rule("principal exists")),
    when(
        "nobody made the service principal",
        design("azure/test_workspace.py::test_one_service_principal_an_application"),
    ),
    when(
        "the service principal cannot be read yet",
        rule("not found", graph("", Op.GET_PRINCIPAL, 404, "Request_ResourceNotFound", _GONE)),
        design("core/test_retry.py::test_what_is_waited_out"),
    ),
)

PROOF: tuple[Situation, ...] = (
    when("the secret is not live yet", numbers("secret not live", 7000215, operation=Op.TEST_SIGN_IN)),
    when(
        "the sign-in service does not know the application yet, or forgets it again",
        numbers("secret not live", 700016, operation=Op.TEST_SIGN_IN),
        design("provisioning/test_run.py::test_one_refused_token_of_three_asks_for_three_again"),
    ),
    when(
        "the role is assigned and not in effect yet",
        rule("access not live"),
        design("provisioning/test_run.py::test_access_that_spreads_slowly_asks_with_a_new_token_every_15_seconds"),
    ),
    when(
        "a policy does not let programs sign in from here",
        rule("test sign-in blocked by policy", entra("", 53003, "unauthorized_client", operation=Op.TEST_SIGN_IN)),
        numbers("test sign-in blocked by policy", 53005, operation=Op.TEST_ACCESS),
    ),
    when(
        "the list of subscriptions is empty for the application",
        unmet("The test sign-in reads the resource group, never a list."),
        design("azure/test_workspace.py::test_the_new_application_signs_in_and_reads_only_what_its_role_allows"),
    ),
)
