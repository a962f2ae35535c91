"""Live charts of numbers over time, which several panes have."""
