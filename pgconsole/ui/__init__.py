"""Widgets: they show values and emit intents; Qt lives here and in app.py only."""
