"""The pages: each module reads one from the store and says what its template shows."""
