"""F1: what this step is for, and how the same is done in PipeOps' guide, the portal and Azure CLI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.text import Text
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from pipeops_tui.core.problem import GUIDE
from pipeops_tui.ui.base.dialog import Dialog
from pipeops_tui.ui.services import About
from pipeops_tui.ui.widgets.key_bar import KeyHint
from pipeops_tui.ui.widgets.showing import Facts, link


class HelpScreen(Dialog[None]):
    """Explains one step in plain words; g, p and c act on its three references."""

    BINDINGS = [
        Binding("f1,f9,question_mark", "close", show=False),
        Binding("g", "open_guide", "Guide"),
        Binding("p", "open_portal", "Portal page"),
        Binding("c", "copy_command", "Copy command"),
    ]

    def __init__(
        self,
        about: About,
        keys: Sequence[KeyHint],
        open_url: Callable[[str], None],
        copy: Callable[[str, str], None],
    ) -> None:
        """`keys` are those that work on the step now; `copy` takes the text and what it is called."""
        super().__init__()
        self._about = about
        self._keys = tuple((hint.shown, hint.description) for hint in keys if hint.enabled)
        self._open_url = open_url
        self._copy = copy

    def compose_card(self) -> Iterable[Widget]:
        """Paragraphs, then the references, then the keys."""
        about = self._about
        yield Static(Text(about.title), id="dialog-title")
        with VerticalScroll(id="help-text"):
            for paragraph in about.paragraphs:
                yield Static(Text(paragraph), classes="paragraph")
            yield Static(Text("PipeOps' guide"), classes="label")
            yield Static(link(GUIDE), classes="paragraph")
            yield Static(Text(f"In the Azure portal: {about.portal_page}"), classes="label")
            yield Static(link(about.portal_link), classes="paragraph")
            yield Static(Text("With Azure CLI"), classes="label")
            yield Static(Text(about.command), classes="command paragraph")
            yield Static(Text("Keys that work here now"), classes="label")
            facts = Facts()
            facts.facts = self._keys
            yield facts

    def action_open_guide(self) -> None:
        """Open PipeOps' guide in a browser."""
        self._open_url(GUIDE)

    def action_open_portal(self) -> None:
        """Open the portal page that this step replaces."""
        self._open_url(self._about.portal_link)

    def action_copy_command(self) -> None:
        """Copy the Azure CLI command."""
        self._copy(self._about.command, "Command")
