"""The picture of the house tells the truth, or is not drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.house import ROOF, Room, picture, places, rooms


@pytest.fixture(scope="module")
def house() -> list[Room]:
    return rooms()


def test_every_room_stands_on_what_it_imports_and_no_two_share_a_place(house: list[Room]) -> None:
    where = places(house)
    for room in house:
        for below in room.imports:
            assert where[below].top < where[room.name].bottom
    taken = [
        (row, column)
        for place in where.values()
        for row in range(place.bottom, place.top + 1)
        for column in range(place.left, place.right + 1)
    ]
    assert len(taken) == len(set(taken))


def test_only_the_interface_has_textual_and_only_azure_cloud_an_sdk(house: list[Room]) -> None:
    assert [room.name for room in house if "textual" in room.libraries] == ["interface"]
    assert [room.name for room in house if {"azure", "msgraph"} & set(room.libraries)] == ["azure_cloud"]


def test_every_library_has_a_name(house: list[Room]) -> None:
    assert [room.name for room in house if "" in room.libraries] == []


def test_every_module_has_a_room(house: list[Room]) -> None:
    assert [room.modules for room in house if room.name == ROOF] == [("cli",)], "named in no contract of pyproject.toml"


def test_every_room_is_drawn_with_its_modules(house: list[Room]) -> None:
    drawn = picture()
    for room in house:
        assert f">{room.name}</text>" in drawn
        assert all(module in drawn for module in room.modules)


def test_rooms_that_import_each_other_are_no_house(house: list[Room]) -> None:
    circle = [replace(room, imports=room.imports | {ROOF}) if room.name == "simulator" else room for room in house]
    with pytest.raises(ValueError, match="import each other"):
        places(circle)
