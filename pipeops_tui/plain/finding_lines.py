"""What doctor has read and found, as `pipeops-tui doctor` prints it. Never a secret."""

from __future__ import annotations

from collections.abc import Iterator

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.doctor.finding import Diagnosis, Finding
from pipeops_tui.doctor.five_values import FiveValues, Pasted, ValueName, others_given

WORDS = {
    CheckOutcome.OK: "OK",
    CheckOutcome.WARNING: "Warning",
    CheckOutcome.BLOCKED: "Wrong",
    CheckOutcome.UNKNOWN: "Not known",
}
"""What a finding begins with, by its outcome."""
_WIDTH = max(len(name) for name in ValueName) + 2
_FIELDS = ("code", "outcome", "title", "what", "remedy", "who", "command", "link")


def taken_lines(pasted: Pasted) -> Iterator[str]:
    """What was taken for what, and the remarks."""
    if pasted.unreadable:
        yield pasted.unreadable
    yield "These values were read:"
    for name in ValueName:
        yield f"  {name:<{_WIDTH}}{_shown(pasted.values, name)}"
    yield from pasted.remarks
    yield from others_given(pasted.values)


def _shown(values: FiveValues, name: ValueName) -> str:
    flaw = values.flaw_of(name)
    return f"{flaw.given or '(not shown)'} · {flaw.reason}" if flaw is not None else values.shown(name)


def findings_as_text(diagnosis: Diagnosis) -> str:
    """A paragraph for each finding, then what it comes to."""
    paragraphs = ["\n".join(_lines(finding)) for finding in diagnosis.findings]
    return "\n\n".join([*paragraphs, diagnosis.closing])


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{WORDS[finding.outcome]}: {finding.title}"
    if finding.what:
        yield f"  {finding.what}"
    if finding.remedy and finding.outcome is not CheckOutcome.OK:  # the last sentence says it
        yield f"  What to do: {finding.remedy}"
    if finding.who:
        yield f"  Who can do it: {finding.who}"
    for line in finding.command.splitlines():
        yield f"  Command: {line}"
    if finding.link:
        yield f"  More: {finding.link}"


def findings_as_json(diagnosis: Diagnosis) -> str:
    """A JSON object; what does not apply is an empty text."""
    import json

    findings = [{field: str(getattr(finding, field)) for field in _FIELDS} for finding in diagnosis.findings]
    return json.dumps({"verdict": str(diagnosis.verdict), "findings": findings}, indent=2)
