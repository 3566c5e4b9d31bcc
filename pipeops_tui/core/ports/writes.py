"""The writes into Azure, and the reads that make them repeatable.

Each method of `Workspace` is exactly one request unless it says otherwise: the run decides what is tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pipeops_tui.core.model import (
    Application,
    NewPassword,
    PasswordKey,
    ResourceGroup,
    RoleAssignment,
    ServicePrincipal,
)
from pipeops_tui.core.secret import Secret


class Workspace(Protocol):
    """Writes into one subscription and its tenant, and the reads that make them repeatable."""

    @property
    def tenant_id(self) -> str: ...

    @property
    def subscription_id(self) -> str: ...

    @property
    def resource_manager(self) -> str:
        """The URL of the Resource Manager that holds the subscription, as journals record it."""

    async def get_group(self, name: str) -> ResourceGroup | None:
        """None when there is no such group."""

    async def put_group(self, name: str, location: str, tags: Sequence[tuple[str, str]]) -> ResourceGroup:
        """Create the group, or change the tags of an existing one; `location` is a region's `name`."""

    async def group_is_empty(self, name: str) -> bool:
        """Whether the group contains no resource."""

    async def delete_group(self, name: str) -> None:
        """Delete the group with all in it; returns when Azure has accepted that (202), or the group is already gone."""

    async def upsert_application(
        self, unique_name: str, display_name: str, tags: Sequence[str], notes: str = ""
    ) -> Application | None:
        """Create it for a single tenant; None when `unique_name` exists already: then read it by that name."""

    async def create_application(self, display_name: str, tags: Sequence[str], notes: str = "") -> Application:
        """Create it with a POST, which creates a second one when it is repeated."""

    async def application_by_unique_name(self, unique_name: str) -> Application | None:
        """None when there is no such application."""

    async def applications_tagged(self, tag: str) -> Sequence[Application]:
        """Applications with `tag`. New ones are missing for a while, until the directory has indexed them."""

    async def get_application(self, object_id: str) -> Application | None:
        """None when there is no such application."""

    async def deleted_application(self, object_id: str) -> Application | None:
        """The soft-deleted application; None when there is none."""

    async def delete_application(self, object_id: str) -> None:
        """Soft-delete it together with its service principal; succeeds when it is already gone."""

    async def restore_application(self, object_id: str) -> Application:
        """Bring a soft-deleted application back, without its service principal (Microsoft Graph, "Restore deleted
        directory object item")."""

    async def add_owner(self, object_id: str, member_id: str) -> None:
        """Make a user an owner of the application; succeeds when it is one already."""

    async def purge_application(self, object_id: str) -> None:
        """Delete a soft-deleted application permanently; succeeds when it is already gone."""

    async def upsert_service_principal(self, app_id: str) -> ServicePrincipal | None:
        """Create it; None when `app_id` has one already: then read it by `service_principal_of`."""

    async def create_service_principal(self, app_id: str) -> ServicePrincipal:
        """Create it with a POST, which fails when there is one already."""

    async def service_principal_of(self, app_id: str) -> ServicePrincipal | None:
        """None when the application has none in this tenant."""

    async def service_principal_exists(self, object_id: str) -> bool:
        """Whether the tenant has a service principal with this object id."""

    async def put_role_assignment(self, scope: str, name: str, principal_id: str, role_id: str) -> RoleAssignment:
        """Assign the built-in role `role_id` (a GUID) to a service principal; `name` is the assignment's GUID."""

    async def get_role_assignment(self, scope: str, name: str) -> RoleAssignment | None:
        """None when there is no such assignment."""

    async def role_assignments_of(self, scope: str, principal_id: str) -> Sequence[RoleAssignment]:
        """The assignments of a principal at `scope`."""

    async def delete_role_assignment(self, scope: str, name: str) -> None:
        """Succeeds when it is already gone."""

    async def add_password(self, object_id: str, key_id: str, description: str, expires: datetime) -> NewPassword:
        """Add a client secret with the chosen `key_id` (a GUID). Microsoft Graph returns its value only this once."""

    async def passwords(self, object_id: str) -> Sequence[PasswordKey]:
        """The client secrets of an application, without their values."""

    async def remove_password(self, object_id: str, key_id: str) -> None:
        """Succeeds when it is already gone."""

    async def register_provider(self, namespace: str) -> str:
        """Start the registration, which goes on in Azure; returns the new state, usually `Registering`."""

    async def sign_in_as(self, client_id: str, secret: Secret) -> ApplicationSession:
        """Get a token for Resource Manager as the new application, in a new session each time."""


class ApplicationSession(Protocol):
    """The new application, signed in with its new secret. It holds a connection until it is closed."""

    async def read_group(self, name: str) -> ResourceGroup:
        """Read the resource group as the application. REFUSED: the role assignment is not in effect yet."""

    async def close(self) -> None: ...
