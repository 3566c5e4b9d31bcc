"""The operations of a run, one file each: what it needs, how it is made, checked and removed again."""
