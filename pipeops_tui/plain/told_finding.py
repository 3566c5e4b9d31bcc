"""What doctor has read and found, as lines of a conversation. Never a secret."""

from __future__ import annotations

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.doctor.finding import Finding
from pipeops_tui.doctor.five_values import FiveValues, ValueName
from pipeops_tui.plain.conversation import Conversation
from pipeops_tui.plain.finding_lines import WORDS


def value_words(values: FiveValues, name: ValueName) -> str:
    """One of the values as it can be shown; `none` where it was not given."""
    if values.flaw(name):
        return "given, but cannot be used"
    if name is not ValueName.SECRET:
        return values.text(name) or "none"
    if values.secret is None:
        return "none"
    length = len(values.secret.reveal())
    return f"{length} character{'' if length == 1 else 's'}, not shown"


def tell_values(talk: Conversation, values: FiveValues) -> None:
    """What was taken for what, a line for each value."""
    talk.say("These values were taken:")
    for name in ValueName:
        talk.say(f"{name}: {value_words(values, name)}")


def tell_finding(talk: Conversation, finding: Finding) -> None:
    """What is found, how it is known, what to do, who can, the command and the link."""
    talk.say(f"{WORDS[finding.outcome]}: {finding.title}.")
    if finding.what:
        talk.say(finding.what, indent="  ")
    if finding.remedy and finding.outcome is not CheckOutcome.OK:  # the last sentence says it
        talk.say(f"What to do: {finding.remedy}", indent="  ")
    if finding.who:
        talk.say(f"Who can do it: {finding.who}.", indent="  ")
    for label, text in (("Command:", finding.command), ("More:", finding.link)):
        if text:
            talk.say(label, indent="  ")
            for line in text.splitlines():
                talk.write(line)
