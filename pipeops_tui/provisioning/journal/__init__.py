"""The journal of a run: what was about to be written, what came of it, and what an earlier process left behind.

entries.py       what a journal holds; `codec.py` is its text
run_state.py     what is known about a run; `replay.py` computes it from the entries
journal_file.py  one journal on disk, in step with the state; `journal_store.py` is the directory of all of them
"""
