"""All rules, in the order in which they are asked; the first that applies decides.

What the network did comes first, then what passes by itself, then what a new sign-in mends, then the exact codes, and
at the end what holds for any status. The last rule always applies.
"""

from __future__ import annotations

from pipeops_tui.azure_cloud.problems.assignments import ASSIGNMENT_RULES
from pipeops_tui.azure_cloud.problems.challenges import CHALLENGE_RULES, LATE_CHALLENGE_RULES
from pipeops_tui.azure_cloud.problems.directory import DIRECTORY_RULES
from pipeops_tui.azure_cloud.problems.general import GENERAL_RULES, THROTTLED
from pipeops_tui.azure_cloud.problems.network import NETWORK_RULES
from pipeops_tui.azure_cloud.problems.replication import REPLICATION_RULES
from pipeops_tui.azure_cloud.problems.resources import RESOURCE_RULES, UNAUTHORIZED
from pipeops_tui.azure_cloud.problems.rule import Rule
from pipeops_tui.azure_cloud.problems.sign_in import SIGN_IN_RULES
from pipeops_tui.azure_cloud.problems.ways import CLI_RULES, OAUTH_RULES, WAY_RULES

RULES: tuple[Rule, ...] = (
    THROTTLED,
    *REPLICATION_RULES,
    *NETWORK_RULES,
    *CLI_RULES,
    *OAUTH_RULES,
    *CHALLENGE_RULES,
    *SIGN_IN_RULES,
    *LATE_CHALLENGE_RULES,
    *WAY_RULES,
    *RESOURCE_RULES,
    *ASSIGNMENT_RULES,
    *DIRECTORY_RULES,
    UNAUTHORIZED,
    *GENERAL_RULES,
)
