"""The slip: PipeOps' five values, filling in as the journey goes on."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.reactive import reactive
from textual.widget import Widget

HEADING = "For PipeOps"
EMPTY = "–"
_LABELS = ("Resource group", "Tenant ID", "Client ID", "Client secret", "Subscription")
_LABEL_WIDTH = 16


@dataclass(frozen=True, slots=True)
class SlipValues:
    """What is known so far; empty texts where nothing is. `client_secret` says that there is one, never which."""

    resource_group: str = ""
    tenant_id: str = ""
    client_id: str = ""
    client_secret: str = ""
    subscription: str = ""

    def in_order(self) -> tuple[str, ...]:
        """The values in the order of the labels."""
        return (self.resource_group, self.tenant_id, self.client_id, self.client_secret, self.subscription)


class Slip(Widget):
    """Heading and five rows; a value that does not fit ends with an ellipsis."""

    COMPONENT_CLASSES = {"slip--heading", "slip--label", "slip--value"}
    DEFAULT_CSS = """
    Slip {
        height: 6;
        color: $text-muted;
        & > .slip--heading { color: $text-muted; text-style: bold; }
        & > .slip--label { color: $text-muted; }
        & > .slip--value { color: $text; }
    }
    """

    values: reactive[SlipValues] = reactive(SlipValues())

    def render(self) -> Text:
        """Heading, then label and value a line."""
        label_style = self.get_component_rich_style("slip--label", partial=True)
        value_style = self.get_component_rich_style("slip--value", partial=True)
        slip = Text(no_wrap=True)
        slip.append(f"{HEADING}\n", self.get_component_rich_style("slip--heading", partial=True))
        for label, value in zip(_LABELS, self.values.in_order(), strict=True):
            slip.append(label.ljust(_LABEL_WIDTH), label_style)
            shown = shorten(value, self.size.width - _LABEL_WIDTH)
            slip.append(f"{shown or EMPTY}\n", value_style if value else label_style)
        slip.rstrip()
        return slip


def shorten(text: str, room: int) -> str:
    """`text` in at most `room` cells, ending with … where it was cut."""
    if cell_len(text) <= room:
        return text
    return set_cell_size(text, max(0, room - 1)).rstrip() + "…" if room > 0 else ""
