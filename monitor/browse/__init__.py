"""The Datasette plugin: metadata, queries and pages over the store."""
