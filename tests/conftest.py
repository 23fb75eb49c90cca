"""What every test can use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation data beside the project; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip("the evaluation data is not here")
    return SHARED
