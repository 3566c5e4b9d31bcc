"""The fields of some of Graph's models, named without importing what the fields never mention.

In the SDK (msgraph-sdk 1.65.0) a model that is asked for its fields, on the first answer that is read, imports every
model it knows of (microsoftgraph/msgraph-sdk-python#909): `Entity` and `DirectoryObject`, from which all others
inherit, their 1,200 subclasses for the sake of three fields; `User` 57 models for the sake of the one we read.
Answering instead of them takes the loading of all SDKs from 3.4 to 1.6 s of CPU time and from 91 to 62 MiB.

A field that a later SDK adds to the base models would land in `additional_data`, where nothing of ours looks; a test
notices.
"""

from __future__ import annotations

from collections.abc import Callable

from kiota_abstractions.serialization import ParseNode
from msgraph.generated.models.directory_object import DirectoryObject
from msgraph.generated.models.entity import Entity
from msgraph.generated.models.user import User

USER_FIELDS = ("id", "userType", "userPrincipalName")
"""All that is asked for, and read, of a user."""

Fields = dict[str, Callable[[ParseNode], None]]


def import_only_what_is_read() -> None:
    """Have the three models answer with the functions below, for the whole process."""
    for model, fields in ((Entity, _of_entity), (DirectoryObject, _of_directory_object), (User, _of_user)):
        setattr(model, "get_field_deserializers", fields)  # noqa: B010 - mypy lets no method be assigned


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
