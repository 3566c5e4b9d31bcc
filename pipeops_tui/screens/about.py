"""What "What is this?" says of a step."""

from __future__ import annotations

from dataclasses import dataclass

GUIDE = "https://docs.pipeops.io/docs/how-to-guides/tutorials/generate-azure-credentials"
"""PipeOps' own guide for getting the five values by hand."""


@dataclass(frozen=True, slots=True)
class About:
    """Plain words for a person who has never met a service principal, and the two other ways to do the same."""

    title: str
    paragraphs: tuple[str, ...]
    portal_page: str
    """The page of the Azure portal that this step replaces, as the portal calls it."""
    portal_link: str
    command: str
    """The equivalent Azure CLI command; never with a secret."""
