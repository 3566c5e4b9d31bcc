"""`python -m tests.bench`: how fast pipeops-tui is, measured from outside like a person would notice it."""
