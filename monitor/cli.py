"""The command line. Each command reads its arguments and calls one function elsewhere."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor import __version__
from monitor.errors import InputError, MonitorError
from monitor.starters import BEATS

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Follows figures and official positions through the news and says when one changes.",
)
alerts_app = typer.Typer(
    no_args_is_help=True, help="Alerts: list, show, send again, put aside; samples and secrets."
)
app.add_typer(alerts_app, name="alerts")
feeds_app = typer.Typer(no_args_is_help=True, help="The feeds: list, test, add, import, export.")
app.add_typer(feeds_app, name="feeds")
correct_app = typer.Typer(
    no_args_is_help=True, help="Put right what was read or linked wrongly; alerts are corrected."
)
app.add_typer(correct_app, name="correct")

Config = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration file.", dir_okay=False)
]
OptionalConfig = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="A configuration file; else the defaults.", dir_okay=False),
]
CONFIG = Path("monitor.toml")


def main() -> None:
    """Run the command line: 0 done, 1 found something wrong, 2 couldn't be done."""
    _use_utf8()
    try:
        app()
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"monitor: {error.strerror}", file=sys.stderr)
        sys.exit(2)


def _use_utf8() -> None:
    """Read and write UTF-8 in any locale, as JSON has to be; half characters come out escaped."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="strict", newline="\n")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Say the version.")] = False,
) -> None:
    from monitor import logs

    logs.configure()
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write monitor.toml.")],
    beat: Annotated[str, typer.Option(help=f"One of {', '.join(BEATS)}.")] = "conflict",
) -> None:
    """Write a commented starter configuration."""
    from monitor.starters import write_starter

    path = write_starter(folder, beat)
    print(f"Wrote {path}. Next: monitor check -c {path}, then monitor run -c {path}")


@app.command()
def check(config: Config = CONFIG) -> None:
    """Validate the configuration and say what is wrong, where, and what would be right."""
    from monitor.commands.check import findings

    mistakes, notes = findings(config, os.environ)
    for note in notes:
        print(note)
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        raise typer.Exit(1)
    print(f"{config}: good")


@app.command()
def run(
    config: Config = CONFIG,
    once: Annotated[
        bool, typer.Option("--once", help="Poll every feed once, deliver, and end.")
    ] = False,
) -> None:
    """Run the daemon until it is told to stop (SIGTERM or Ctrl-C)."""
    # Until the daemon listens itself: nothing is begun yet.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # The same for the configuration: there is nothing to read again yet.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    from monitor.commands.check import findings
    from monitor.daemon.service import serve

    serve(config, findings, once=once)


@app.command()
def demo(
    store: Annotated[Path | None, typer.Option(help="Keep the store in this file.")] = None,
    seconds: Annotated[float, typer.Option(help="How many seconds the week takes.", min=20)] = 58,
) -> None:
    """See the whole job on a made-up week: outlets, daemon and receiver on this machine."""
    from monitor.demo.run import run_demo

    raise typer.Exit(run_demo(store, seconds))


@app.command()
def status(config: Config = CONFIG) -> None:
    """Say what the daemon did last and what is wrong."""
    from monitor.commands.status import status_lines

    lines, healthy = status_lines(config)
    print("\n".join(lines))
    if not healthy:
        raise typer.Exit(1)


@app.command()
def extract(
    source: Annotated[
        str | None, typer.Argument(help="A file, an address, or - for stdin.")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option(help="JSON Lines of {id, text, published?}.")
    ] = None,
    wanted: Annotated[
        str, typer.Option("--as", help="With --batch: quantities, attributions or claims.")
    ] = "claims",
    published: Annotated[
        str | None, typer.Option(help="When it was published, as 2023-10-24, for relative dates.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON Lines with all fields.")] = False,
    config: OptionalConfig = None,
) -> None:
    """Print a text's claims with their evidence marked."""
    from monitor.commands.extract import extract_batch, extract_one

    if (source is None) == (batch is None):
        raise InputError("give one text (a file, an address or -), or --batch FILE.jsonl")
    if batch is not None:
        _print_lines(extract_batch(batch, wanted, config))
    elif source is not None:
        text, extraction = extract_one(source, published, config)
        if as_json:
            from monitor.show import claims_json

            _print_lines(claims_json(text, extraction))
        else:
            from rich.console import Console

            from monitor.show import marked

            console = Console(highlight=False)
            # A pipe gets the lines as they are, unbroken.
            console.print(marked(text, extraction), soft_wrap=not console.is_terminal)


@app.command()
def replay(
    path: Annotated[
        Path,
        typer.Argument(
            help="A folder of dated text files, or JSON Lines: docs/operations.md, Archives."
        ),
    ],
    store: Annotated[
        Path | None, typer.Option(help="Keep the store in this file; else it is temporary.")
    ] = None,
    order: Annotated[
        Path | None, typer.Option(help="A file of names, one a line, in stream order.")
    ] = None,
    export: Annotated[Path | None, typer.Option(help="Write the exports into this folder.")] = None,
    config: OptionalConfig = None,
) -> None:
    """Send an archive through the pipeline in stream order, with simulated time."""
    from monitor.commands.replay import replay_archive

    print(replay_archive(path, store=store, order=order, export=export, config=config))


@app.command()
def backtest(
    config: Config = CONFIG,
    since: Annotated[
        str, typer.Option(help="30d before the newest report, or a day as 2023-10-24.")
    ] = "30d",
    store: Annotated[
        Path | None, typer.Option(help="The store to walk; else the configured one.")
    ] = None,
) -> None:
    """Show what a configuration would have sent on the stored history; sends nothing."""
    from monitor.commands.backtest import backtest as walked

    print("\n".join(walked(config, store, since)))


@app.command()
def explain(
    alert: Annotated[str, typer.Argument(help="The alert's id.")],
    config: Config = CONFIG,
    store: Annotated[
        Path | None, typer.Option(help="The store that has it; else the configured one.")
    ] = None,
) -> None:
    """Say why an alert was sent, and why the rest of its report was or was not."""
    from monitor.commands.explain import explain as explained

    print("\n".join(explained(config, alert, store)))


@app.command()
def browse(
    store: Annotated[Path | None, typer.Argument(help="A store; else the configured one.")] = None,
    config: Config = CONFIG,
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8001,
    judge: Annotated[
        bool, typer.Option("--judge", help="Let readers of the pages judge alerts.")
    ] = False,
) -> None:
    """Open the store's pages, in Datasette."""
    from monitor.browse import browse as open_pages

    if store is None:
        from monitor.config import load

        store = load(config).store.path
    open_pages(store, port, judge=judge)


@app.command()
def schema(
    name: Annotated[str, typer.Argument(help="What to describe: alert.")] = "alert",
) -> None:
    """Print the JSON Schema of what the webhook sends."""
    from monitor.alerts.payloads import schema as alert_schema

    if name != "alert":
        raise InputError(f"there is no schema of {name!r}; known: alert")
    print(json.dumps(alert_schema(), ensure_ascii=False, indent=2))


@alerts_app.command("secret")
def alerts_secret() -> None:
    """Make a secret to share with one receiver."""
    from monitor.alerts.signing import new_secret

    print(new_secret())


@alerts_app.command("test")
def alerts_test(config: Config = CONFIG) -> None:
    """Send one marked sample of each kind of message to each destination."""
    from monitor.commands.alerts import send_samples

    _told(*send_samples(config))


@alerts_app.command("redeliver")
def alerts_redeliver(
    alert: Annotated[str, typer.Argument(help="Its id; none with --dead.")] = "",
    dead: Annotated[bool, typer.Option("--dead", help="Every dead letter.")] = False,
    to: Annotated[str, typer.Option("--to", help="One destination alone.")] = "",
    config: Config = CONFIG,
) -> None:
    """Send an alert again, under the ids it had; or every delivery that was given up."""
    from monitor.commands.alerts import redeliver

    if bool(alert) == dead:
        raise InputError("name an alert, or say --dead for every dead letter")
    _told(*redeliver(config, alert, to))


@alerts_app.command("list")
def alerts_list(
    dead: Annotated[bool, typer.Option("--dead", help="Deliveries that were given up.")] = False,
    silent: Annotated[bool, typer.Option("--silent", help="Threads put aside.")] = False,
    thread: Annotated[str, typer.Option("--thread", help="Of one thread: its id.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many at most.")] = 20,
    config: Config = CONFIG,
) -> None:
    """List the newest alerts with where they went, or what was given up or put aside."""
    from monitor.commands.alerts import list_alerts, list_dead, list_silent

    if silent:
        _told(list_silent(config), True)
    elif dead:
        _told(list_dead(config, limit), True)
    else:
        _told(list_alerts(config, thread, limit), True)


@alerts_app.command("show")
def alerts_show(
    alert: Annotated[str, typer.Argument(help="The alert's id.")], config: Config = CONFIG
) -> None:
    """Show one alert: its text, who asked for it, where it went, and what followed it."""
    from monitor.commands.alerts import show_alert

    _told(show_alert(config, alert), True)


@alerts_app.command("snooze")
def alerts_snooze(
    of: Annotated[str, typer.Argument(help="An alert, or a thread: its id.")],
    until: Annotated[str, typer.Option("--until", help="A day or time, UTC.")] = "",
    below: Annotated[str, typer.Option("--below", help="Hear of it above this value.")] = "",
    above: Annotated[str, typer.Option("--above", help="Hear of it below this value.")] = "",
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    off: Annotated[bool, typer.Option("--off", help="Hear of it again.")] = False,
    config: Config = CONFIG,
) -> None:
    """Hear nothing of a thread until a time has passed, or its value leaves a band."""
    from monitor.commands.alerts import hear, silence

    if off:
        _told(*hear(config, of))
        return
    asked = {"of": of, "until": until, "high": below, "low": above, "note": note}
    _told(*silence(config, asked))


@alerts_app.command("ack")
def alerts_ack(
    of: Annotated[str, typer.Argument(help="An alert, or a thread: its id.")],
    band: Annotated[float, typer.Option("--band", min=0, help="Percent to each side.")] = 10,
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    config: Config = CONFIG,
) -> None:
    """Acknowledge: hear no more of a thread while it stays about where it is."""
    from monitor.commands.alerts import silence

    _told(*silence(config, {"of": of, "percent": str(band), "note": note}))


@alerts_app.command("enable")
def alerts_enable(
    destination: Annotated[str, typer.Argument(help="Its name.")], config: Config = CONFIG
) -> None:
    """Send again to a destination that answered that it was gone (410)."""
    from monitor.commands.alerts import enable

    _told(*enable(config, destination))


@alerts_app.command("judge")
def alerts_judge(
    alert: Annotated[str, typer.Argument(help="The alert's id.")],
    verdict: Annotated[
        str, typer.Argument(help="right, wrong_figure, wrong_thread or not_interesting.")
    ],
    note: Annotated[str, typer.Option(help="What was wrong, in words.")] = "",
    reader: Annotated[str, typer.Option(help="Who judges.")] = "",
    config: Config = CONFIG,
) -> None:
    """Say whether an alert was right; each reader's newest word counts."""
    from monitor.commands.alerts import judge

    _told(*judge(config, alert, verdict, note, reader))


Note = Annotated[str, typer.Option(help="Why, in words.")]
Reader = Annotated[str, typer.Option(help="Who puts it right.")]


@correct_app.command("reject")
def correct_reject(
    claim: Annotated[str, typer.Argument(help="The claim's id (figures, positions).")],
    note: Note = "",
    reader: Reader = "",
    config: Config = CONFIG,
) -> None:
    """Take a claim that was read wrongly out of its thread, in later revisions too."""
    _correct(config, "reject_claim", {"claim": claim, "note": note, "reader": reader})


@correct_app.command("split")
def correct_split(
    claim: Annotated[str, typer.Argument(help="The claim's id (figures, positions).")],
    note: Note = "",
    reader: Reader = "",
    config: Config = CONFIG,
) -> None:
    """Give a claim that was linked wrongly a thread of its own."""
    _correct(config, "split_claim", {"claim": claim, "note": note, "reader": reader})


@correct_app.command("merge")
def correct_merge(
    thread: Annotated[str, typer.Argument(help="The thread that ends.")],
    into: Annotated[str, typer.Argument(help="The thread that goes on.")],
    note: Note = "",
    reader: Reader = "",
    config: Config = CONFIG,
) -> None:
    """Make one thread of two that follow the same thing; the first id leads to the second."""
    said = {"thread": thread, "into": into, "note": note, "reader": reader}
    _correct(config, "merge_threads", said)


@correct_app.command("rename")
def correct_rename(
    thread: Annotated[str, typer.Argument(help="The thread's id.")],
    label: Annotated[str, typer.Argument(help="Its name from now on.")],
    note: Note = "",
    reader: Reader = "",
    config: Config = CONFIG,
) -> None:
    """Give a thread a name of its own."""
    said = {"thread": thread, "label": label, "note": note, "reader": reader}
    _correct(config, "rename_thread", said)


def _correct(config: Path, kind: str, arguments: dict[str, str]) -> None:
    from monitor.commands.alerts import correct

    _told(*correct(config, kind, arguments))


@feeds_app.command("list")
def feeds_list(config: Config = CONFIG) -> None:
    """Say how each feed stands."""
    from monitor.commands.feeds import list_feeds

    _told(*list_feeds(config))


@feeds_app.command("test")
def feeds_test(
    url: Annotated[str, typer.Argument(help="The feed's address, or a page that names one.")],
    config: OptionalConfig = None,
) -> None:
    """Ask once for a feed and its newest article, and show what would be read."""
    from monitor.commands.feeds import test_feed

    _told(*test_feed(url, config))


@feeds_app.command("add")
def feeds_add(
    url: Annotated[str, typer.Argument(help="The feed's address, or a page that names one.")],
    outlet: Annotated[str, typer.Option(help="Who publishes it; else the feed's title.")] = "",
    config: Config = CONFIG,
) -> None:
    """Try a feed and add it to the configuration."""
    from monitor.commands.feeds import add_feed

    _told(*add_feed(url, outlet, config))


@feeds_app.command("import")
def feeds_import(
    source: Annotated[Path, typer.Argument(help="An OPML file, as other readers export it.")],
    config: Config = CONFIG,
) -> None:
    """Add the feeds of an OPML file to the configuration."""
    from monitor.commands.feeds import import_feeds

    _told(*import_feeds(source, config))


@feeds_app.command("export")
def feeds_export(config: Config = CONFIG) -> None:
    """Write the configuration's feeds to standard output as OPML."""
    from monitor.commands.feeds import export_feeds

    print(export_feeds(config), end="")


def _told(lines: list[str], good: bool) -> None:
    print("\n".join(lines))
    if not good:
        raise typer.Exit(1)


def _print_lines(lines: Any) -> None:
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))
