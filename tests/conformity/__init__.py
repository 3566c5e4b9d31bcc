"""Recorded exchanges of the real Azure against the simulated one.

`python -m tests.conformity DIR` reads every recording of a folder, brings the simulated Azure into the situation of the
recording, asks it the same and compares status, headers, keys, their order and the types of values.

    shapes       what an answer must look like, and how one differs from it
    headers      which headers matter, and how each is compared
    recordings   a recording, read from JSON and turned into an expected answer
    forms        a recording of which only the form was kept: recorded_shapes.json has 18
    tolerances   the differences that are none, each with its reason
    stage        a simulated Azure with somebody who asks it
    situations   which situation a recording needs; preparations and governed bring it about
"""
