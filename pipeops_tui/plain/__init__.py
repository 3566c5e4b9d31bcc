"""The same without a screen: questions and finished lines on standard streams. Imports no Textual.

plain_program.py     what the command line asked for, and the exit code
conversation.py      questions with defaults, `?`, `back` and `quit`; 80 columns; `echo.py` hides typing
plain_sign_in.py     signing in, and trying again what Azure refuses
plain_journey.py     the eight steps: `plain_choices.py` until the review, `plain_creation.py` from there on
plain_connections.py the list; `plain_actions.py` what is done with one (`action_words.py`), by
                     `plain_renewal.py` and `plain_removal.py`
plain_doctor.py      findings and what to do about five values, for which `plain_values.py` asks
plain_checks.py      checks, and what the person decides; `plain_lifetime.py` asks for the days of a client secret
told_….py            a problem, a connection, a finding, a wait as lines
finding_lines.py     findings as `pipeops-tui doctor --input` prints them
scripted_run.py      a run whose events are told as lines
secret_ways.py       where the client secret goes: a command, a file descriptor, the clipboard, standard output
"""
