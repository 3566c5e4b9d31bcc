"""Facts and rules that every room may use. Imports nothing of the other rooms."""
