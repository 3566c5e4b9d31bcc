"""Failures as people meet them: one ordered table of rules from wire evidence to kind and `Problem`. Pure."""

from pipeops_tui.azure_cloud.problems.judge import judge

__all__ = ["judge"]
