"""Text to claims. Pure: no network, no clock, no store."""
