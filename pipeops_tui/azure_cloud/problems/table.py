"""All rules, in the order in which they are asked."""

from __future__ import annotations

from pipeops_tui.azure_cloud.problems.general import GENERAL
from pipeops_tui.azure_cloud.problems.rule import Rule

RULES: tuple[Rule, ...] = (*GENERAL,)
