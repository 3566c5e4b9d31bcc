"""What the person's own account shows about five values, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from pipeops_tui.checks.room import NODE_CORES, Room
from pipeops_tui.checks.room_words import room_detail
from pipeops_tui.core.clock import spell_day
from pipeops_tui.core.model import Application, CheckOutcome, PasswordKey
from pipeops_tui.core.secret import Secret
from pipeops_tui.doctor.finding import Finding, FindingCode, RightValue
from pipeops_tui.doctor.five_values import FiveValues, ValueName
from pipeops_tui.doctor.form_findings import ADD_CREDENTIALS, APP_REGISTRATIONS, NEW_VALUE, SECRET_OWNER, renewing
from pipeops_tui.doctor.server_failures import QUOTAS

_HINT: Final = 3
"""Characters of a client secret's value that Microsoft Graph tells (`passwordCredential.hint`)."""
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_SPREADING: Final = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"


@dataclass(frozen=True, slots=True)
class WhichSecret:
    """Which of an application's client secrets was pasted, as far as its beginning tells."""

    code: FindingCode | None
    """What that means; None where nothing is wrong with it, or it is not known."""
    sentence: str


def client_is_object_id(values: FiveValues, client_id: str) -> Finding:
    """The pasted client ID is the object ID of the application or of its service principal."""
    return Finding(
        FindingCode.CLIENT_IS_OBJECT_ID,
        CheckOutcome.BLOCKED,
        "The Client ID is an object ID",
        f"{values.client_id} is the object ID of the application whose Application (client) ID is {client_id}.",
        f"Use {client_id} as Client ID.",
        link=APP_REGISTRATIONS,
        about=(ValueName.CLIENT,),
        right=(RightValue(ValueName.CLIENT, client_id),),
    )


def which_secret(secret: Secret, application: Application, now: datetime) -> WhichSecret:
    """Compare the pasted secret with what is known of the application's: its ID, or its first three characters. Only
    here, on this computer; nothing of it is quoted."""
    text = secret.reveal()
    by_id = next((one for one in application.secrets if one.key_id.casefold() == text.casefold()), None)
    if by_id is not None:
        return WhichSecret(FindingCode.SECRET_IS_ITS_ID, f"It is the ID of {_named(by_id)}, which {_ends(by_id, now)}.")
    if not application.secrets:
        return WhichSecret(FindingCode.SECRET_WRONG, "The application has no client secret any more.")
    held = [one for one in application.secrets if one.hint and one.hint == text[:_HINT]]
    if held:
        newest = max(held, key=lambda one: one.end or _NEVER)
        sentence = f"It begins like {_named(newest)}, which {_ends(newest, now)}"
        if newest.end is not None and newest.end <= now:
            return WhichSecret(FindingCode.SECRET_EXPIRED, f"{sentence}.")
        return WhichSecret(None, f"{sentence}: if Microsoft Entra does not accept it, it was not copied as it is.")
    if any(not one.hint for one in application.secrets):
        return WhichSecret(None, "")
    count = len(application.secrets)
    those = "The application's only client secret begins" if count == 1 else f"All {count} client secrets begin"
    return WhichSecret(
        FindingCode.SECRET_WRONG,
        f"{those} differently: this one was removed, or belongs to another application.",
    )


def secret_of_no_use(values: FiveValues, which: WhichSecret) -> Finding:
    """The sign-in failed for another reason, and the secret would not work either."""
    titles = {
        FindingCode.SECRET_EXPIRED: "The client secret has expired",
        FindingCode.SECRET_IS_ITS_ID: "The Client Secret is the secret's ID, not its value",
    }
    code = which.code or FindingCode.SECRET_WRONG
    return Finding(
        code,
        CheckOutcome.BLOCKED,
        titles.get(code, "The client secret is not one of the application's"),
        which.sentence,
        NEW_VALUE,
        SECRET_OWNER,
        renewing(values),
        ADD_CREDENTIALS,
        (ValueName.SECRET,),
    )


def role_not_in_effect(values: FiveValues) -> Finding:
    """The role assignment is there, and the application does not have the access yet."""
    return Finding(
        FindingCode.ROLE_MISSING,
        CheckOutcome.BLOCKED,
        f"The role on {values.group_name} is not in effect yet",
        "The role is assigned, but the application does not have its access yet. Changes take up to 10 minutes to "
        "spread.",
        "Wait some minutes, and examine the values again.",
        link=_SPREADING,
        about=(ValueName.GROUP,),
    )


def _named(secret: PasswordKey) -> str:
    return f"the client secret named {secret.description}" if secret.description else "a client secret without a name"


def _ends(secret: PasswordKey, now: datetime) -> str:
    if secret.end is None:
        return "does not say when it expires"
    return f"expired on {spell_day(secret.end)}" if secret.end <= now else f"is valid until {spell_day(secret.end)}"


def too_little_room(room: Room) -> Finding:
    """The quota or the open sizes of a region are too small for a server."""
    return Finding(
        FindingCode.ROOM,
        CheckOutcome.WARNING,
        f"There is little room for a server in {room.place}",
        f"Your account sees {room_detail(room)}.",
        f"Choose another region or size in PipeOps, or have the quota raised. A server needs at least {NODE_CORES} "
        "vCPUs for each node.",
        link=QUOTAS,
    )
