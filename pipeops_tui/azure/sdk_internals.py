"""Every private part of an SDK that this program touches, with its reason.

`tests/azure/test_sdk_internals.py` fails when one of them changes; the program itself then goes on without it, only
slower.

1. `PRIVATE_MODULES`: what the HTTP stacks and azure-identity import in the middle of their first request. Imported
   early, off the event loop, so that the interface does not stall then.

2. The fields of three models of Microsoft Graph. In the SDK (msgraph-sdk 1.65.0) a model that is asked for its fields,
   on the first answer that is read, imports every model it knows of (microsoftgraph/msgraph-sdk-python#909): `Entity`
   and `DirectoryObject`, from which all others inherit, their 1,200 subclasses for the sake of three fields; `User` 57
   models for the sake of the ones we read. Answering instead of them takes the loading of all SDKs from 1.7 to 0.6 s of
   CPU time and from 108 to 71 MiB.
"""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
from collections.abc import Callable

from kiota_abstractions.serialization import ParseNode
from msgraph.generated.models.directory_object import DirectoryObject
from msgraph.generated.models.entity import Entity
from msgraph.generated.models.user import User

PRIVATE_MODULES = (
    "anyio._backends._asyncio",
    "azure.core.rest._aiohttp",
    "azure.core.rest._requests_basic",
)

USER_FIELDS = ("id", "userType", "userPrincipalName")
"""All that is asked for, and read, of a user."""

_ENTITY_ATTRIBUTES = frozenset({"additional_data", "backing_store", "id", "odata_type"})
_OBJECT_ATTRIBUTES = _ENTITY_ATTRIBUTES | {"deleted_date_time"}
_USER_ATTRIBUTES = _OBJECT_ATTRIBUTES | {"user_type", "user_principal_name"}

Fields = dict[str, Callable[[ParseNode], None]]


def import_private_modules() -> None:
    """Import what would be imported during the first request; one that is no longer there is left to the library."""
    for name in PRIVATE_MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def import_only_what_is_read() -> bool:
    """Have the three models name their fields without importing other models, for the whole process.

    False, and nothing changed, where the models are not those that the functions below were written for: a field that a
    later SDK adds to a base model would be lost otherwise.
    """
    if not _models_fit():
        return False
    for model, fields in ((Entity, _of_entity), (DirectoryObject, _of_directory_object), (User, _of_user)):
        setattr(model, "get_field_deserializers", fields)  # noqa: B010 - mypy lets no method be assigned
    return True


def _models_fit() -> bool:
    return (
        _attributes(Entity) == _ENTITY_ATTRIBUTES
        and _attributes(DirectoryObject) == _OBJECT_ATTRIBUTES
        and _attributes(User) >= _USER_ATTRIBUTES
        and DirectoryObject.__bases__[0] is Entity
        and User.__bases__[0] is DirectoryObject
    )


def _attributes(model: type) -> frozenset[str]:
    if not dataclasses.is_dataclass(model) or "get_field_deserializers" not in vars(model):
        return frozenset()
    return frozenset(field.name for field in dataclasses.fields(model))


def _of_entity(entity: Entity) -> Fields:
    return {
        "id": lambda node: setattr(entity, "id", node.get_str_value()),
        "@odata.type": lambda node: setattr(entity, "odata_type", node.get_str_value()),
    }


def _of_directory_object(entity: DirectoryObject) -> Fields:
    return _of_entity(entity) | {
        "deletedDateTime": lambda node: setattr(entity, "deleted_date_time", node.get_datetime_value())
    }


def _of_user(user: User) -> Fields:
    return _of_directory_object(user) | {
        "userType": lambda node: setattr(user, "user_type", node.get_str_value()),
        "userPrincipalName": lambda node: setattr(user, "user_principal_name", node.get_str_value()),
    }
