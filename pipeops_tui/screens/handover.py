"""Where the person is in PipeOps' form, and the words for it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeops_tui.clipboard import Copied, Outcome
from pipeops_tui.dates import spell_instant
from pipeops_tui.model import Credentials
from pipeops_tui.screens.about import About
from pipeops_tui.secret import Secret
from pipeops_tui.widgets.credential_rows import LABELS, SECRET, Mark

CONSOLE = "https://console.pipeops.io"
PLACE = "console.pipeops.io → Integrations → Azure → Connect"
ALL = "All five values"
HOW = f"Paste these into {PLACE}."
THROUGH = "Now press Connect Account in PipeOps: it can work in your Azure."
READY = "✓ Azure is ready for PipeOps"

_MARKS = {Outcome.COPIED: Mark.COPIED, Outcome.SENT: Mark.SENT}


@dataclass(slots=True)
class Handover:
    """Which values were copied, and which one comes next."""

    marks: list[Mark] = field(default_factory=lambda: [Mark.TO_DO] * len(LABELS))
    next: int | None = 0
    """Position of the value that `c` copies; None when the form is through."""

    def note(self, index: int, outcome: Outcome) -> None:
        """A value was copied: the next box of the form comes next. After a failure it stays where it is."""
        if outcome in _MARKS:
            self.marks[index] = _MARKS[outcome]
            self.next = index + 1 if index + 1 < len(LABELS) else None

    def note_all(self, outcome: Outcome) -> None:
        """Everything was copied as one block; copying one by one begins anew."""
        if outcome in _MARKS:
            self.marks = [_MARKS[outcome]] * len(LABELS)
            self.next = 0

    def note_shown(self) -> None:
        """The secret was revealed."""
        if self.marks[SECRET] is Mark.TO_DO:
            self.marks[SECRET] = Mark.SHOWN

    def renew_secret(self) -> None:
        """There is another secret now, in nobody's hands yet."""
        self.marks[SECRET] = Mark.TO_DO
        self.next = SECRET


def about_credentials(portal: str, client_id: str) -> About:
    """What F1 says on the Credentials screen."""
    return About(
        "What do I do with these?",
        (
            f"Open {PLACE}. It asks for exactly these five values, in this order: press c here, paste there, press c "
            "again. Each press copies the next one.",
            "The client secret is the password of the new application. Azure gives it out once and never again. It is "
            "nowhere on this machine but in this program and, for a minute after a copy, in the clipboard.",
            "r shows it for 30 seconds in all, so that you can select it with the mouse: hold Shift while you drag "
            "(Option on a Mac). If it gets lost, n makes a new one.",
        ),
        "App registrations → your application → Certificates & secrets",
        f"{portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/{client_id}",
        f"az ad app credential list --id {client_id}",
    )


def value_of(credentials: Credentials, index: int) -> str | Secret:
    """The value at `index` of the form."""
    return (
        credentials.resource_group_name,
        credentials.tenant_id,
        credentials.client_id,
        credentials.client_secret,
        credentials.subscription_id,
    )[index]


def block_of(credentials: Credentials) -> Secret:
    """All values as `Label: value` lines, and when the secret expires."""
    values = [value_of(credentials, index) for index in range(len(LABELS))]
    expires = f"\nClient Secret expires: {spell_instant(credentials.expires)}" if credentials.expires else ""
    # In one expression: a local variable would stand in a traceback.
    return Secret(
        "\n".join(
            f"{label}: {value.reveal() if isinstance(value, Secret) else value}"
            for label, value in zip(LABELS, values, strict=True)
        )
        + expires
    )


def what_happened(name: str, copied: Copied) -> str:
    """The outcome of a copy in words that promise nothing that is not known."""
    match copied.outcome:
        case Outcome.COPIED:
            return f"{name} copied (read back and equal)."
        case Outcome.SENT:
            return f"{name} sent to your terminal, unverified."
        case _:
            return f"Could not copy {name}."


def what_helps(index: int | None, copied: Copied) -> str:
    """What to know about that copy, and the next best thing to do where it failed; `index` is None for all values."""
    if copied.outcome is not Outcome.FAILED:
        return copied.hint
    if index == SECRET:
        instead = "r shows it: select it with Shift-drag."
    else:
        instead = "Copy them one by one." if index is None else "Select it with Shift-drag."
    return f"{copied.hint} {instead}".lstrip()


def what_next(next_index: int | None) -> str:
    """What `c` does now."""
    if next_index is None:
        return "Press Connect Account."
    return f"{LABELS[next_index]} is next."


def what_lingers(outcome: Outcome) -> str:
    """What to know about a secret that has just been copied."""
    if outcome is Outcome.COPIED:
        return "The secret leaves the clipboard in 60 s. A clipboard manager may keep it longer."
    return "What was sent can be neither read back nor cleared."
