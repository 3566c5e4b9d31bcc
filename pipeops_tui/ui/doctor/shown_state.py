"""What doctor's screen shows of its values and of an examination: pure functions of both."""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.core.model import Check
from pipeops_tui.doctor.cures import has_any
from pipeops_tui.doctor.finding import Diagnosis, Verdict
from pipeops_tui.doctor.five_values import FiveValues, ValueName
from pipeops_tui.doctor.question import Question, QuestionChanged, QuestionState
from pipeops_tui.ui.widgets.status_line import StatusLine


def can_be_copied(values: FiveValues, name: ValueName) -> bool:
    """Whether the value is there in a form that can be pasted."""
    return values.secret is not None if name is ValueName.SECRET else bool(values.text(name))


def say_how_it_stands(status: StatusLine, values: FiveValues, diagnosis: Diagnosis | None) -> None:
    """What the examination came to, or what it waits for."""
    if diagnosis is not None:
        say_it = {Verdict.WORKS: status.done, Verdict.BROKEN: status.failed}
        say_it.get(diagnosis.verdict, status.warn)(diagnosis.summary)
    elif not has_any(values):
        status.say("Waiting for the five values.")
    elif values.missing:
        status.say(f"Not given: {', '.join(values.missing)}. What can be examined without is examined.")
    else:
        status.say("All five are there. Press x to examine them.")


def say_what_is_asked(status: StatusLine, asked: Mapping[Question, QuestionChanged]) -> None:
    """Which questions Azure has not answered yet; the seconds are counted from the last change on."""
    waiting = [change.question for change in asked.values() if change.state is QuestionState.ASKING]
    if waiting:
        status.running(f"Waiting for Azure: {', '.join(waiting)}")


def question_rows(asked: Mapping[Question, QuestionChanged]) -> list[Check | str]:
    """The questions in their order; those that were not asked for another's sake are left out."""
    rows: list[Check | str] = []
    for question in Question:
        change = asked.get(question)
        if change is not None and change.state is QuestionState.ASKING:
            rows.append(question.value)
        elif change is not None and change.outcome is not None:
            rows.append(Check(question.name, question.value, change.outcome, change.detail))
    return rows
