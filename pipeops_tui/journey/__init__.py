"""What the steps share: the choices, one cache of reads, early checks, the run. Imports no Textual and no SDK.

A module that the first frame does not need is imported in the functions that use it.
"""
