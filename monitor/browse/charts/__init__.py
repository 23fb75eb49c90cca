"""Charts as values: where each line and mark stands. The templates beside them draw SVG."""
