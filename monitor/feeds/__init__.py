"""What to poll and when; polite, safe HTTP; entries; page to clean text. Never sees the store.

From the network inwards: `addresses` and `guard` decide which address may be asked, `http` asks
it (`unpacking`, `headers` and `dates` read the answer), `robots` says whether a page may be.
`parse` makes entries of a feed, by `wellformed`, `salvage` or `jsonfeed`. `clean` takes the article
out of a page, by `encoding`, `page`, `furniture` and `walls`. `poll` joins asking and reading,
`schedule` says when to ask again, `urls` which addresses are one article, `opml` lists feeds.
"""
