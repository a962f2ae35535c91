"""What a tab shows of a run: result tabs, messages and whole cells."""
