"""The screens of connections: the list, an opened connection, and forgetting an unfinished run.

connection_rows.py      the rows of the list, in sections; known rows keep their places
tenant_answers.py       adds what the tenants tell
connections_screen.py   the list; `row_details.py` has its words about one row
connection_card.py      one opened connection; `connection_facts.py` draws its facts
forget_dialog.py        the question before an unfinished run is forgotten
"""
