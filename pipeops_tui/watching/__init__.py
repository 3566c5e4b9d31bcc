"""What PipeOps does in a resource group once it has the five values: its first resource, and what it is refused. Pure.

watch.py        looks again and again, and tells what was seen
first_server.py what was seen in words: the row of the first server, and how a refusal is cured
"""
