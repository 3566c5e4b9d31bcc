"""Widgets that come later than their screen."""

from __future__ import annotations

from textual.widget import AwaitMount, Widget


def mount_into(parent: Widget, *widgets: Widget, after: Widget | None = None) -> AwaitMount:
    """Mount `widgets` as Textual does, but leave it where `parent` is gone or the application about to close: Textual
    takes that for a mistake (`MountError`), and a message that was on its way then would end in a crash."""
    return parent.mount(*widgets, after=after) if parent.is_attached else AwaitMount(parent, [])
