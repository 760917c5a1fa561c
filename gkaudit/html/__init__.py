"""From frames to pages: pure functions; text from a report is never markup."""
