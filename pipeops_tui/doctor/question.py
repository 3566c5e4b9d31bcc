"""The questions of an examination, and how each one goes: what a screen shows as rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.core.plain_text import PlainTexts


class Question(StrEnum):
    """What is asked, in the order of the rows. The values are the rows' titles."""

    FORM = "Form of the five values"
    TENANT = "Tenant"
    HOME_TENANT = "Tenant of the subscription"
    SIGN_IN = "Sign-in as the application"
    SUBSCRIPTION = "Subscription"
    GROUP = "Resource group"
    ROLE = "Role on the resource group"
    PROVIDERS = "Resource providers"
    LOCKS = "Locks"
    POLICIES = "Policies about resource groups"


class QuestionState(StrEnum):
    """How far a question is."""

    ASKING = "asking"
    ANSWERED = "answered"
    NOT_ASKED = "not asked"
    """It depends on another one, or on a value that is missing."""


@dataclass(frozen=True, slots=True)
class QuestionChanged(PlainTexts):
    """A question begins, or has ended."""

    question: Question
    state: QuestionState
    outcome: CheckOutcome | None = None
    """Of an answered one."""
    detail: str = ""
    """In a few words, without a period."""


Tell = Callable[[QuestionChanged], object]
"""Is told of each change, in the event loop."""


class Progress:
    """Tells how the questions go. Each one ends once."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._ended: set[Question] = set()
        self._known: set[Question] = set()

    @property
    def known(self) -> frozenset[Question]:
        """The questions that have an answer, also if that is no."""
        return frozenset(self._known)

    def asking(self, *questions: Question) -> None:
        """These are being asked."""
        for question in questions:
            self._tell(QuestionChanged(question, QuestionState.ASKING))

    def answered(self, question: Question, outcome: CheckOutcome, detail: str) -> None:
        """The question is answered; UNKNOWN where it was asked and there is no answer."""
        self._ended.add(question)
        if outcome is not CheckOutcome.UNKNOWN:
            self._known.add(question)
        self._tell(QuestionChanged(question, QuestionState.ANSWERED, outcome, detail))

    def not_asked(self, detail: str, *questions: Question) -> None:
        """These are not asked, for one reason; those that have ended are left out."""
        for question in questions:
            if question not in self._ended:
                self._ended.add(question)
                self._tell(QuestionChanged(question, QuestionState.NOT_ASKED, None, detail))


AS_THE_APPLICATION = (
    Question.SUBSCRIPTION,
    Question.GROUP,
    Question.ROLE,
    Question.PROVIDERS,
    Question.LOCKS,
    Question.POLICIES,
)
"""Those that need the application's sign-in."""
