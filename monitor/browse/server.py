"""Datasette over one store, on this machine only, beside the daemon or without it."""

from __future__ import annotations

import socket
from pathlib import Path

import uvicorn
from datasette.app import Datasette

from monitor.browse.metadata import metadata_for
from monitor.errors import InputError
from monitor.store import Store, is_at_rest

HOST = "127.0.0.1"

SETTINGS = {
    "allow_download": False,
    "default_page_size": 50,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 50,
    "suggest_facets": False,
    "truncate_cells_html": 600,
}


def pages(store: Path, *, judge: bool = False, judge_key: str | None = None) -> Datasette:
    """The application that shows a store. Raises StoreError when the file is none.

    It reads the file while the daemon writes. Where the daemon is stopped and this user may not
    write beside the store, SQLite cannot set up its shared memory there; the file then is opened
    as one that does not change. ``judge``: alerts may be judged from their pages; with a
    ``judge_key`` only by the readers of their links.
    """
    Store.read(store).close()
    at_rest = is_at_rest(store)
    plugin = {"judge": judge} | ({"judge_key": judge_key} if judge_key else {})
    return Datasette(
        files=[] if at_rest else [str(store)],
        immutables=[str(store)] if at_rest else [],
        metadata=metadata_for(store, plugin),
        settings=SETTINGS,
    )


def serve(store: Path, port: int, *, judge: bool = False) -> None:
    """Serve a store's pages until interrupted; port 0 takes a free one.

    Raises StoreError when the file is no store, InputError when the port is taken.
    """
    application = pages(store, judge=judge)
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        raise InputError(f"port {port} is taken; name another with --port") from error
    with listener:
        home = f"http://{HOST}:{listener.getsockname()[1]}/{store.stem}/-/home"
        print(f"{home}  (Ctrl+C ends)", flush=True)
        config = uvicorn.Config(application.app(), log_level="warning", lifespan="on")
        uvicorn.Server(config).run(sockets=[listener])
