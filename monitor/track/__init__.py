"""Claims to threads and changes. Pure: sees the store through the interface in `monitor.claims`."""
