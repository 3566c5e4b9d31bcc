"""Progress through PipeOps' form, and the sentences about it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipeops_tui.clipboard import Copied, CopyOutcome
from pipeops_tui.core import az_commands
from pipeops_tui.core.clock import spell_instant
from pipeops_tui.core.model import Credentials, Plan
from pipeops_tui.core.secret import Secret
from pipeops_tui.provisioning import Origin, RunState
from pipeops_tui.ui.services import About
from pipeops_tui.ui.widgets.credential_rows import LABELS, SECRET, CopyMark

CONSOLE = "https://console.pipeops.io"
PLACE = "console.pipeops.io → Integrations → Azure → Connect"
ALL = "All five values"
AS_ONE_TEXT = "Copied as one text. PipeOps' form takes one value at a time: press c."
THE_NAME = "The name"
_SECOND_BOX = "Ignore the page on access keys, press Proceed, and start in the second box."
"""What PipeOps' window shows first is meant for another cloud (PipeOps' guide "Azure on PipeOps")."""
WATCH_NEXT = "Then create a server there, and press w here to watch it begin."
WATCHED_NOW = "Then create a server there. pipeops-tui looks for it in the resource group."
_CONNECT = "Now press Connect Account in PipeOps."
_SECOND_BOX_BRIEFLY = "Start in the second box."


@dataclass(frozen=True, slots=True)
class FormWords:
    """What the screen says."""

    title: str
    ready: str
    """The title once the test sign-in has worked."""
    how: str
    """What to do, with `PLACE` in it."""
    through: str
    """What comes after the last value."""
    brief: str = ""
    """What to do where there is room for less."""


CREATED = FormWords(
    "Five values for PipeOps",
    "✓ Azure is ready for PipeOps",
    f"Paste these into {PLACE}.\n{_SECOND_BOX}",
    _CONNECT,
    f"Paste these into {PLACE}. {_SECOND_BOX_BRIEFLY}",
)
MADE_UP = FormWords(
    "Five made-up values: this is a demo",
    "✓ Done. These values are made up: this is a demo",
    f"Real values go into {PLACE}.\n{_SECOND_BOX}",
    "In a real run, press Connect Account in PipeOps now.",
    f"Real values go into {PLACE}. {_SECOND_BOX_BRIEFLY}",
)
RENEWED = FormWords(
    "The new client secret",
    "✓ The new client secret works",
    f"Connect again: {PLACE}. Only the secret is new. Do not disconnect Azure there first.",
    "Press Connect Account in PipeOps. When it works there, press o to remove the old secret.",
)
RENEWED_ALONE = replace(RENEWED, through=_CONNECT)
"""Where no old secret can be removed with `o`."""
RENEWED_BY_HAND = replace(
    RENEWED,
    through="Press Connect Account in PipeOps. pipeops-tui did not add the old secret: remove it in the portal.",
)

_MARKS = {CopyOutcome.COPIED: CopyMark.COPIED, CopyOutcome.SENT: CopyMark.SENT}


@dataclass(slots=True)
class FormProgress:
    """Which values were copied, and which one comes next."""

    marks: list[CopyMark] = field(default_factory=lambda: [CopyMark.TO_DO] * len(LABELS))
    next: int | None = 0
    """Position of the value that `c` copies; None when all are copied. Another `c` then begins a new round."""
    as_one_text: bool = False
    """Whether the last copy was all of them as one text."""
    renews: bool = False
    """Whether PipeOps has all values but the client secret already."""

    @classmethod
    def of_renewal(cls) -> FormProgress:
        """Only the client secret is new."""
        marks = [CopyMark.TO_DO if index == SECRET else CopyMark.UNCHANGED for index in range(len(LABELS))]
        return cls(marks, SECRET, renews=True)

    @property
    def complete(self) -> bool:
        """Whether the person has had every value, in this round or an earlier one."""
        return CopyMark.TO_DO not in self.marks

    def note(self, index: int, outcome: CopyOutcome) -> None:
        """A value was copied: the next box of the form comes next, after the last one what was left out. After a
        failure nothing changes."""
        if outcome in _MARKS:
            self.marks[index] = _MARKS[outcome]
            self.as_one_text = False
            left_out = self.marks.index(CopyMark.TO_DO) if not self.complete else None
            in_order = index + 1 < len(LABELS) and not self.renews
            self.next = index + 1 if in_order else left_out

    def note_all(self, outcome: CopyOutcome) -> None:
        """All values were copied as one text."""
        if outcome in _MARKS:
            self.marks = [_MARKS[outcome]] * len(LABELS)
            self.next, self.as_one_text = None, True

    def note_shown(self) -> None:
        """The secret was revealed."""
        if self.marks[SECRET] is CopyMark.TO_DO:
            self.marks[SECRET] = CopyMark.SHOWN

    def renew_secret(self) -> None:
        """There is a new secret, which was neither copied nor revealed yet."""
        self.marks[SECRET] = CopyMark.TO_DO
        self.next, self.as_one_text = SECRET, False


def about_values(portal: str, client_id: str, state: RunState | None) -> About:
    """What F1 says on the Credentials screen."""
    if state is not None and state.renewed:
        return _about_renewal(portal, client_id, state)
    return About(
        "What do I do with these?",
        (
            f"Open {PLACE}. PipeOps first shows a page about access keys, which are for another cloud: press Proceed. "
            "Then its form has six boxes: Name (optional), Resource Group Name, Tenant ID, Client ID, Client Secret, "
            "Subscription ID.",
            "Start in the second box: press c here, paste there, press c again. Each press copies the next value. The "
            "first box can stay empty; press 0 to copy the application's name for it. Who starts in the first box "
            "puts every value one box too far, and the secret into a box where it can be read.",
            "The client secret is the password of the new application. Azure shows it once and never again. On this "
            "computer it is only in this program and, for a minute after a copy, in the clipboard.",
            "Press r to show it (30 seconds in total) and select it with the mouse: hold Shift while you drag (Option "
            "on a Mac). If you lose it, press n to create a new one. Press i to be reminded before it expires.",
            "When PipeOps accepts the values, create a server there and press w here: pipeops-tui then watches the "
            "resource group for 30 minutes. It shows the first resource, and what Azure refuses with what to do.",
        ),
        "App registrations → your application → Certificates & secrets",
        f"{portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/{client_id}",
        az_commands.list_secrets(client_id),
    )


def form_words(state: RunState | None, *, simulated: bool = False) -> FormWords:
    """What is said about the values of a run; in a demo, that PipeOps cannot use them."""
    if state is None or not state.renewed:
        return MADE_UP if simulated else CREATED
    if state.kept_secrets:
        return RENEWED
    return RENEWED_BY_HAND if state.origin is Origin.ADOPTED else RENEWED_ALONE


def _about_renewal(portal: str, client_id: str, state: RunState) -> About:
    if state.kept_secrets:
        old = (
            "The old client secret works until it expires. When PipeOps works with the new one, press o to remove the "
            "old one, or do it later: press l on the first screen."
        )
    elif state.origin is Origin.ADOPTED:
        old = (
            "pipeops-tui did not add the old client secret and does not remove it. It works until it expires. When "
            "PipeOps works with the new one, remove the old one on the portal page below, or with Azure CLI."
        )
    else:
        old = "No older client secret of pipeops-tui is left."
    return About(
        "What do I do with the new client secret?",
        (
            f"Open {PLACE} and connect Azure again with these values: PipeOps documents no other way to replace the "
            "client secret of a connected account. Four of the five are the same as before.",
            "Do not disconnect Azure in PipeOps first: its servers continue to run and to cost money.",
            old,
        ),
        "App registrations → your application → Certificates & secrets",
        f"{portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/{client_id}",
        az_commands.list_secrets(client_id),
    )


def created_words(plan: Plan, state: RunState | None) -> str:
    """What the run has created, in one line; empty for a renewal, which says it itself."""
    if state is None or state.renewed:
        return ""
    if plan.group_is_new:
        group = f"group {plan.group_name} ({plan.location_display})"
        return f"Created: {group}, application {plan.application_name} (Contributor)"
    return f"Created: application {plan.application_name} (Contributor on {plan.group_name})"


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
    # In one expression: a local variable would appear in a traceback.
    return Secret(
        "\n".join(
            f"{label}: {value.reveal() if isinstance(value, Secret) else value}"
            for label, value in zip(LABELS, values, strict=True)
        )
        + expires
    )


def what_happened(name: str, copied: Copied) -> str:
    """The outcome of a copy, as far as it is known."""
    match copied.outcome:
        case CopyOutcome.COPIED:
            return f"{name} copied (read back and equal)."
        case CopyOutcome.SENT:
            return f"{name} copied (could not be checked). Paste to make sure."
        case _:
            return f"Could not copy {name}."


def what_helps(index: int | None, copied: Copied) -> str:
    """A hint about the copy, with another way where it failed; `index` is None for all values."""
    if copied.outcome is not CopyOutcome.FAILED:
        return copied.hint
    if index == SECRET:
        instead = "Press r to show it. Select it with Shift-drag."
    else:
        instead = "Copy them one by one." if index is None else "Select it with Shift-drag."
    return f"{copied.hint} {instead}".lstrip()


def what_next(next_index: int | None) -> str:
    """What comes next in the form."""
    if next_index is None:
        return "Press Connect Account."
    return f"{LABELS[next_index]} is next."


def clipboard_note(outcome: CopyOutcome) -> str:
    """What happens to the copied secret in the clipboard."""
    if outcome is CopyOutcome.COPIED:
        return "The clipboard is cleared 60 seconds after the copy. A clipboard manager can keep it longer."
    return "pipeops-tui cannot clear the clipboard over this connection. Clear it yourself after pasting."
