"""Facts and rules that every room can use. Imports nothing of the other rooms."""
