"""What frames the tabs: bars, notices, docks, the command palette and the settings."""
