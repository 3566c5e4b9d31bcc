"""The private parts of the SDKs are what this program takes them for; where they are not, it goes on without them."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from typing import TypedDict

import pytest

from pipeops_tui.azure.sdk_internals import PRIVATE_MODULES, USER_FIELDS

_COMPARE = """
import importlib, json, sys
from kiota_serialization_json.json_parse_node import JsonParseNode
from pipeops_tui.azure.sdk_internals import import_only_what_is_read

module, name = sys.argv[1:]
model = getattr(importlib.import_module(module), name)
answer = {
    "id": "1", "@odata.type": "#microsoft.graph.thing", "deletedDateTime": "2026-05-22T10:00:00Z",
    "userType": "Guest", "userPrincipalName": "you@contoso.com",
}

def read():
    made, before = model(), len(sys.modules)
    fields = made.get_field_deserializers()
    for name in fields.keys() & answer.keys():
        fields[name](JsonParseNode(answer[name]))
    stored = dict(made.backing_store.enumerate_())
    values = {name: str(value) for name, value in stored.items() if value}
    return {"fields": sorted(fields), "values": values, "imported": len(sys.modules) - before}

# Ours comes first: once the SDK's own has been asked, nothing is left that could be imported.
own = {base: base.get_field_deserializers for base in model.__mro__ if "get_field_deserializers" in vars(base)}
assert import_only_what_is_read()
ours = read()
for base, method in own.items():
    base.get_field_deserializers = method
print(json.dumps({"ours": ours, "theirs": read()}))
"""


class Reading(TypedDict):
    """What a model made of the same answer, and how many modules it imported for it."""

    fields: list[str]
    values: dict[str, str]
    imported: int


def _read(module: str, name: str) -> tuple[Reading, Reading]:
    """With our fields and with the SDK's own, in a process where the models have not been changed yet."""
    command = [sys.executable, "-c", _COMPARE, f"msgraph.generated.models.{module}", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    readings: dict[str, Reading] = json.loads(done.stdout)
    return readings["ours"], readings["theirs"]


@pytest.mark.parametrize(("module", "name"), [("entity", "Entity"), ("directory_object", "DirectoryObject")])
def test_a_base_model_has_every_field_of_the_sdk(module: str, name: str) -> None:
    ours, theirs = _read(module, name)
    assert ours["fields"] == theirs["fields"]
    assert ours["values"] == theirs["values"]
    assert len(ours["values"]) == len(ours["fields"])
    assert ours["imported"] == 0
    assert theirs["imported"] > 50, "the SDK imports little by itself now: the change is not needed any more"


def test_a_user_is_read_as_far_as_it_is_asked_for() -> None:
    ours, theirs = _read("user", "User")
    assert set(ours["fields"]) < set(theirs["fields"])
    assert ours["values"] == theirs["values"]
    assert set(USER_FIELDS) < set(ours["fields"])
    assert ours["imported"] == 0


@pytest.mark.parametrize("name", PRIVATE_MODULES)
def test_a_private_module_is_still_there(name: str) -> None:
    importlib.import_module(name)


_ANOTHER_SDK = """
import dataclasses
from msgraph.generated.models.entity import Entity

own = Entity.get_field_deserializers
Entity.__dataclass_fields__ = {name: one for name, one in Entity.__dataclass_fields__.items() if name != "odata_type"}
from pipeops_tui.azure import sdk_internals

assert not sdk_internals.import_only_what_is_read()
assert Entity.get_field_deserializers is own
from pipeops_tui.azure.graph import warm_graph

warm_graph()
from msgraph.generated.models.user import User

assert set(sdk_internals.USER_FIELDS) <= set(User().get_field_deserializers())
"""


def test_models_of_another_shape_are_left_as_they_are_and_still_read() -> None:
    subprocess.run([sys.executable, "-c", _ANOTHER_SDK], check=True)
