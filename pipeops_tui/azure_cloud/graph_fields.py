"""The fields of Graph's two base models, named without importing all their subclasses.

Every model of Graph inherits from `Entity`, most of ours from `DirectoryObject`. In the SDK (msgraph-sdk 1.65.0,
`get_field_deserializers` of the two) whoever asks for their three fields has some 1,200 subclasses imported that the
fields never mention, on the first answer that is read (microsoftgraph/msgraph-sdk-python#909). Answering instead of
them took the loading of all SDKs from 3.4 to 1.7 s of CPU time and from 91 to 69 MiB.

A field that a later SDK adds would land in `additional_data`, where nothing of ours looks; a test notices.
"""

from __future__ import annotations

from collections.abc import Callable

from kiota_abstractions.serialization import ParseNode
from msgraph.generated.models.directory_object import DirectoryObject
from msgraph.generated.models.entity import Entity

Fields = dict[str, Callable[[ParseNode], None]]


def import_no_subclasses() -> None:
    """Have both base models answer with the functions below, for the whole process."""
    setattr(Entity, "get_field_deserializers", _entity_fields)  # noqa: B010 - mypy lets no method be assigned
    setattr(DirectoryObject, "get_field_deserializers", _directory_object_fields)  # noqa: B010


def _entity_fields(entity: Entity) -> Fields:
    return {
        "id": lambda node: setattr(entity, "id", node.get_str_value()),
        "@odata.type": lambda node: setattr(entity, "odata_type", node.get_str_value()),
    }


def _directory_object_fields(entity: DirectoryObject) -> Fields:
    return _entity_fields(entity) | {
        "deletedDateTime": lambda node: setattr(entity, "deleted_date_time", node.get_datetime_value())
    }
