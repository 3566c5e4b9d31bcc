"""The operations of a run: what each needs, how it is made, checked and removed again."""
