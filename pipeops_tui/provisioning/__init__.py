"""Creating what the plan says, so that every run can be finished or undone. Pure: speaks to Azure through `ports`.

How the room is laid out, from the door inwards:

    run.py            the door: `Run`, with the verbs that the interface calls
    events.py         what it is told meanwhile: rows and events
    creating.py       one attempt to create: which operations, in which order (`graph.py`), and how it ended
    undo.py           one attempt to take everything back, and what stays
    operations/       one file a thing: how it is made, checked and removed again, whatever happened before
    job.py            what an operation works with: asking Azure patiently, journaling, its row
    retry.py          the one policy of what is tried again, when, and with which words
    brake.py          stopping within a second
    entries.py        what a journal holds; `state.py` folds it into what is known about the run
    journal*.py       its text, its file, and the directory of all of them
"""
