"""Signing in, and the machine and network it happens on."""

from __future__ import annotations

from pipeops_tui.azure.errors.evidence import AzureOperation as Op
from pipeops_tui.azure.errors.evidence import AzureService
from pipeops_tui.core.model import TokenFacts
from tests.azure.wire import told
from tests.known_failures.answers import Situation, blocked, design, numbers, rule, unmet, when

SIGN_IN: tuple[Situation, ...] = (
    when(
        "a second factor is asked for by the tenant or the resource",
        numbers("second factor", 50076, 50074, 50078, 50158),
        numbers("second factor not set up", 50072, 50079),
    ),
    when("the second factor may not be set up from here", numbers("second factor blocked", 53004, 53010)),
    when(
        "Conditional Access blocks the sign-in",
        numbers("conditional access", 53003, 53002, 50131),
    ),
    when(
        "only managed devices are let in, for Microsoft Graph or for everything",
        numbers("device not managed", 530003, 530033, 53000, 53001, 50097, 50005, 50129, 50155, 50187, 135011),
        design("azure/test_refusals.py::test_a_refusal_for_graph_alone_keeps_its_number_and_is_no_loop"),
    ),
    when("the account is blocked because of a risk", numbers("account at risk", 53011, 530034, 50135)),
    when("the account is locked or disabled", numbers("account locked", 50053, 50057)),
    when("the password has expired", numbers("password", 50055, 50144)),
    when("the organization's own sign-in service fails", numbers("federation", 20012, 50008, 50107, 80001, 80002)),
    when("the account is not assigned to the application", numbers("not assigned", 50105)),
    when("a personal account signs in without a tenant", numbers("personal account", 500200, 500208, 9001023)),
    when(
        "the tenant is blocked because it was not used",
        numbers("tenant blocked", 5000225, 5000224),
        design("azure/test_refusals.py::test_a_blocked_tenant_comes_last_and_offers_no_sign_in"),
    ),
    when(
        "Azure's own application is switched off in the tenant",
        numbers("service switched off", 500014, 500011, 50001, 650052),
    ),
    when("the client given is no public client", numbers("client unusable", 7000218, 50011, 50194)),
    when(
        "a service principal is refused, which no person can sign in again",
        rule("principal not in the tenant"),
        rule("principal unknown"),
        rule("principal disabled"),
        rule("principal blocked by policy"),
        rule("principal's tenant unknown"),
        rule("principal's token not trusted"),
        rule("principal's token not verified"),
        rule("principal's token out of time"),
    ),
    when(
        "there is no managed identity, or not the one that is asked for",
        rule("no identity here"),
        rule("identity not assigned"),
        rule("identity gave no token"),
    ),
    when(
        "values that a person has pasted are refused",
        rule("values: tenant unknown"),
        rule("values: another cloud"),
        rule("values: client unknown"),
        rule("values: no service principal"),
        rule("values: disabled"),
        rule("values: blocked by policy"),
        rule("values: secret expired"),
        rule("values: secret wrong"),
        design("azure/test_examiner.py::test_an_unknown_tenant_gets_no_secret"),
    ),
    when(
        "device-code sign-in is blocked, and only the browser's page says so",
        design(
            "ui/test_sign_in.py::test_after_a_minute_the_usual_reason_is_told_and_at_the_end_that_the_code_has_expired"
        ),
    ),
    when("a session that began with a device code dies later", numbers("device code session refused", 530036)),
    when("a token protection policy refuses", numbers("token protection", 530084)),
    when("the page asks whether one is trying to sign in", numbers("not confirmed", 50199)),
    when("security defaults block the sign-in", numbers("security defaults", 530035, 530032)),
    when(
        "consent or preauthorization is missing",
        numbers("consent", 65001, 90094, 65004),
        numbers("not preauthorized", 65002),
    ),
    when("the client id is unknown or disabled in the tenant", numbers("client unknown", 700016, 7000112, 90099)),
    when("the tenant does not exist", numbers("tenant unknown", 90002)),
    when("the tenant lives in another cloud", numbers("another cloud", 90038, 900382, 1000104)),
    when(
        "the account is no member of the tenant",
        numbers("not in the tenant", 50020, 16000, 16003, 50034, 51004, 50014, 90072),
    ),
    when(
        "tenant restrictions or cross-tenant access refuse",
        numbers("tenant restrictions", 500021, 500022, 500212, 500213),
    ),
    when(
        "the session has expired or was revoked",
        numbers("session over", 700082, 70043, 50173, 70008, 50132, 50133),
        design("journeys/test_sign_in_again.py::test_a_sign_in_in_the_middle_loses_nothing"),
    ),
    when(
        "the Azure CLI is missing, signed out or slow",
        rule("az missing"),
        rule("az signed out"),
        rule("az slow"),
        rule(
            "az other",
            told("", AzureService.AZURE_CLI, "Failed to invoke the Azure CLI"),
            told("", AzureService.AZURE_CLI, "Unexpected output from Azure CLI: '{}'."),
        ),
    ),
    when(
        "the Azure CLI refuses to be asked for a tenant: Cloud Shell, a managed identity",
        rule("az one tenant"),
        design("azure/test_azure_cli.py::test_an_account_of_one_tenant_is_asked_without_naming_it"),
    ),
    when(
        "the Azure CLI cannot answer a claims challenge",
        rule("az claims"),
        design("azure/test_azure_cli.py::test_a_challenge_it_cannot_answer_gives_the_exact_line"),
    ),
    when(
        "no browser can be opened: WSL, SSH, a container, a browser in text mode",
        rule("no browser"),
        design("azure/test_sign_in_methods.py::test_whether_a_browser_can_be_used"),
    ),
    when(
        "the redirect's port is busy, or the browser is on another machine",
        rule("no port"),
        design("azure/test_sign_in_methods.py::test_over_ssh_the_device_code_is_the_best_way"),
    ),
    when(
        "nobody finishes the sign-in",
        rule(
            "not finished",
            told("", AzureService.ENTRA, "Timed out after waiting 300 seconds for the user to authenticate"),
            told("", AzureService.ENTRA, "Timed out waiting for user to authenticate"),
        ),
        numbers("code not valid", 70018, 70019, 70020),
        design("ui/test_sign_in.py::test_a_new_code_replaces_the_old_one"),
    ),
    when("the Azure CLI's broker on Windows fails", rule("az broker")),
    when(
        "an SDK prints the device code onto the screen",
        design("azure/test_loading.py::test_no_library_logs_to_the_screen"),
    ),
    when("no encrypted token cache can be had", unmet("Tokens are kept in memory only, there is no cache on disk.")),
    when(
        "too many sign-ins in a short time look like a loop",
        numbers("loop", 50196),
        design("azure/test_session.py::test_tokens_are_fetched_once_for_requests_side_by_side"),
    ),
    when(
        "Azure demands a second factor of whoever writes",
        rule("second factor for changes"),
        blocked("second-factor", token_facts=TokenFacts(second_factor=False, is_person=True)),
        design("journeys/test_sign_in_again.py::test_a_second_factor_is_confirmed_before_the_writes"),
    ),
    when(
        "continuous access evaluation revokes a token that was good",
        rule("claims challenge"),
        design("azure/test_failures.py::test_a_challenge_brings_its_claims_and_a_new_sign_in_meets_it"),
    ),
    when("Microsoft Graph challenges without claims", rule("Graph claims challenge")),
    when(
        "a sign-in window jumps up in the middle of a request",
        rule("interaction required"),
        design("azure/test_sign_in.py::test_nothing_prompts_in_the_middle_of_a_request"),
    ),
)

MACHINE: tuple[Situation, ...] = (
    when(
        "a company proxy re-signs TLS",
        rule("untrusted certificate"),
        design("azure/test_network.py::test_verification_is_on_and_cannot_be_turned_off"),
    ),
    when(
        "the proxy is used by one HTTP stack and not by another",
        rule("proxy"),
        design("azure/test_network.py::test_proxies_are_understood_alike_by_all_stacks"),
    ),
    when("a firewall lets some of the hosts through only", rule("not sent"), rule("intercepted")),
    when("a proxy answers in Azure's place, or cuts out part of an answer", rule("intercepted"), rule("incomplete")),
    when("an answer is larger than any that Azure gives", rule("too large"), rule("too large write")),
    when("an answer has another form than Microsoft documents", rule("malformed"), rule("malformed write")),
    when("the rest of a list is said to be on another host", rule("foreign address")),
    when(
        "the clock is wrong",
        rule(
            "wrong clock",
            told(
                "",
                AzureService.ENTRA,
                "The ID token is not yet valid. Make sure your computer's time and time zone are …",
            ),
            told("", AzureService.ENTRA, "The current time MUST be before the time represented by the exp Claim."),
        ),
        design("checks/test_checks.py::test_the_clock"),
    ),
    when(
        "a service fails for a moment",
        rule("server"),
        numbers("sign-in service failed", 90033, 50000, operation=Op.SIGN_IN),
        design("azure/test_read_retries.py::test_what_passes_by_itself_is_asked_again_a_few_times"),
    ),
)
