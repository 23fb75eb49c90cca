"""News outlets of our own writing, for the demo and the end-to-end tests."""
