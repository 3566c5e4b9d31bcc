"""Explains refusals of Microsoft Entra, by their AADSTS numbers: one table, in the order in which it is asked."""

from __future__ import annotations

from pipeops_tui.azure.errors.account_refusals import ACCOUNT_ROWS, SECOND_FACTOR_ROWS, SESSION_ROWS
from pipeops_tui.azure.errors.entra_row import ACCESS_ADMINISTRATOR, WORKLOAD_IDENTITIES
from pipeops_tui.azure.errors.evidence import Evidence
from pipeops_tui.azure.errors.examination_errors import EXAMINATION_RULES
from pipeops_tui.azure.errors.principal_errors import PRINCIPAL_RULES, SECRET_RULES
from pipeops_tui.azure.errors.rule import Rule
from pipeops_tui.azure.errors.tenant_refusals import APPLICATION_ROWS, POLICY_ROWS, SERVICE_ROWS, TENANT_ROWS
from pipeops_tui.core.problem import FailureKind, Problem


def _untested(evidence: Evidence) -> Problem:
    return Problem(
        title="Created, but cannot be tested from this network",
        what="A policy of your tenant does not let the new application sign in from here.",
        why="Conditional Access for workload identities allows sign-ins only from named locations.",
        remedy="The values can be used. PipeOps' addresses must be allowed in the policy.",
        who=ACCESS_ADMINISTRATOR,
        link=WORKLOAD_IDENTITIES,
    )


SIGN_IN_RULES: tuple[Rule, ...] = (
    Rule(
        "test sign-in blocked by policy",
        FailureKind.FINAL,
        lambda e: e.context.operation.tests_application and e.has_aadsts(53003, 53005, 53000, 530003, 530032, 530035),
        _untested,
    ),
    *SERVICE_ROWS,
    *EXAMINATION_RULES,
    *PRINCIPAL_RULES,
    *SECRET_RULES,
    *SECOND_FACTOR_ROWS,
    *POLICY_ROWS,
    *APPLICATION_ROWS,
    *TENANT_ROWS,
    *ACCOUNT_ROWS,
    *SESSION_ROWS,
)
