"""The tables, as migrations that are applied by name: never rename one, never edit a released one.

Times are UTC ISO 8601 text with whole seconds; days are ISO dates; flags are 0 and 1; columns
that hold JSON say so. Numbers of a figure have no declared type, so that SQLite keeps them as
they were read.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

MIGRATIONS = Migrations("monitor")

APPLICATION_ID = 0x6D6F6E69
"""Marks a SQLite file as ours (``PRAGMA application_id``): "moni" in ASCII."""

TABLES = (
    """
    CREATE TABLE commits (
      -- every commit that files something has a number; a later run walks them in this order
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      what TEXT NOT NULL,         -- revision
      committed_at TEXT NOT NULL  -- the clock of the run: simulated in a replay
    )
    """,
    """
    CREATE TABLE outlets (
      -- who publishes
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,  -- primary, wire, newspaper, state_media, aggregator, own
      own INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE feeds (
      -- the addresses that are polled, with what the schedule remembers of each
      id INTEGER PRIMARY KEY,
      outlet_id INTEGER NOT NULL REFERENCES outlets(id),
      name TEXT NOT NULL,
      url TEXT NOT NULL UNIQUE,  -- as configured
      address TEXT NOT NULL,     -- where it is now, after permanent redirects
      interval_seconds REAL NOT NULL,
      enabled INTEGER NOT NULL DEFAULT 1,
      live INTEGER NOT NULL DEFAULT 0,  -- a live page: new paragraphs are new claims
      added_at TEXT NOT NULL,
      baseline_done INTEGER NOT NULL DEFAULT 0,  -- the first good poll is a baseline
      etag TEXT,           -- validators, kept verbatim
      last_modified TEXT,
      body_hash TEXT,
      failures INTEGER NOT NULL DEFAULT 0,  -- in a row
      gone INTEGER NOT NULL DEFAULT 0,      -- polls in a row answered by 410
      distrusted INTEGER NOT NULL DEFAULT 0,  -- its validators lied once
      pace REAL,           -- seconds between polls as adapted to how fast it moves
      moved_to TEXT,       -- where permanent redirects lead, and for how many polls in a row
      moved_polls INTEGER NOT NULL DEFAULT 0,
      last_outcome TEXT,
      last_polled_at TEXT,
      last_ok_at TEXT,
      last_full_at TEXT,   -- when a whole body was last read
      last_new_at TEXT,    -- when an entry was last new
      next_poll_at TEXT,   -- NULL: at once
      note TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX feeds_due ON feeds(enabled, next_poll_at)",
    "CREATE INDEX feeds_outlet ON feeds(outlet_id)",
    """
    CREATE TABLE polls (
      -- every attempt to read a feed, with one outcome
      id INTEGER PRIMARY KEY,
      feed_id INTEGER NOT NULL REFERENCES feeds(id),
      started_at TEXT NOT NULL,
      seconds REAL NOT NULL,
      outcome TEXT NOT NULL,
      status INTEGER,             -- HTTP
      entries INTEGER NOT NULL,   -- entries = new + known + skipped
      new INTEGER NOT NULL,
      known INTEGER NOT NULL,
      skipped INTEGER NOT NULL,
      skipped_reasons TEXT NOT NULL,  -- JSON [[reason, count], ...]
      body_bytes INTEGER NOT NULL,
      body_hash TEXT,
      etag TEXT,
      last_modified TEXT,
      final_url TEXT,
      retry_after REAL,           -- seconds
      ttl REAL,                   -- seconds
      moved INTEGER NOT NULL,     -- by permanent redirects alone
      conditional INTEGER NOT NULL,  -- validators were sent along
      note TEXT NOT NULL
    )
    """,
    "CREATE INDEX polls_feed ON polls(feed_id, id)",
    "CREATE INDEX polls_started ON polls(started_at)",
    """
    CREATE TABLE articles (
      -- published pieces, each known by its canonical address
      id INTEGER PRIMARY KEY,
      url TEXT NOT NULL UNIQUE,  -- canonical
      outlet_id INTEGER NOT NULL REFERENCES outlets(id),
      title TEXT NOT NULL,       -- of the newest revision
      published_at TEXT NOT NULL,
      first_seen_at TEXT NOT NULL,
      live INTEGER NOT NULL DEFAULT 0,
      baseline INTEGER NOT NULL DEFAULT 0,
      checks INTEGER NOT NULL DEFAULT 0,  -- times fetched again
      next_check_at TEXT,                 -- NULL: not rechecked any more
      etag TEXT,
      last_modified TEXT,
      unconfirmed_sha256 TEXT,  -- a changed text seen once; an edit needs two agreeing fetches
      unconfirmed_at TEXT,
      withdrawn_at TEXT,
      current_revision INTEGER REFERENCES revisions(id)  -- what it says now; edits may be undone
    )
    """,
    "CREATE INDEX articles_check ON articles(next_check_at) WHERE next_check_at IS NOT NULL",
    "CREATE INDEX articles_outlet ON articles(outlet_id, published_at)",
    "CREATE INDEX articles_current ON articles(current_revision)",
    "CREATE INDEX articles_published ON articles(published_at)",
    """
    CREATE TABLE entries (
      -- one item of a feed, known by (feed, key); its address is the second key
      id INTEGER PRIMARY KEY,
      feed_id INTEGER NOT NULL REFERENCES feeds(id),
      key TEXT NOT NULL,
      url TEXT,
      title TEXT NOT NULL,
      published_at TEXT,
      content_html TEXT,
      summary_html TEXT,
      flags TEXT NOT NULL,          -- JSON [flag, ...]
      first_seen_at TEXT NOT NULL,
      last_seen_at TEXT NOT NULL,
      poll_id INTEGER NOT NULL REFERENCES polls(id),  -- the poll that found it
      baseline INTEGER NOT NULL,    -- found by its feed's first poll
      state TEXT NOT NULL,          -- waiting, filed, duplicate, failed, skipped
      attempts INTEGER NOT NULL DEFAULT 0,
      due_at TEXT,                  -- when a waiting entry may be fetched
      article_id INTEGER REFERENCES articles(id),
      note TEXT NOT NULL DEFAULT '',
      UNIQUE (feed_id, key)
    )
    """,
    "CREATE INDEX entries_url ON entries(url)",
    "CREATE INDEX entries_waiting ON entries(due_at, id) WHERE state = 'waiting'",
    "CREATE INDEX entries_baseline ON entries(id) WHERE state = 'waiting' AND baseline = 1",
    "CREATE INDEX entries_poll ON entries(poll_id)",
    "CREATE INDEX entries_article ON entries(article_id)",
    """
    CREATE TABLE fetches (
      -- every attempt to get a page, with one outcome
      id INTEGER PRIMARY KEY,
      entry_id INTEGER REFERENCES entries(id),
      article_id INTEGER REFERENCES articles(id),  -- set when an article is fetched again
      url TEXT NOT NULL,
      started_at TEXT NOT NULL,
      seconds REAL NOT NULL,
      outcome TEXT NOT NULL,
      status INTEGER,
      final_url TEXT,
      content_type TEXT,
      etag TEXT,
      last_modified TEXT,
      headers TEXT NOT NULL,  -- JSON [[name, value], ...] as answered
      body_bytes INTEGER NOT NULL,
      retry_after REAL,
      note TEXT NOT NULL
    )
    """,
    "CREATE INDEX fetches_entry ON fetches(entry_id)",
    "CREATE INDEX fetches_article ON fetches(article_id)",
    "CREATE INDEX fetches_started ON fetches(started_at)",
    """
    CREATE TABLE bodies (
      -- the response body as it came, compressed with zlib
      fetch_id INTEGER PRIMARY KEY REFERENCES fetches(id) ON DELETE CASCADE,
      sha256 TEXT NOT NULL,
      compressed BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE revisions (
      -- an article's text as fetched at one time; all offsets count code points of text
      id INTEGER PRIMARY KEY,
      sequence INTEGER NOT NULL UNIQUE REFERENCES commits(sequence),
      article_id INTEGER NOT NULL REFERENCES articles(id),
      number INTEGER NOT NULL,   -- 1: as first fetched
      title TEXT NOT NULL,
      text TEXT NOT NULL,        -- title, blank line, body; a replayed file is its own text
      sha256 TEXT NOT NULL,      -- of text
      basis TEXT NOT NULL,       -- page, feed_content, feed_summary or archive
      cleaner TEXT NOT NULL,     -- revisions are compared only when cleaned by one version
      language TEXT,
      origin TEXT NOT NULL,      -- cluster of near-identical texts
      baseline INTEGER NOT NULL,
      live INTEGER NOT NULL,
      outlet_kind TEXT NOT NULL,
      published_at TEXT NOT NULL,
      first_seen_at TEXT NOT NULL,
      fetched_at TEXT NOT NULL,
      fetch_id INTEGER REFERENCES fetches(id),
      UNIQUE (article_id, number),
      UNIQUE (article_id, sha256)
    )
    """,
    "CREATE INDEX revisions_origin ON revisions(origin)",
    "CREATE INDEX revisions_fetch ON revisions(fetch_id)",
    """
    CREATE TABLE revision_bands (
      -- near-duplicate search: revisions that share a band are compared
      band TEXT NOT NULL,
      revision_id INTEGER NOT NULL REFERENCES revisions(id),
      PRIMARY KEY (band, revision_id)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX revision_bands_revision ON revision_bands(revision_id)",
    """
    CREATE TABLE extractions (
      -- one version of the extractor read one revision; the newest is the current one
      id INTEGER PRIMARY KEY,
      revision_id INTEGER NOT NULL REFERENCES revisions(id),
      sequence INTEGER NOT NULL REFERENCES commits(sequence),
      version TEXT NOT NULL,
      figures INTEGER NOT NULL,
      positions INTEGER NOT NULL,
      UNIQUE (revision_id, version)
    )
    """,
    "CREATE INDEX extractions_sequence ON extractions(sequence)",
    """
    CREATE TABLE propositions (
      -- what holders can take a stand on, put positively
      key TEXT PRIMARY KEY,
      label TEXT NOT NULL,
      terms TEXT NOT NULL  -- JSON [lemma, ...]
    )
    """,
    """
    CREATE TABLE figure_threads (
      -- one real-world quantity followed over time
      id TEXT PRIMARY KEY,
      label TEXT NOT NULL,
      key TEXT NOT NULL,            -- measure and counted: where candidates are looked for
      figures INTEGER NOT NULL,     -- claims in it
      reports INTEGER NOT NULL,     -- articles they come from
      opened_at TEXT NOT NULL,
      opened_sequence INTEGER NOT NULL,
      moved_at TEXT NOT NULL,
      moved_sequence INTEGER NOT NULL,
      pushed_figure TEXT REFERENCES figures(id),  -- the claim last pushed
      pushed_at TEXT
    )
    """,
    "CREATE INDEX figure_threads_key ON figure_threads(key, moved_sequence DESC)",
    "CREATE INDEX figure_threads_moved ON figure_threads(moved_sequence)",
    "CREATE INDEX figure_threads_pushed ON figure_threads(pushed_figure)",
    """
    CREATE TABLE figures (
      -- numeric claims with their evidence
      id TEXT PRIMARY KEY,
      sequence INTEGER NOT NULL UNIQUE,  -- order of filing
      thread_id TEXT REFERENCES figure_threads(id),
      thread_reason TEXT NOT NULL,       -- why linked here, or why in no thread
      as_written TEXT NOT NULL,
      low,                               -- stated bounds; NULL: unbounded
      high,
      modifier TEXT NOT NULL,            -- exact, at_least, at_most, approximate, range
      exclusive INTEGER NOT NULL,        -- the single bound itself is excluded
      vague INTEGER NOT NULL,            -- dozens, scores
      step NOT NULL,                     -- rounding step of the number as written
      unit TEXT,
      movement TEXT,                     -- up, down: the number is itself a change
      counted TEXT NOT NULL,
      counted_as_written TEXT NOT NULL,
      counted_group TEXT,                -- sex, age, role
      nationality TEXT,
      measure TEXT,                      -- what happened
      agent TEXT,
      place TEXT,
      place_within TEXT,                 -- JSON [name, ...], nearest first
      place_iso3 TEXT,
      event TEXT,
      period_start TEXT,
      period_end TEXT,
      period_basis TEXT,
      as_of_start TEXT,
      as_of_end TEXT,
      as_of_basis TEXT,
      series TEXT NOT NULL,
      status TEXT NOT NULL,
      reporting_unit TEXT NOT NULL,
      assertion TEXT NOT NULL,
      older INTEGER NOT NULL,            -- of another event or time than the report's own
      more INTEGER NOT NULL,             -- "two more": an increment
      authority TEXT,                    -- who counted, in one normal form
      authority_as_written TEXT,
      speaker TEXT,
      channel TEXT,
      venue TEXT,
      revision_words TEXT,
      headline INTEGER NOT NULL,
      followed INTEGER NOT NULL,
      why_not_followed TEXT NOT NULL,
      confidence REAL NOT NULL,          -- of the reading
      sentence TEXT NOT NULL,
      sentence_start INTEGER NOT NULL,
      sentence_end INTEGER NOT NULL,
      number_start INTEGER NOT NULL,
      number_end INTEGER NOT NULL,
      attribution TEXT,                  -- JSON: spans and words of who says so
      article_id INTEGER NOT NULL REFERENCES articles(id),
      revision_id INTEGER NOT NULL REFERENCES revisions(id),
      extraction_id INTEGER NOT NULL REFERENCES extractions(id)
    )
    """,
    "CREATE INDEX figures_thread ON figures(thread_id, sequence, id)",
    "CREATE INDEX figures_thread_article ON figures(thread_id, article_id)",
    "CREATE INDEX figures_extraction ON figures(extraction_id)",
    "CREATE INDEX figures_revision ON figures(revision_id)",
    "CREATE INDEX figures_article ON figures(article_id)",
    "CREATE INDEX figures_measure ON figures(measure, counted)",
    """
    CREATE TABLE position_threads (
      -- one holder's stand on one proposition followed over time
      id TEXT PRIMARY KEY,
      label TEXT NOT NULL,
      holder TEXT NOT NULL,
      proposition TEXT NOT NULL REFERENCES propositions(key),
      proposition_label TEXT NOT NULL,
      proposition_terms TEXT NOT NULL,  -- JSON [lemma, ...]
      positions INTEGER NOT NULL,
      reports INTEGER NOT NULL,
      opened_at TEXT NOT NULL,
      opened_sequence INTEGER NOT NULL,
      moved_at TEXT NOT NULL,
      moved_sequence INTEGER NOT NULL,
      pushed_position TEXT REFERENCES positions(id),
      pushed_at TEXT
    )
    """,
    "CREATE INDEX position_threads_holder ON position_threads(holder, moved_sequence DESC)",
    "CREATE INDEX position_threads_on ON position_threads(proposition, moved_sequence DESC)",
    "CREATE INDEX position_threads_moved ON position_threads(moved_sequence)",
    "CREATE INDEX position_threads_pushed ON position_threads(pushed_position)",
    """
    CREATE TABLE positions (
      -- attributed stances with their evidence
      id TEXT PRIMARY KEY,
      sequence INTEGER NOT NULL UNIQUE,  -- order of filing
      thread_id TEXT REFERENCES position_threads(id),
      thread_reason TEXT NOT NULL,
      holder TEXT NOT NULL,
      holder_kind TEXT NOT NULL,
      holder_official INTEGER NOT NULL,
      stance TEXT NOT NULL,
      proposition TEXT NOT NULL REFERENCES propositions(key),
      proposition_label TEXT NOT NULL,   -- as this report words it
      proposition_terms TEXT NOT NULL,   -- JSON [lemma, ...]
      sign INTEGER NOT NULL,             -- -1, 0, 1 towards the proposition
      strength INTEGER NOT NULL,         -- 1-3
      quote TEXT NOT NULL,               -- the content's words
      speaker TEXT,
      channel TEXT,
      venue TEXT NOT NULL,
      anonymous INTEGER NOT NULL,
      rank TEXT NOT NULL,
      act INTEGER NOT NULL,              -- the deed is the position
      undoes INTEGER NOT NULL,           -- a deed that ends a state which stood before
      condition TEXT,
      limits TEXT,                       -- the same speaker's limiting clause
      background INTEGER NOT NULL,       -- retells an older saying: never alerts
      contradicts_in_text INTEGER NOT NULL,
      headline INTEGER NOT NULL,
      said_on TEXT,
      confidence REAL NOT NULL,
      sentence TEXT NOT NULL,
      sentence_start INTEGER NOT NULL,
      sentence_end INTEGER NOT NULL,
      content_start INTEGER NOT NULL,
      content_end INTEGER NOT NULL,
      condition_start INTEGER,
      condition_end INTEGER,
      limits_start INTEGER,
      limits_end INTEGER,
      attribution TEXT NOT NULL,         -- JSON: spans and words of who says so
      article_id INTEGER NOT NULL REFERENCES articles(id),
      revision_id INTEGER NOT NULL REFERENCES revisions(id),
      extraction_id INTEGER NOT NULL REFERENCES extractions(id)
    )
    """,
    "CREATE INDEX positions_thread ON positions(thread_id, sequence, id)",
    "CREATE INDEX positions_thread_article ON positions(thread_id, article_id)",
    "CREATE INDEX positions_extraction ON positions(extraction_id)",
    "CREATE INDEX positions_revision ON positions(revision_id)",
    "CREATE INDEX positions_article ON positions(article_id)",
    "CREATE INDEX positions_holder ON positions(holder, proposition)",
    "CREATE INDEX positions_proposition ON positions(proposition)",
    """
    CREATE TABLE changes (
      -- one step of a thread, with its tier and both reasons
      id TEXT PRIMARY KEY,
      sequence INTEGER NOT NULL UNIQUE,  -- order of filing
      kind TEXT NOT NULL,
      tier TEXT NOT NULL,                -- push, digest, log
      tier_reason TEXT NOT NULL,         -- why it is sent or not
      explanation TEXT NOT NULL,         -- what matched and what differed
      figure_thread TEXT REFERENCES figure_threads(id),
      figure TEXT REFERENCES figures(id),
      figure_before TEXT REFERENCES figures(id),
      position_thread TEXT REFERENCES position_threads(id),
      position TEXT REFERENCES positions(id),
      position_before TEXT REFERENCES positions(id),
      authorities INTEGER NOT NULL,
      origins INTEGER NOT NULL,
      reports INTEGER NOT NULL,
      confidence REAL NOT NULL,          -- of the linking
      details TEXT NOT NULL,             -- JSON [[name, value], ...]
      changed_at TEXT NOT NULL,
      revision_id INTEGER NOT NULL REFERENCES revisions(id)
    )
    """,
    "CREATE INDEX changes_tier ON changes(tier, changed_at)",
    "CREATE INDEX changes_at ON changes(changed_at)",
    "CREATE INDEX changes_revision ON changes(revision_id)",
    "CREATE INDEX changes_figure_thread ON changes(figure_thread, sequence)",
    "CREATE INDEX changes_position_thread ON changes(position_thread, sequence)",
    "CREATE INDEX changes_figure ON changes(figure)",
    "CREATE INDEX changes_figure_before ON changes(figure_before)",
    "CREATE INDEX changes_position ON changes(position)",
    "CREATE INDEX changes_position_before ON changes(position_before)",
    """
    CREATE TABLE alerts (
      -- a message, stored before it is sent
      id TEXT PRIMARY KEY,
      sequence INTEGER NOT NULL UNIQUE,
      change_id TEXT REFERENCES changes(id),  -- NULL: a message of the monitor itself
      type TEXT NOT NULL,
      tier TEXT NOT NULL,
      severity TEXT NOT NULL,
      lead TEXT NOT NULL REFERENCES alerts(id) DEFERRABLE INITIALLY DEFERRED,
      title TEXT NOT NULL,
      text TEXT NOT NULL,
      payload TEXT NOT NULL,  -- JSON: what the webhook sends
      watches TEXT NOT NULL,  -- JSON [name, ...]
      created_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX alerts_change ON alerts(change_id)",
    "CREATE INDEX alerts_lead ON alerts(lead)",
    "CREATE INDEX alerts_created ON alerts(created_at)",
    "CREATE INDEX alerts_type ON alerts(type, sequence)",
    """
    CREATE TABLE deliveries (
      -- one alert on its way to one destination; the id is the webhook-id of every try
      id TEXT PRIMARY KEY,
      alert_id TEXT NOT NULL REFERENCES alerts(id),
      destination TEXT NOT NULL REFERENCES destinations(name),
      sequence INTEGER NOT NULL,  -- the alert's place in the order of filing
      thread TEXT,                -- of the alert's change: kept in order
      state TEXT NOT NULL,  -- pending, delivered, dead
      attempts INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL,
      due_at TEXT NOT NULL,
      ended_at TEXT,
      UNIQUE (alert_id, destination)
    )
    """,
    "CREATE INDEX deliveries_next ON deliveries(destination, state, sequence)",
    "CREATE INDEX deliveries_thread ON deliveries(thread, destination, state, sequence)",
    "CREATE INDEX deliveries_state ON deliveries(state)",
    """
    CREATE TABLE destinations (
      -- where alerts go; one that answers 410 is disabled until the operator enables it
      name TEXT PRIMARY KEY,
      disabled_at TEXT,
      reason TEXT NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE attempts (
      -- every try to deliver
      id INTEGER PRIMARY KEY,
      delivery_id TEXT NOT NULL REFERENCES deliveries(id),
      started_at TEXT NOT NULL,
      status INTEGER,  -- HTTP; NULL: no answer
      state TEXT NOT NULL,
      retry_at TEXT,
      note TEXT NOT NULL
    )
    """,
    "CREATE INDEX attempts_delivery ON attempts(delivery_id)",
    """
    CREATE TABLE suppressions (
      -- what was not sent, and why
      id TEXT PRIMARY KEY,
      change_id TEXT NOT NULL REFERENCES changes(id),
      revision_id INTEGER NOT NULL REFERENCES revisions(id),
      tier TEXT NOT NULL,
      reason TEXT NOT NULL,
      in_general TEXT NOT NULL,  -- the reason without its numbers, for counting
      suppressed_at TEXT NOT NULL
    )
    """,
    "CREATE INDEX suppressions_change ON suppressions(change_id)",
    "CREATE INDEX suppressions_general ON suppressions(in_general, tier)",
    "CREATE INDEX suppressions_revision ON suppressions(revision_id)",
    "CREATE INDEX suppressions_at ON suppressions(suppressed_at)",
    """
    CREATE TABLE requests (
      -- what a command or page asks the daemon to do; they never write facts themselves
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      arguments TEXT NOT NULL,  -- JSON
      asked_at TEXT NOT NULL,
      state TEXT NOT NULL DEFAULT 'waiting',  -- waiting, done, failed
      ended_at TEXT,
      result TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX requests_waiting ON requests(id) WHERE state = 'waiting'",
    """
    CREATE TABLE runs (
      -- each time something opened the store to write
      id INTEGER PRIMARY KEY,
      what TEXT NOT NULL,  -- daemon, once, replay
      version TEXT NOT NULL,
      pid INTEGER NOT NULL,
      started_at TEXT NOT NULL,
      ended_at TEXT,       -- NULL: running, or killed
      note TEXT NOT NULL DEFAULT ''
    )
    """,
)

_SEARCH = {
    # table: (its integer key, columns)
    "revisions": ("id", "title, text"),
    "figures": ("sequence", "sentence"),
    "positions": ("sequence", "sentence, quote"),
}
"""Full-text search. Claims have a text id, and SQLite may renumber the hidden row ids behind one,
so their index leans on the order of filing instead."""


def first_tables(db: Database) -> None:
    """Everything of version 0.1."""
    for statement in TABLES:
        db.execute(statement)
    for table, (key, columns) in _SEARCH.items():
        _add_search(db, table, key, columns)


MIGRATIONS(name="first_tables")(first_tables)


_OUTLET = (
    "SELECT 'outlet', o.name, new.thread_id FROM articles a JOIN outlets o ON o.id = a.outlet_id "
    "WHERE a.id = new.article_id"
)


def _facets_of(table: str, *facets: str) -> tuple[str, ...]:
    """Triggers that keep the facets of a table's threads, and those of the claims on file."""
    kept = " ".join(f"INSERT OR IGNORE INTO thread_facets {facet};" for facet in facets)
    when = f"ON {table} WHEN new.thread_id IS NOT NULL BEGIN {kept} END"
    return (
        f"CREATE TRIGGER {table}_facets_add AFTER INSERT {when}",
        f"CREATE TRIGGER {table}_facets_move AFTER UPDATE OF thread_id {when}",
        f"UPDATE {table} SET thread_id = thread_id",
    )


LATER: dict[str, tuple[str, ...]] = {
    "corrections": (
        """
        CREATE TABLE corrections (
          -- what readers put right in threads; it holds for the same words in later revisions too
          id INTEGER PRIMARY KEY,
          kind TEXT NOT NULL,   -- reject, split, rename
          claim TEXT,           -- of figures or positions
          thread TEXT,          -- where a claim went, or what was renamed
          label TEXT NOT NULL,  -- a thread's new name
          words TEXT NOT NULL,  -- stands for the article and the claim's words in it
          reader TEXT NOT NULL,
          note TEXT NOT NULL,
          corrected_at TEXT NOT NULL
        )
        """,
        "CREATE INDEX corrections_words ON corrections(words, kind)",
        "ALTER TABLE figure_threads ADD COLUMN renamed INTEGER NOT NULL DEFAULT 0 "
        "/* a reader gave the label */",
        "ALTER TABLE position_threads ADD COLUMN renamed INTEGER NOT NULL DEFAULT 0 "
        "/* a reader gave the label */",
    ),
    "feed_health": (
        "ALTER TABLE feeds ADD COLUMN gaps INTEGER NOT NULL DEFAULT 0 "
        "/* polls before which entries may have come and gone unseen */",
        "ALTER TABLE feeds ADD COLUMN quiet_at TEXT "
        "/* when its silence is longer than is its habit; NULL: not known yet */",
        "ALTER TABLE feeds ADD COLUMN with_text INTEGER NOT NULL DEFAULT 0 "
        "/* new entries that brought a text with their headline */",
        "ALTER TABLE feeds ADD COLUMN headlines INTEGER NOT NULL DEFAULT 0 "
        "/* the newest entries in a row that were headlines alone */",
        "ALTER TABLE polls ADD COLUMN gap INTEGER NOT NULL DEFAULT 0 "
        "/* nothing in the feed was known: entries may have come and gone unseen */",
        "ALTER TABLE polls ADD COLUMN rekeyed INTEGER NOT NULL DEFAULT 0 "
        "/* known entries that came under another id */",
        "CREATE INDEX polls_brought ON polls(feed_id, started_at) WHERE new > 0",
        "CREATE INDEX polls_gap ON polls(started_at) WHERE gap = 1",
        "ALTER TABLE entries ADD COLUMN address TEXT "
        "/* canonical: the second key, whatever is tracked in url */",
        "ALTER TABLE entries ADD COLUMN has_text INTEGER NOT NULL DEFAULT 1 "
        "/* says more than its headline */",
        "DROP INDEX entries_url",
        "CREATE INDEX entries_address ON entries(feed_id, coalesce(address, url))",
        """
        CREATE TABLE ailments (
          -- what was wrong with a feed, from when to when; its begin and its end are told once each
          id INTEGER PRIMARY KEY,
          feed_id INTEGER NOT NULL REFERENCES feeds(id),
          reason TEXT NOT NULL,  -- failing, gone, quiet, frozen_validators, ...
          note TEXT NOT NULL,    -- in words
          began_at TEXT NOT NULL,
          ended_at TEXT,         -- NULL: it lasts
          told_at TEXT,          -- NULL: the operator was not told yet
          end_told_at TEXT
        )
        """,
        "CREATE INDEX alerts_type_created ON alerts(type, created_at)",
        "CREATE UNIQUE INDEX ailments_open ON ailments(feed_id, reason) WHERE ended_at IS NULL",
        "CREATE INDEX ailments_feed ON ailments(feed_id, reason, began_at)",
        "CREATE INDEX ailments_untold ON ailments(began_at) WHERE told_at IS NULL",
        "CREATE INDEX ailments_end_untold ON ailments(ended_at) "
        "WHERE ended_at IS NOT NULL AND told_at IS NOT NULL AND end_told_at IS NULL",
    ),
    "history": (
        "ALTER TABLE commits ADD COLUMN revision_id INTEGER REFERENCES revisions(id) "
        "/* shown again, or the last one shown of an article that was withdrawn */",
        "ALTER TABLE commits ADD COLUMN note TEXT NOT NULL DEFAULT '' "
        "/* what was answered when an article was withdrawn */",
        "CREATE INDEX commits_revision ON commits(revision_id)",
        """
        CREATE TABLE differences (
          -- what an edit changed, one fact a row, with the claims that state it
          sequence INTEGER NOT NULL REFERENCES commits(sequence),
          place INTEGER NOT NULL,  -- order within the edit
          what TEXT NOT NULL,      -- number, modifier, unit, source, speaker, place, stance, ...
          old TEXT NOT NULL,
          new TEXT NOT NULL,
          before TEXT NOT NULL,    -- claim of figures or positions
          after TEXT NOT NULL,
          PRIMARY KEY (sequence, place)
        ) WITHOUT ROWID
        """,
        "ALTER TABLE requests ADD COLUMN after_sequence INTEGER "
        "/* the newest commit when it was carried out */",
    ),
    "verdicts": (
        """
        CREATE TABLE verdicts (
          -- what readers said of an alert; the newest word of each reader counts
          id INTEGER PRIMARY KEY,
          alert_id TEXT NOT NULL REFERENCES alerts(id),
          verdict TEXT NOT NULL,  -- right, wrong_figure, wrong_thread, not_interesting
          reader TEXT NOT NULL,
          note TEXT NOT NULL,
          rule TEXT NOT NULL,     -- the alert's type, and why it was sent, without its numbers
          judged_at TEXT NOT NULL,
          UNIQUE (alert_id, reader)
        )
        """,
    ),
    "holds": (
        """
        CREATE TABLE holds (
          -- changes whose message waits: for a time, or for something to be reported before it
          id TEXT PRIMARY KEY,
          sequence INTEGER NOT NULL UNIQUE,  -- order of filing
          change_id TEXT NOT NULL REFERENCES changes(id),
          thread TEXT NOT NULL,       -- of the change: what comes later in it may end the wait
          watch TEXT NOT NULL,        -- who waits; default: the built-in rules
          destination TEXT NOT NULL,  -- empty unless only one destination waits
          awaited TEXT NOT NULL,      -- named_source, second_origin, origins, quiet_hours, room
          worth TEXT NOT NULL,        -- why the change is worth a message
          since_at TEXT NOT NULL,
          due_at TEXT NOT NULL,       -- when the wait is over, whatever came
          ended_at TEXT,              -- NULL: still waiting
          outcome TEXT NOT NULL       -- how it ended, in words
        )
        """,
        "CREATE INDEX holds_due ON holds(due_at, sequence) WHERE ended_at IS NULL",
        "CREATE INDEX holds_thread ON holds(thread, sequence) WHERE ended_at IS NULL",
        "CREATE INDEX holds_change ON holds(change_id, sequence)",
        "CREATE INDEX holds_ended ON holds(ended_at)",
    ),
    "watches_and_silences": (
        """
        CREATE TABLE told (
          -- what each watch with rules of its own was last told of a thread
          watch TEXT NOT NULL,
          thread TEXT NOT NULL,
          claim TEXT NOT NULL,         -- figure or position
          direction INTEGER NOT NULL,  -- 1: above what was told before, -1: below it, 0: neither
          told_at TEXT NOT NULL,
          PRIMARY KEY (watch, thread)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE silences (
          -- threads that somebody put aside: until a time, or until the value leaves a band
          id INTEGER PRIMARY KEY,
          thread TEXT NOT NULL,
          made_at TEXT NOT NULL,
          until_at TEXT,
          low REAL,
          high REAL,
          sign INTEGER,     -- of a position, while it stays
          made_by TEXT NOT NULL,
          note TEXT NOT NULL,
          ended_at TEXT,    -- NULL: it lasts
          ending TEXT NOT NULL DEFAULT ''  -- why it ended
        )
        """,
        "CREATE INDEX holds_destination ON holds(destination, sequence) WHERE ended_at IS NULL",
        "CREATE INDEX silences_thread ON silences(thread) WHERE ended_at IS NULL",
        "ALTER TABLE suppressions ADD COLUMN watch TEXT NOT NULL DEFAULT 'default' "
        "/* for whom it was not sent */",
        "CREATE INDEX suppressions_watch ON suppressions(watch, tier, suppressed_at)",
        "ALTER TABLE alerts ADD COLUMN supersedes TEXT REFERENCES alerts(id) "
        "/* the alert that this one updates, corrects or withdraws */",
        "ALTER TABLE alerts ADD COLUMN thread TEXT /* of its change */",
        "ALTER TABLE alerts ADD COLUMN authorities INTEGER NOT NULL DEFAULT 0 "
        "/* who stands behind it by now: later reports raise these counts */",
        "ALTER TABLE alerts ADD COLUMN origins INTEGER NOT NULL DEFAULT 0 /* independent ones */",
        "ALTER TABLE alerts ADD COLUMN reports INTEGER NOT NULL DEFAULT 0 /* articles */",
        "CREATE INDEX alerts_supersedes ON alerts(supersedes)",
        "CREATE INDEX alerts_thread ON alerts(thread, sequence)",
    ),
    "thread_facets": (
        """
        CREATE TABLE thread_facets (
          -- what a thread can be found by; kept by triggers on its claims
          facet TEXT NOT NULL,      -- place (with those it lies in), measure, outlet
          value TEXT NOT NULL,
          thread_id TEXT NOT NULL,  -- of figure_threads or position_threads
          PRIMARY KEY (facet, value, thread_id)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX thread_facets_thread ON thread_facets(thread_id, facet)",
        *_facets_of(
            "figures",
            "SELECT 'place', new.place, new.thread_id WHERE new.place IS NOT NULL",
            "SELECT 'place', value, new.thread_id FROM json_each(new.place_within)",
            "SELECT 'measure', new.measure, new.thread_id WHERE new.measure IS NOT NULL",
            _OUTLET,
        ),
        *_facets_of("positions", _OUTLET),
        "CREATE INDEX changes_told ON changes(changed_at, sequence, figure_thread, "
        "position_thread) WHERE tier <> 'log'",
        "CREATE INDEX polls_covered ON polls(feed_id, started_at, outcome)",
        "CREATE INDEX alerts_listed ON alerts(sequence, id, lead, severity, type, change_id, "
        "watches, created_at)",
    ),
    "thread_lives": (
        "ALTER TABLE figure_threads ADD COLUMN life TEXT NOT NULL DEFAULT 'candidate' "
        "/* candidate (one article), active, dormant, closed */",
        "ALTER TABLE figure_threads ADD COLUMN fades_at TEXT "
        "/* when its life changes though nothing more is reported */",
        "UPDATE figure_threads SET fades_at = moved_at",
        "CREATE INDEX figure_threads_fades ON figure_threads(fades_at)",
    ),
    "thread_redirects": (
        """
        CREATE TABLE thread_redirects (
          -- threads that turned out to be one with another: the id leads there, and stays unused
          thread TEXT PRIMARY KEY,
          into_thread TEXT NOT NULL,
          claims TEXT NOT NULL,     -- JSON [id, ...]: what was followed in it until then
          reason TEXT NOT NULL,
          merged_by TEXT NOT NULL,  -- monitor, or whoever asked for it
          merged_at TEXT NOT NULL
        )
        """,
        "CREATE INDEX thread_redirects_into ON thread_redirects(into_thread)",
    ),
    "disputes": (
        """
        CREATE TABLE disputes (
          -- positions about a figure: that it is wrong, or that it can be relied on
          position TEXT NOT NULL REFERENCES positions(id),
          figure_thread TEXT NOT NULL REFERENCES figure_threads(id),
          kind TEXT NOT NULL,  -- disputed_by, vouched_for
          filed_at TEXT NOT NULL,
          PRIMARY KEY (position, figure_thread)
        )
        """,
        "CREATE INDEX disputes_thread ON disputes(figure_thread)",
    ),
    "outlet_lines": (
        """
        CREATE TABLE outlet_lines (
          -- lines that outlets repeat from article to article, to be left out of later ones
          outlet_id INTEGER NOT NULL REFERENCES outlets(id),
          line TEXT NOT NULL,          -- without case and signs at its ends
          articles INTEGER NOT NULL,   -- that it came in
          article_id INTEGER NOT NULL REFERENCES articles(id),  -- the last one
          last_seen_at TEXT NOT NULL,
          learned_at TEXT,             -- left out since then; NULL: it isn't
          PRIMARY KEY (outlet_id, line)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX outlet_lines_learned ON outlet_lines(outlet_id) WHERE learned_at IS NOT NULL",
        "CREATE INDEX outlet_lines_forgotten ON outlet_lines(last_seen_at) "
        "WHERE learned_at IS NULL",
        "CREATE INDEX outlet_lines_article ON outlet_lines(article_id)",
        "ALTER TABLE entries ADD COLUMN extractor TEXT "
        "/* the version of the extractor that failed at its text; a newer one tries again */",
        "CREATE INDEX entries_extractor ON entries(extractor) WHERE extractor IS NOT NULL",
    ),
    "unit_kinds": (
        "ALTER TABLE figures ADD COLUMN unit_kind TEXT NOT NULL DEFAULT 'counted' "
        "/* counted (the counted thing itself, or none), measure, currency */",
        "UPDATE figures SET unit_kind = CASE WHEN unit GLOB '[A-Z][A-Z][A-Z]*' THEN 'currency' "
        "ELSE 'measure' END WHERE unit GLOB '[A-Z][A-Z][A-Z]*' OR unit LIKE 'percent%'",
    ),
}
"""What came after the first tables: a migration's name and its statements, in order of release.

A column that is added says what it means behind it, as ``ADD COLUMN pace REAL /* seconds */``:
SQLite keeps the words of the statement, and a comment to the end of the line would swallow the
rest of the table.
"""


def _later(name: str, statements: tuple[str, ...]) -> None:
    def migrate(db: Database) -> None:
        for statement in statements:
            db.execute(statement)

    MIGRATIONS(name=name)(migrate)


for _name, _statements in LATER.items():
    _later(_name, _statements)


def _add_search(db: Database, table: str, key: str, columns: str) -> None:
    """An FTS5 index beside a table, kept by triggers in the same transaction."""
    index = f"{table}_fts"
    names = columns.split(", ")
    new = ", ".join(f"new.{name}" for name in names)
    old = ", ".join(f"old.{name}" for name in names)
    delete = f"INSERT INTO {index}({index}, rowid, {columns}) VALUES ('delete', old.{key}, {old})"
    insert = f"INSERT INTO {index}(rowid, {columns}) VALUES (new.{key}, {new})"
    changed = f"UPDATE OF {key}, {columns} ON {table}"
    db.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5("
        f'{columns}, tokenize=\'unicode61\', content="{table}", content_rowid="{key}")'
    )
    db.execute(f"CREATE TRIGGER {table}_search_add AFTER INSERT ON {table} BEGIN {insert}; END")
    db.execute(f"CREATE TRIGGER {table}_search_drop AFTER DELETE ON {table} BEGIN {delete}; END")
    db.execute(
        f"CREATE TRIGGER {table}_search_change AFTER {changed} BEGIN {delete}; {insert}; END"
    )
