"""The SQLite store: schema, reads, writes. The only place that knows SQL."""
