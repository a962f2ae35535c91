"""Connections: choosing, editing and testing one, and coming back to it."""
