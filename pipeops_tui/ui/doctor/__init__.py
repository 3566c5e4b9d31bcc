"""The screen of `pipeops-tui doctor`: five values in, what is wrong with them out.

doctor_screen.py   the screen: pasting, examining, what to do about a finding
doctor_help.py     what F1 says
five_rows.py       the five values as rows; the client secret is never drawn
finding_text.py    findings in words and colours
finding_actions.py what can be done about them, as buttons
account_work.py    signs in with the person's own account, and gives a role, over the screen
shown_state.py     what is shown of the values and of an examination
value_copying.py   the five values, one after the other, into PipeOps' form
value_dialog.py    typing one value; `hidden_entry.py` draws nothing of what is typed into it
"""
