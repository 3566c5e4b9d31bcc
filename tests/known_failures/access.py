"""Clouds, subscriptions, rights and role assignments."""

from __future__ import annotations

from dataclasses import replace

from pipeops_tui.azure.errors.evidence import AzureOperation as Op
from pipeops_tui.core.model import DenyAssignment, Directory, EligibleRole, RoleGrant, SubscriptionState, TokenFacts
from pipeops_tui.core.wizard import Choices
from tests.azure.wire import arm, graph
from tests.checks.world import CONTRIBUTOR, EXISTING, NEW, READER, SUBSCRIPTION, TENANT, refusal
from tests.known_failures.answers import Situation, blocked, design, rule, unknown, unmet, warned, when

_CONDITION = RoleGrant("/x/roleDefinitions/f58310d9-a9f6-439a-9e8d-f62e7b41a168", "/s", "a condition")
_NOT_ALLOWED = "The client 'x' with object id 'y' does not have authorization to perform action 'a/b' over scope 's'."


def _with(**changes: object) -> Choices:
    return replace(NEW, subscription=replace(SUBSCRIPTION, **changes))  # type: ignore[arg-type]


SUBSCRIPTIONS: tuple[Situation, ...] = (
    when(
        "the account sees no subscription",
        design("ui/test_worlds.py::test_no_subscription_at_all_is_said_with_what_to_do"),
    ),
    when(
        "a tenant hides its subscriptions until it is signed in to",
        design("ui/test_worlds.py::test_a_locked_tenant_is_a_row_where_enter_signs_in"),
    ),
    when(
        "the subscription is disabled",
        rule("subscription disabled"),
        blocked("subscription", _with(state=SubscriptionState.DISABLED)),
        blocked("subscription", _with(state=SubscriptionState.DELETED)),
    ),
    when(
        "the subscription has a billing problem",
        warned("subscription", _with(state=SubscriptionState.WARNED)),
        warned("subscription", _with(state=SubscriptionState.PAST_DUE)),
    ),
    when("the subscription lives on a credit", warned("subscription", _with(spending_limit="On"))),
    when(
        "the subscription is delegated by another organization",
        blocked("subscription", _with(home_tenant_id="another")),
        rule("other organization"),
    ),
    when(
        "one subscription is seen through two tenants",
        design("azure/test_worlds.py::test_a_delegated_subscription_is_recognized"),
    ),
    when(
        "the application is made in another tenant than the subscription trusts",
        design("azure/test_session.py::test_the_workspace_refuses_a_tenant_the_token_is_not_for"),
        rule("other tenant"),
    ),
    when(
        "requests go to the endpoints of another cloud",
        design("azure/test_clouds.py::test_every_cloud_keeps_to_https_and_its_own_hosts"),
    ),
    when(
        "the subscription's id is mistyped, or it has moved",
        rule("no subscription"),
        design("journeys/test_given_values.py::test_a_subscription_that_does_not_exist_is_said_and_kept"),
    ),
)

RIGHTS: tuple[Situation, ...] = (
    when(
        "the account may not create a resource group",
        blocked("create-group", permissions=[READER]),
        rule("no permission to create a group"),
    ),
    when(
        "the account may create a resource group and not assign roles",
        blocked("assign-roles", permissions=[CONTRIBUTOR]),
        blocked("assign-roles", EXISTING, **{"permissions/data-rg": [CONTRIBUTOR]}),
        rule("no permission to assign"),
        design("journeys/test_hand_over.py::test_an_owner_assigns_the_role_and_it_goes_on_to_the_five_values"),
    ),
    when(
        "the right to assign roles carries a condition",
        blocked("assign-roles", own_roles=[_CONDITION]),
        rule("condition"),
    ),
    when(
        "the role is eligible and not active",
        blocked("assign-roles", permissions=[READER], eligible_roles=[EligibleRole("Owner", "/s")]),
        blocked("create-group", permissions=[READER], eligible_roles=[EligibleRole("Contributor", "/s")]),
    ),
    when(
        "a deny assignment forbids what the roles allow",
        warned("deny-assignments", deny_assignments=[DenyAssignment("stack", "/s")]),
        rule("deny assignment"),
    ),
    when(
        "the right was given a moment ago, and the token is older",
        rule("unauthorized"),
        design("ui/test_access.py::test_somebody_helps_and_it_is_checked_again"),
    ),
    when(
        "the directory's users may not register applications",
        blocked("register-applications", users_may_register=False),
        rule("no permission to register applications"),
    ),
    when(
        "the account is a guest",
        blocked("register-applications", directory=Directory(TENANT, "Contoso", "contoso.com", "Guest")),
        rule("no permission to register applications"),
    ),
    when(
        "rights in Azure and rights in the directory are taken for one another",
        blocked("register-applications", users_may_register=False),
        blocked("create-group", permissions=[READER]),
    ),
    when(
        "the check itself is refused",
        rule("scopes missing"),
        rule("scopes missing", graph("", Op.READ_POLICY, 403, "PermissionScopeNotGranted", "Authorization failed …")),
        unknown("client-secrets", secret_policy=refusal()),
        design("journeys/test_known_before.py::test_checks_that_are_refused_are_unknown_and_stop_nobody"),
    ),
    when(
        "the account is a service principal",
        unknown("register-applications", token_facts=TokenFacts(second_factor=None, is_person=False)),
        rule("principal cannot register applications"),
    ),
)

ASSIGNMENTS: tuple[Situation, ...] = (
    when("access control has not heard of the principal yet", rule("principal not found")),
    when("the application's object id was taken for the principal's", rule("taken for an application")),
    when("the principal's type does not match", rule("principal type")),
    when("the role has been assigned already", rule("assigned already")),
    when(
        "a conflict is taken for success",
        rule(
            "locked", arm("", Op.PUT_ASSIGNMENT, 409, "ScopeLocked", "The scope 's' cannot perform write operation …")
        ),
        design("core/test_retry.py::test_a_conflict_is_only_waited_out_for_a_group_that_is_going_away"),
    ),
    when("an assignment of this name has other content", rule("other assignment")),
    when(
        "the subscription is full of role assignments",
        blocked("assignment-limit", role_assignment_count=4000),
        rule("assignment limit"),
    ),
    when(
        "the account may not assign the role after all",
        rule("no permission to assign", arm("", Op.PUT_ASSIGNMENT, 403, "AuthorizationFailed", _NOT_ALLOWED)),
    ),
    when(
        "a policy denies role assignments",
        rule("policy", arm("", Op.PUT_ASSIGNMENT, 403, "RequestDisallowedByPolicy", "Resource 'x' was disallowed …")),
    ),
    when("the assignment reaches over to another tenant", rule("other organization")),
    when(
        "an assignment is reported that is not there",
        design("provisioning/test_run.py::test_creates_one_of_everything_and_proves_it"),
    ),
    when(
        "the role is looked up by its name",
        unmet("Contributor is assigned by its fixed id, no role is ever looked up."),
        design("azure/test_workspace.py::test_a_role_assignment_says_what_kind_of_principal_it_is_for"),
    ),
)
