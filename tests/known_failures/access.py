"""Clouds, subscriptions, rights and role assignments."""

from __future__ import annotations

from dataclasses import replace

from pipeops_tui.azure_cloud.problems.evidence import Operation as Op
from pipeops_tui.model import DenyAssignment, Directory, EligibleRole, RoleGrant, SubscriptionState, TokenFacts
from pipeops_tui.wizard import Choices
from tests.azure_cloud.wire import arm, graph
from tests.checks.world import CONTRIBUTOR, EXISTING, NEW, READER, SUBSCRIPTION, TENANT, refusal
from tests.known_failures.answers import Situation, blocked, design, rule, unknown, unmet, warned, when

_CONDITION = RoleGrant("/x/roleDefinitions/f58310d9-a9f6-439a-9e8d-f62e7b41a168", "/s", "a condition")
_NOT_ALLOWED = "The client 'x' with object id 'y' does not have authorization to perform action 'a/b' over scope 's'."


def _with(**changes: object) -> Choices:
    return replace(NEW, subscription=replace(SUBSCRIPTION, **changes))  # type: ignore[arg-type]


SUBSCRIPTIONS: tuple[Situation, ...] = (
    when(
        "the account sees no subscription",
        design("screens/test_worlds.py::test_no_subscription_at_all_is_said_with_what_to_do"),
    ),
    when(
        "a tenant hides its subscriptions until it is signed in to",
        design("screens/test_worlds.py::test_a_locked_tenant_is_a_row_where_enter_signs_in"),
    ),
    when(
        "the subscription is disabled",
        rule("subscription disabled"),
        blocked("P5", _with(state=SubscriptionState.DISABLED)),
        blocked("P5", _with(state=SubscriptionState.DELETED)),
    ),
    when(
        "the subscription has a billing problem",
        warned("P5", _with(state=SubscriptionState.WARNED)),
        warned("P5", _with(state=SubscriptionState.PAST_DUE)),
    ),
    when("the subscription lives on a credit", warned("P5", _with(spending_limit="On"))),
    when(
        "the subscription is delegated by another organization",
        blocked("P5", _with(home_tenant_id="another")),
        rule("other organization"),
    ),
    when(
        "one subscription is seen through two tenants",
        design("azure_cloud/test_worlds.py::test_a_delegated_subscription_is_told_apart"),
    ),
    when(
        "the application is made in another tenant than the subscription trusts",
        design("azure_cloud/test_session.py::test_the_workspace_refuses_a_tenant_the_token_is_not_for"),
        rule("other tenant"),
    ),
    when(
        "requests go to the endpoints of another cloud",
        design("azure_cloud/test_clouds.py::test_every_cloud_keeps_to_https_and_its_own_hosts"),
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
        blocked("P1-group", permissions=[READER]),
        rule("may not create a group"),
    ),
    when(
        "the account may create a resource group and not assign roles",
        blocked("P1-roles", permissions=[CONTRIBUTOR]),
        blocked("P1-roles", EXISTING, **{"permissions/data-rg": [CONTRIBUTOR]}),
        rule("may not assign"),
        design("journeys/test_hand_over.py::test_an_owner_assigns_the_role_and_it_goes_on_to_the_five_values"),
    ),
    when(
        "the right to assign roles carries a condition",
        blocked("P1-roles", own_roles=[_CONDITION]),
        rule("condition"),
    ),
    when(
        "the role is eligible and not active",
        blocked("P1-roles", permissions=[READER], eligible_roles=[EligibleRole("Owner", "/s")]),
        blocked("P1-group", permissions=[READER], eligible_roles=[EligibleRole("Contributor", "/s")]),
    ),
    when(
        "a deny assignment forbids what the roles allow",
        warned("P-deny", deny_assignments=[DenyAssignment("stack", "/s")]),
        rule("deny assignment"),
    ),
    when(
        "the right was given a moment ago, and the token is older",
        rule("unauthorized"),
        design("screens/test_access.py::test_somebody_helps_and_it_is_checked_again"),
    ),
    when(
        "the directory's users may not register applications",
        blocked("P2", users_may_register=False),
        rule("may not register applications"),
    ),
    when(
        "the account is a guest",
        blocked("P2", directory=Directory(TENANT, "Contoso", "contoso.com", "Guest")),
        rule("may not register applications"),
    ),
    when(
        "rights in Azure and rights in the directory are taken for one another",
        blocked("P2", users_may_register=False),
        blocked("P1-group", permissions=[READER]),
    ),
    when(
        "the check itself is refused",
        rule("scopes missing"),
        rule("scopes missing", graph("", Op.READ_POLICY, 403, "PermissionScopeNotGranted", "Authorization failed …")),
        unknown("P4", secret_policy=refusal()),
        design("journeys/test_known_before.py::test_checks_that_are_refused_are_unknown_and_stop_nobody"),
    ),
    when(
        "the account is a service principal",
        unknown("P2", token_facts=TokenFacts(second_factor=None, is_person=False)),
        rule("principal may not register applications"),
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
        design("provisioning/test_retry.py::test_a_conflict_is_only_waited_out_for_a_group_that_is_going_away"),
    ),
    when("an assignment of this name has other content", rule("other assignment")),
    when(
        "the subscription is full of role assignments",
        blocked("P12", role_assignment_count=4000),
        rule("assignment limit"),
    ),
    when(
        "the account may not assign the role after all",
        rule("may not assign", arm("", Op.PUT_ASSIGNMENT, 403, "AuthorizationFailed", _NOT_ALLOWED)),
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
        design("azure_cloud/test_workspace.py::test_a_role_assignment_says_what_kind_of_principal_it_is_for"),
    ),
)
