from __future__ import annotations

import json

from core.core_values import ideas
from core.test_core_stored_ideas import Stored
from hypothesis import given

from ideaboard.core.documents import idea_to_document
from ideaboard.core.idea_rows import RowReader, row_of
from ideaboard.core.ideas import Idea


@given(ideas)
def test_an_idea_comes_back_from_its_row(idea: Idea) -> None:
    row = row_of(idea)
    if row is None:
        assert idea.links or idea.responses or idea.origin
        return
    stored = Stored(idea_to_document(idea))
    same = RowReader()(json.loads(json.dumps(row)), stored)
    assert (same.title, same.trail, same.share, stored.read) == (idea.title, idea.trail, idea.share, 0)
    assert same == idea
    assert row_of(same) == row
