"""The reminder as a calendar reads it: with another parser than the one that wrote it."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import vobject

from pipeops_tui.connections.connection import Connection, ConnectionSecret, ConnectionState, FoundBy
from pipeops_tui.connections.reminder import Reminder, reminder_of

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
EXPIRES = datetime(2027, 5, 22, 23, 55, tzinfo=UTC)
CLIENT, TENANT = "b0f3c1de-7a55-4f0c-8f38-3f6f1c2a9e44", "3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3"
SUBSCRIPTION = "1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"


def reminder(*, group: str = "PipeOpsRG", application: str = "PipeOps", expires: datetime = EXPIRES) -> Reminder:
    return Reminder(CLIENT, TENANT, SUBSCRIPTION, group, application, expires)


def event_in(content: bytes) -> Any:
    """The only event of a calendar file."""
    calendar = vobject.readOne(content.decode())
    (event,) = calendar.vevent_list
    return event


def test_a_calendar_shows_one_day_with_three_alarms() -> None:
    event = event_in(reminder().ics(NOW))
    assert event.dtstart.value == date(2027, 5, 22)
    assert event.dtend.value == date(2027, 5, 23)
    assert event.summary.value == "PipeOps client secret expires"
    assert sorted(alarm.trigger.value.days for alarm in event.valarm_list) == [-30, -7, -1]
    assert f"pipeops-tui renew {CLIENT}" in event.description.value
    for value in ("PipeOpsRG", TENANT, CLIENT, SUBSCRIPTION):
        assert value in event.description.value


def test_the_event_of_a_renewed_secret_replaces_the_old_one() -> None:
    old = event_in(reminder().ics(NOW))
    new = event_in(reminder(expires=EXPIRES + timedelta(days=180)).ics(NOW))
    assert old.uid.value == new.uid.value == f"{CLIENT}@pipeops-tui"
    assert int(old.sequence.value) == (date(2027, 5, 22) - date(1970, 1, 1)).days
    assert int(new.sequence.value) == int(old.sequence.value) + 180


@pytest.mark.parametrize(
    "name",
    [
        "a\nEND:VEVENT\nBEGIN:VEVENT",
        "a\r\nATTACH:https://evil.example/x",
        "one; two, three: \\n four",
        "🚀 Größe ﷺ 漢字",
        "\x1b]52;c;eA==\x07\u202e",
        "x" * 5000,
        "漢" * 5000,
    ],
)
def test_a_hostile_name_stays_text_of_bounded_length(name: str) -> None:
    content = reminder(group=name, application=name).ics(NOW)
    assert content.count(b"BEGIN:VEVENT\r\n") == content.count(b"END:VEVENT\r\n") == 1
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\r\nATTACH" not in content
    event = event_in(content)
    assert sorted(child.name for child in event.getChildren() if child.name != "VALARM") == sorted(
        ["UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "TRANSP", "SUMMARY", "DESCRIPTION"]
    )
    lines = event.description.value.split("\n")
    assert len(lines) == 7
    assert all(line.isprintable() for line in lines)
    assert len(lines[3]) <= len("Resource group: ") + 200


def test_links_carry_title_date_and_command_and_no_name() -> None:
    made = reminder(group="secret-project", application="Secret & project")
    google, outlook = (parse_qs(urlsplit(link).query) for link in (made.google_link, made.outlook_link))
    assert google["dates"] == ["20270522/20270523"]
    assert (outlook["startdt"], outlook["enddt"], outlook["allday"]) == (["2027-05-22"], ["2027-05-23"], ["true"])
    assert google["text"] == outlook["subject"] == ["PipeOps client secret expires"]
    for link, query in ((made.google_link, google["details"]), (made.outlook_link, outlook["body"])):
        assert f"pipeops-tui renew {CLIENT}" in query[0]
        assert link.isascii()
        assert " " not in link
        assert "+" not in link
        for private in (TENANT, SUBSCRIPTION, "project"):
            assert private not in link


def test_a_file_is_written_beside_what_is_there_and_never_over_it(tmp_path: Path) -> None:
    path = tmp_path / reminder().file_name
    assert path.name == "pipeops-b0f3c1de-2027-05-22.ics"
    reminder().write(path, NOW)
    assert event_in(path.read_bytes()).dtstart.value == date(2027, 5, 22)
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        reminder().write(path, NOW)
    assert path.read_text() == "mine"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link.ics").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        reminder().write(tmp_path / "link.ics", NOW)
    reminder().write(tmp_path / "link.ics", NOW, overwrite=True)
    assert not (tmp_path / "elsewhere").exists()
    assert not (tmp_path / "link.ics").is_symlink()


def test_a_file_that_is_named_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "reminder.ics"
    path.write_text("old" * 10_000)
    reminder().write(path, NOW, overwrite=True)
    assert event_in(path.read_bytes()).summary.value == "PipeOps client secret expires"
    assert [one.name for one in tmp_path.iterdir()] == ["reminder.ics"]
    assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600


def test_a_folder_stays_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        reminder().write(tmp_path / "folder", NOW, overwrite=True)
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


def test_without_a_date_or_an_application_there_is_nothing_to_be_reminded_of() -> None:
    def connection(client_id: str, *secrets: ConnectionSecret) -> Connection:
        return Connection(
            "PipeOps",
            client_id,
            TENANT,
            "Contoso",
            SUBSCRIPTION,
            "Pay-As-You-Go",
            "PipeOpsRG",
            "https://management.azure.com",
            FoundBy.JOURNAL,
            ConnectionState.NOT_CHECKED,
            secrets=secrets,
        )

    assert reminder_of(connection(CLIENT)) is None
    assert reminder_of(connection("../../x", ConnectionSecret("k", EXPIRES))) is None
    assert reminder_of(connection(CLIENT, ConnectionSecret("k", EXPIRES))) == reminder()
