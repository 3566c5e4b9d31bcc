"""How what a run creates is marked in Azure, so that it is found again from any computer.

A mark is a claim, not proof: anyone who is allowed to register applications or to change tags can set one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID, uuid5

from pipeops_tui.core.names import OWN_TAG, is_guid

APPLICATION_TAG: Final = "pipeops-tui"
"""Tag of every application; with it all of a tenant are found at once."""
SECRETS_OF_A_RUN: Final = 256
"""How many client secrets a run can add: key ids with larger numbers are not its own."""
_RUN_TAG: Final = f"{OWN_TAG}:"
NAMESPACE: Final = UUID("6c1d1c0e-5f0a-4f6e-9a52-8f0c7f8b7a11")
"""Namespace (RFC 9562, version 5) of all ids that pipeops-tui derives. Never changed: ids in Azure follow from it."""
_NOTES_MAX: Final = 999
"""Characters; the portal shows about a thousand."""


def run_tag(run_id: str) -> str:
    """The tag of the application that the run created."""
    return f"{_RUN_TAG}{run_id}"


def run_ids(tags: Iterable[str]) -> tuple[str, ...]:
    """The runs that the tags of an application name, in lower case; none for another application's."""
    ids = (tag.removeprefix(_RUN_TAG).lower() for tag in tags if tag.startswith(_RUN_TAG))
    return tuple(dict.fromkeys(one for one in ids if is_guid(one)))


def is_marked(tags: Iterable[str]) -> bool:
    """Whether an application with these tags claims to be made by pipeops-tui."""
    return any(tag == APPLICATION_TAG or tag.startswith(_RUN_TAG) for tag in tags)


def secret_key_id(run_id: str, number: int) -> str:
    """Key id of the client secret with this number, from 0, of a run. Microsoft Graph keeps a key id that is chosen."""
    return str(uuid5(NAMESPACE, f"{run_id.lower()}/{number}"))


def secret_number(run_id: str, key_id: str) -> int | None:
    """The number under which the run adds the client secret with this key id; None for one that is not its own."""
    wanted = key_id.lower()
    return next((n for n in range(SECRETS_OF_A_RUN) if secret_key_id(run_id, n) == wanted), None)


def assignment_name(scope: str, principal_id: str, role_id: str) -> str:
    """The GUID under which a role assignment is made: the same for the same three, so that PUT can be repeated, and
    that a removal finds it, whatever has made it. Azure ignores the case of all three."""
    return str(uuid5(NAMESPACE, "|".join((scope, principal_id, role_id)).lower()))


def application_notes(group_name: str, subscription_id: str) -> str:
    """What the portal shows about an application under Branding & properties. Every member of the tenant can read it,
    so it names no person."""
    text = (
        f"PipeOps (https://pipeops.io) signs in with this application to create servers in the resource group "
        f"{group_name} of the subscription {subscription_id}, where it has the role Contributor. It was registered "
        "with pipeops-tui. Its client secret expires: to renew it, run `pipeops-tui renew` with the application's "
        "client ID. To remove all of it, run `pipeops-tui remove`."
    )
    return text[:_NOTES_MAX]
