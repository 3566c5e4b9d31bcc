"""The same without a screen: questions and finished lines on standard streams. Imports no Textual.

conversation.py    questions with defaults, `?`, `back` and `quit`; lines of at most 80 columns
scripted_run.py    a run whose events are told as lines
secret_ways.py     where the client secret goes: a command, a file descriptor, the clipboard, standard output
"""
