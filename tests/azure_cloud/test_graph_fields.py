"""Graph's base models name the fields that the SDK itself names, and import nothing for it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TypedDict

import pytest

_COMPARE = """
import importlib, json, sys
from kiota_serialization_json.json_parse_node import JsonParseNode
from pipeops_tui.azure_cloud.graph_fields import import_no_subclasses

module, name = sys.argv[1:]
model = getattr(importlib.import_module(module), name)
answer = {"id": "1", "@odata.type": "#microsoft.graph.thing", "deletedDateTime": "2026-05-22T10:00:00Z"}

def read():
    made, before = model(), len(sys.modules)
    fields = made.get_field_deserializers()
    for name, read_field in fields.items():
        read_field(JsonParseNode(answer.get(name)))
    values = {name: str(value) for name, value in made.backing_store.enumerate_() if name != "additional_data"}
    return {"fields": sorted(fields), "values": values, "imported": len(sys.modules) - before}

# Ours comes first: once the SDK's own has been asked, nothing is left that could be imported.
own = {base: base.get_field_deserializers for base in model.__mro__ if "get_field_deserializers" in vars(base)}
import_no_subclasses()
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


@pytest.mark.parametrize(("module", "name"), [("entity", "Entity"), ("directory_object", "DirectoryObject")])
def test_a_base_model_reads_what_the_sdk_reads_and_imports_nothing(module: str, name: str) -> None:
    """In a process of its own: in this one the models may have been changed, and all subclasses imported."""
    command = [sys.executable, "-c", _COMPARE, f"msgraph.generated.models.{module}", name]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    readings: dict[str, Reading] = json.loads(done.stdout)
    ours, theirs = readings["ours"], readings["theirs"]
    assert ours["fields"] == theirs["fields"]
    assert ours["values"] == theirs["values"]
    assert len(ours["values"]) == len(ours["fields"])
    assert ours["imported"] == 0
    assert theirs["imported"] > 50, "the SDK imports little by itself now: graph_fields.py is needed no longer"
