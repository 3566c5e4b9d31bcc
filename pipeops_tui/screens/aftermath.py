"""What stands below the five values: what still goes on, what has failed, and where a copied secret lingers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from pipeops_tui.provisioning.events import Row, RowState
from pipeops_tui.widgets.operation_rows import OperationRows, is_live
from pipeops_tui.widgets.said import say


class Aftermath(Vertical):
    """Where lines are scarce, one thing at a time: work, then what lingers, then a proof that is done."""

    DEFAULT_CSS = """
    Aftermath {
        height: auto;
        & > Static { color: $text-muted; height: auto; }
        &.-lingers > OperationRows { display: none; }
        &.-roomy.-lingers > OperationRows { display: block; }
    }
    """

    def __init__(self, monotonic: Callable[[], float], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._work = OperationRows(monotonic, airy=False)
        self._lingers = Static(markup=False)

    def compose(self) -> ComposeResult:
        """Rows, then the sentence."""
        yield self._work
        yield self._lingers

    def show(self, rows: Sequence[Row], lingers: str, *, roomy: bool) -> None:
        """Show what concerns the person of `rows`, and `lingers`; all of it where it is `roomy`."""
        unsettled = [row for row in rows if is_live(row) or row.state is RowState.FAILED]
        shown = unsettled or [row for row in rows if row.key == "proof"]
        self._work.show(shown if roomy else shown[:1])
        say(self._lingers, lingers)
        self.set_class(bool(lingers) and not unsettled, "-lingers")
        self.set_class(roomy, "-roomy")
