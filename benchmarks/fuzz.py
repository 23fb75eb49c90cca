"""Coverage-guided fuzzing of everything that reads strangers' bytes (needs the extra ``fuzz``).

    python benchmarks/fuzz.py TARGET [--runs 100000] [--corpus FOLDER]

TARGET is one of tests/fuzz/targets.py. The corpus grows in FOLDER (by default a temporary one, from
the seeds of tests/fuzz/seeds.py). Ends with the number of inputs; an input that fails is written
beside as crash-... and printed, one that takes longer than ten seconds as timeout-...
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("target")
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--longest", type=int, default=8192, help="bytes of an input")
    wanted = parser.parse_args()
    with atheris.instrument_imports(include=["monitor.feeds", "monitor.track", "monitor.config"]):
        from tests.fuzz.seeds import TOKENS, seeds
        from tests.fuzz.targets import TARGETS

    folder = wanted.corpus or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds()[wanted.target]):
        (folder / f"seed-{number}").write_bytes(seed)
    words = folder.parent / f"{folder.name}.dict"
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in TOKENS), "ascii")
    arguments = [
        sys.argv[0],
        str(folder),
        f"-dict={words}",
        f"-runs={wanted.runs}",
        f"-max_len={wanted.longest}",
        "-timeout=10",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={folder.parent}/",
        "-print_final_stats=1",
    ]
    atheris.Setup(arguments, TARGETS[wanted.target])
    atheris.Fuzz()


def _escaped(token: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token.encode("utf-8", "replace"))


if __name__ == "__main__":
    main()
