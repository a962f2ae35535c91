"""The tour that takes a picture of every pane and dialog."""
