"""What to poll and when; polite, safe HTTP; entries; page to clean text. Never sees the store.

`http` asks for an address, `guard` and `addresses` decide which may be asked, `parse` reads a feed,
`clean` takes the article out of a page, `poll` joins them, `schedule` says when to ask again.
"""
