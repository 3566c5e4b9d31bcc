"""Permissions are judged as Azure judges them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.checks import allowed, required_providers, unregistered
from pipeops_tui.checks.spec import ASSIGN_ROLES, CREATE_GROUP, register_action
from pipeops_tui.core.model import Permission, Provider
from tests.checks.world import CONTRIBUTOR, EVERYTHING, READER

WORDS = st.text(alphabet="abcXYZ./-", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("permissions", "group", "roles"),
    [
        ([EVERYTHING], True, True),
        ([CONTRIBUTOR], True, False),
        ([READER], False, False),
        ([], False, False),
        ([CONTRIBUTOR, READER], True, False),
        ([CONTRIBUTOR, EVERYTHING], True, True),
        ([READER, Permission(("microsoft.authorization/ROLEASSIGNMENTS/*",), ())], False, True),
        ([Permission(("Microsoft.Authorization/roleAssignments/write",), ("*",))], False, False),
        ([Permission(("Microsoft.Resources/subscriptions/resourceGroups/*",), ())], True, False),
        ([Permission(("Microsoft.Resources/*/write",), ())], True, False),
    ],
)
def test_rights_of_known_roles(permissions: list[Permission], group: bool, roles: bool) -> None:
    assert allowed(CREATE_GROUP, permissions) is group
    assert allowed(ASSIGN_ROLES, permissions) is roles


def test_one_entry_s_exceptions_do_not_bind_another() -> None:
    """Contributor's notActions leave out what User Access Administrator gives."""
    assert allowed(ASSIGN_ROLES, [CONTRIBUTOR, Permission(("Microsoft.Authorization/*",), ())])


def test_dots_are_dots_and_parts_are_whole() -> None:
    assert not allowed("MicrosoftXCompute/register/action", [Permission(("Microsoft.Compute/register/action",), ())])
    assert not allowed(
        "Microsoft.Compute/register/action/more", [Permission(("Microsoft.Compute/register/action",), ())]
    )
    assert allowed(register_action("Microsoft.Compute"), [Permission(("*/register/action",), ())])


@given(action=WORDS)
def test_an_action_matches_itself_in_any_case(action: str) -> None:
    assert allowed(action.upper(), [Permission((action.lower(),), ())])
    assert not allowed(action, [Permission((action,), (action.swapcase(),))])


@given(before=WORDS, middle=WORDS, after=WORDS)
def test_a_star_stands_for_anything(before: str, middle: str, after: str) -> None:
    assert allowed(before + middle + after, [Permission((f"{before}*{after}",), ())])
    assert allowed(before + after, [Permission((f"{before}*{after}",), ())])


@given(entries=st.lists(st.sampled_from([EVERYTHING, CONTRIBUTOR, READER]), max_size=6), action=WORDS)
def test_more_entries_never_take_a_right_away(entries: list[Permission], action: str) -> None:
    for more in (EVERYTHING, CONTRIBUTOR, READER):
        assert allowed(action, [*entries, more]) >= allowed(action, entries)


def test_the_providers_a_server_needs() -> None:
    assert len(required_providers()) == 8
    everything = [Provider(namespace.lower(), "registered") for namespace in required_providers()]
    assert unregistered(everything) == ()
    assert unregistered([]) == required_providers()
    some = [Provider("Microsoft.Compute", "Registering"), Provider("Microsoft.Network", "Unregistering")]
    assert "Microsoft.Compute" not in unregistered(some)
    assert "Microsoft.Network" in unregistered(some)
