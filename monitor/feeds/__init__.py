"""What to poll and when; polite, safe HTTP; entries; page to clean text. Never sees the store."""
