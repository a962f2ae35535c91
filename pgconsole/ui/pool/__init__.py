"""The parts of the pool pane."""
