"""The parts of the notifications pane."""
