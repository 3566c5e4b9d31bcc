"""The terminal, the clipboard, and losing nothing."""

from __future__ import annotations

from tests.known_failures.answers import Situation, design, when

TERMINAL: tuple[Situation, ...] = (
    when(
        "there is no program for the clipboard",
        design("clipboard/test_clipboard.py::test_without_tools_on_a_desktop_it_is_sent_and_says_what_would_help"),
    ),
    when(
        "over SSH the copy would land on the other machine",
        design("clipboard/test_clipboard.py::test_on_another_machine_the_terminal_is_asked"),
    ),
    when(
        "the clipboard's history keeps the secret",
        design("clipboard/test_clipboard.py::test_ours_is_cleared_after_a_minute"),
        design("clipboard/test_clipboard.py::test_wl_copy_keeps_its_files_in_memory_and_hints_at_clipboard_managers"),
    ),
    when(
        "the secret is wrapped or cut",
        design("ui/test_leaving.py::test_the_revealed_secret_stands_alone_on_its_line_and_nothing_jumps"),
        design("ui/test_credentials.py::test_too_narrow_for_it_says_so"),
    ),
    when(
        "the program ends before the secret is in anybody's hands",
        design("ui/test_credentials.py::test_leaving_without_the_secret_asks_first"),
        design("journeys/test_resuming.py::test_a_secret_that_nobody_got_is_made_anew"),
    ),
    when(
        "a log holds the secret",
        design("azure/test_request_log.py::test_one_line_a_request_of_every_stack_and_never_a_secret"),
        design("core/secret/test_what_brought_it.py::test_neither_the_sdks_nor_their_logs_keep_it"),
    ),
    when(
        "undoing removes what others made, or leaves what counts to a quota",
        design("provisioning/test_undo.py::test_a_group_that_holds_something_stays"),
        design("ui/test_undo.py::test_purged_it_counts_to_no_quota"),
    ),
    when(
        "support asks for ids that nobody has",
        design("azure/test_failures.py::test_details_help_support_and_hold_no_secret"),
        design("journeys/test_other_worlds.py::test_a_failure_can_be_copied_for_support_without_a_token_in_it"),
    ),
)
