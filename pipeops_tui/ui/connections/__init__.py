"""The screens of connections: the list, an opened connection, and forgetting an unfinished run.

connection_actions.py   what a person can ask for, and the Protocol of what carries it out
connection_words.py     a connection's state, expiry and secrets in words; what is due
connection_rows.py      the rows of the list, in sections; known rows keep their places
known_connections.py    what the journals of this computer know
connection_search.py    what the tenants add, as the list takes it; `tenant_answers.py` adds it
connections_screen.py   the list; `row_details.py` has its words about one row
connection_card.py      one opened connection; `connection_facts.py` draws its facts
forget_dialog.py        the question before an unfinished run is forgotten
"""
