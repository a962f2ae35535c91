"""The parts of the activity pane."""
