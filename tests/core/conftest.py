"""What all tests of pure values share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ideaboard.core import persistent


@pytest.fixture(autouse=True, scope="package")
def small_parts() -> Iterator[None]:
    """Let a few items already make several chunks, and a few changes a new base."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(persistent, "CHUNK", 3)
        patch.setattr(persistent, "_LEAST_LAYER", 3)
        yield
