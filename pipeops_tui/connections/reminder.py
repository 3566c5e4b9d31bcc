"""A reminder that a client secret expires: as a file for any calendar (RFC 5545), and as links that open a new event in
Google's or Outlook's calendar. Never the secret."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

from pipeops_tui.connections.connection import Connection
from pipeops_tui.core import az_commands
from pipeops_tui.core.clock import spell_day
from pipeops_tui.core.model import Credentials, Plan
from pipeops_tui.core.names import is_guid
from pipeops_tui.core.plain_text import PlainTexts, plain

TITLE: Final = "PipeOps client secret expires"
DAYS_BEFORE: Final = (30, 7, 1)
"""When the calendar reminds, in days before the expiry."""
_LONGEST_NAME = 200
_EPOCH = date(1970, 1, 1)
_GOOGLE = "https://calendar.google.com/calendar/render"
_OUTLOOK = "https://outlook.office.com/calendar/0/deeplink/compose"
_READABLE = 0o644
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, slots=True)
class Reminder(PlainTexts):
    """What an event says. `client_id` is a GUID: the event's identity and the file's name are made of it."""

    client_id: str
    tenant_id: str
    subscription_id: str
    group_name: str
    application_name: str
    expires: datetime

    @property
    def day(self) -> date:
        """The day of the expiry in UTC."""
        return self.expires.astimezone(UTC).date()

    @property
    def file_name(self) -> str:
        """`pipeops-{first 8 characters of the client id}-{date}.ics`."""
        return f"pipeops-{self.client_id[:8]}-{self.day.isoformat()}.ics"

    @property
    def google_link(self) -> str:
        """Address of a new event in Google's calendar; it holds no name and no tenant."""
        dates = f"{self.day:%Y%m%d}/{self._day_after:%Y%m%d}"
        query = {"action": "TEMPLATE", "text": TITLE, "dates": dates, "details": self._what_to_do}
        return f"{_GOOGLE}?{urlencode(query, quote_via=quote)}"

    @property
    def outlook_link(self) -> str:
        """Address of a new event in Outlook's calendar; it holds no name and no tenant."""
        query = {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": TITLE,
            "startdt": self.day.isoformat(),
            "enddt": self._day_after.isoformat(),
            "allday": "true",
            "body": self._what_to_do,
        }
        return f"{_OUTLOOK}?{urlencode(query, quote_via=quote)}"

    def ics(self, now: datetime) -> bytes:
        """The event as a calendar file, made at `now`. The event of a renewed secret has the same identity and a higher
        sequence number, so that a calendar replaces the old one."""
        from icalendar import Alarm, Calendar, Event

        event = Event()
        event.add("uid", f"{self.client_id}@pipeops-tui")
        event.add("sequence", (self.day - _EPOCH).days)
        event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", self.day)
        event.add("dtend", self._day_after)
        event.add("transp", "TRANSPARENT")
        event.add("summary", TITLE)
        event.add("description", self._description)
        for days in DAYS_BEFORE:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", timedelta(days=-days))
            alarm.add("description", TITLE)
            event.add_component(alarm)
        calendar = Calendar()
        calendar.add("prodid", "-//pipeops-tui//EN")
        calendar.add("version", "2.0")
        calendar.add_component(event)
        content: bytes = calendar.to_ical()
        return content

    def write(self, path: Path, now: datetime, *, overwrite: bool = False) -> None:
        """Write the calendar file at `path`. Raises `OSError`: `FileExistsError` where something is there and
        `overwrite` is not set. A file that is overwritten is replaced as a whole, or stays."""
        content = self.ics(now)
        target = path.with_name(f".{path.name}.{os.getpid()}") if overwrite else path
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, _READABLE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            if overwrite:
                target.replace(path)
        except OSError:
            with suppress(OSError):
                target.unlink()
            raise

    @property
    def _day_after(self) -> date:
        """Where an all-day event ends: its end is exclusive (RFC 5545, section 3.6.1)."""
        return self.day + timedelta(days=1)

    @property
    def _what_to_do(self) -> str:
        return f"Renew it before that day with: {az_commands.renew(self.client_id)}"

    @property
    def _description(self) -> str:
        return "\n".join(
            (
                f"The client secret of the application {_cut(self.application_name)} expires on "
                f"{spell_day(self.expires)}. PipeOps cannot sign in to Azure after that.",
                self._what_to_do,
                "",
                f"Resource group: {_cut(self.group_name)}",
                f"Tenant: {self.tenant_id}",
                f"Client ID: {self.client_id}",
                f"Subscription: {self.subscription_id}",
            )
        )


def reminder_of(connection: Connection) -> Reminder | None:
    """The reminder of a connection; None where it is not known when its secret expires, or for which application."""
    if connection.expires is None or not is_guid(connection.client_id):
        return None
    return Reminder(
        client_id=connection.client_id,
        tenant_id=connection.tenant_id,
        subscription_id=connection.subscription_id,
        group_name=connection.group_name,
        application_name=connection.application_name,
        expires=connection.expires,
    )


def reminder_of_plan(plan: Plan, credentials: Credentials) -> Reminder | None:
    """The reminder of the secret that `credentials` hold; None where it is not known when it expires."""
    if credentials.expires is None:
        return None
    return Reminder(
        client_id=credentials.client_id,
        tenant_id=credentials.tenant_id,
        subscription_id=credentials.subscription_id,
        group_name=credentials.resource_group_name,
        application_name=plan.application_name,
        expires=credentials.expires,
    )


def _cut(name: str) -> str:
    return plain(name, _LONGEST_NAME)
