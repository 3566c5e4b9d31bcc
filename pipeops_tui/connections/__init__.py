"""What was prepared for PipeOps, how it stands, and how it is kept working. Pure.

connection.py      one application prepared for PipeOps: the facts, and its state
journaled.py       the connections that this computer's journals know, offline
state_words.py     how a connection stands, in words; `connection_words.py` in sentences, and its secrets
known_connections.py what the journals know, for a list
connection_search.py what the tenants add to it
connection_actions.py what a person can ask for, and the Protocol of what carries it out
tenant_search.py   what tenants add: connections made elsewhere, and how each one really is
searched_tenant.py the reads of one tenant; `examination.py` judges one application by them
taking_over.py     the run of a connection, to be renewed or removed
restoring.py       what can be known before a deleted application is restored
renewal_checks.py  what can be known before a renewal; `group_contents.py` what is in the group before a removal
renewal_words.py, removal_words.py, forgetting.py  what is said before each of these
reminder.py        the event in a calendar
"""
