"""What all steps and dialogs are built on: the frame, background work, the problem card, Textual's private names."""
