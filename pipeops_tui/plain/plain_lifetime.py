"""The question for how long a client secret is to be valid."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.core import names
from pipeops_tui.core.clock import secret_expiry, spell_day
from pipeops_tui.plain.conversation import Conversation


async def ask_days(talk: Conversation, wished: int, longest: int | None, now: datetime) -> int:
    """The days; `longest` is what the tenant allows, None where that is not known. Raises as `Conversation.ask`
    does."""

    def wrong(answer: str) -> str:
        too_long = longest is not None and answer.isdigit() and int(answer[:9]) > longest
        return names.secret_days_error(answer) or (f"Your tenant allows at most {longest} days." if too_long else "")

    answer = await talk.ask(
        "Client secret expires after how many days?",
        str(min(wished, longest or 730)),
        explain="After that, PipeOps cannot sign in any more until it gets a new client secret.",
        wrong=wrong,
    )
    talk.say(f"It expires on {spell_day(secret_expiry(now, int(answer)))}.")
    return int(answer)
