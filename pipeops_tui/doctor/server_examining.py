"""Asks what can stand in the way of a server: resource providers, locks and policies. The application asks for itself
what it is allowed to read; the person's own account can ask the rest."""

from __future__ import annotations

from typing import Protocol

from pipeops_tui.checks import required_providers
from pipeops_tui.core.model import CheckOutcome, ResourceGroup, Subscription
from pipeops_tui.core.ports.reads import AccessPort, GroupPort, SubscriptionPort
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.doctor import access_findings
from pipeops_tui.doctor.finding import Finding, FindingCode
from pipeops_tui.doctor.question import Progress, Question
from pipeops_tui.doctor.sign_in_findings import could_not_be_asked


class ServerReads(SubscriptionPort, GroupPort, AccessPort, Protocol):
    """The reads that are needed."""


class ServerExamining:
    """The questions about a subscription and a group in it. Each one tells its progress and adds at most one finding;
    none raises anything but cancellation."""

    def __init__(
        self, reads: ServerReads, progress: Progress, findings: list[Finding], asker: str, remedy: str = ""
    ) -> None:
        """`findings` is added to. `asker` is who asks, at the beginning of a sentence: "The application". `remedy` is
        what helps where Azure refuses that."""
        self._reads = reads
        self._progress = progress
        self._findings = findings
        self._asker = asker
        self._remedy = remedy

    async def providers(self, subscription: Subscription) -> None:
        """Whether those that a server needs are registered."""
        self._progress.asking(Question.PROVIDERS)
        try:
            providers = await self._reads.providers(subscription, required_providers())
        except CloudError as error:
            self.unknown(Question.PROVIDERS, FindingCode.PROVIDER_MISSING, error)
            return
        missing = [one for one in providers if one.state.casefold() != "registered"]
        if missing:
            self.found(Question.PROVIDERS, access_findings.providers_missing(subscription, missing))
        else:
            self._progress.answered(Question.PROVIDERS, CheckOutcome.OK, "all that a server needs are registered")

    async def locks(self, subscription: Subscription, group: ResourceGroup) -> None:
        """Whether a lock holds for the group."""
        self._progress.asking(Question.LOCKS)
        try:
            locks = await self._reads.locks(subscription, group.name)
        except CloudError as error:
            self.unknown(Question.LOCKS, FindingCode.LOCKED, error)
            return
        if not locks:
            self._progress.answered(Question.LOCKS, CheckOutcome.OK, "none")
            return
        gravest = max(locks, key=lambda lock: lock.level.casefold() == "readonly")
        self.found(Question.LOCKS, access_findings.locked(gravest))

    async def policies(self, subscription: Subscription, group: ResourceGroup) -> None:
        """Whether a policy would refuse a group like this one."""
        self._progress.asking(Question.POLICIES)
        try:
            found = await self._reads.policy_findings(subscription, group.name, group.location, group.tags)
        except CloudError as error:
            self.unknown(Question.POLICIES, FindingCode.POLICY, error)
            return
        if found:
            self.found(Question.POLICIES, access_findings.policy(found))
        else:
            self._progress.answered(Question.POLICIES, CheckOutcome.OK, "no policy blocks them")

    def found(self, question: Question, finding: Finding) -> None:
        """The question is answered by a finding."""
        self._findings.append(finding)
        self._progress.answered(question, finding.outcome, finding.title)

    def unknown(self, question: Question, code: FindingCode, error: CloudError) -> None:
        """The question has no answer, for this reason."""
        if error.kind is FailureKind.REFUSED:
            finding = Finding(
                code,
                CheckOutcome.UNKNOWN,
                f"{question} could not be checked",
                f"{self._asker} is not allowed to read this. That says nothing about the five values.",
                self._remedy,
            )
        else:
            finding = could_not_be_asked(code, f"{question} could not be checked", error)
        self.found(question, finding)
