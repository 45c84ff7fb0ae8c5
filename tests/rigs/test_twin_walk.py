"""Everything anybody blinded can ask of two studies whose arms are turned around is the same.

Every method of every route, for every key, with what is written and said afterwards: status,
headers, body and the statements sent to the database. That the walk would see a leak is shown by
planting some, each of another kind, in the tool itself.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner

from plugin import printing
from tests import twins as twin_studies
from tests.rigs import planted
from tests.rigs.walk import differences, left_out, twice

DAYS = (3, 16, 46, 33)
"""Study day of each participant; of the third all visits are done."""


@pytest.fixture(params=[DAYS])
def make_twin(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[twin_studies.Maker]:
    """Return a maker of twins with few people, whose signed cookies do not tell the time.

    A sheet on paper is compared as the page it is drawn from, of which its bytes are a function
    (`tests/exports/test_pdf.py`); as many are drawn as are asked for.
    """
    monkeypatch.setattr(printing, "_drawn", str.encode)
    monkeypatch.setattr(printing, "IN_A_ROW", 10_000)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _self: 1_800_000_000)
    yield from twin_studies.maker(request, tmp_path, request.param)


def test_nothing_anybody_blinded_can_obtain_changes_with_the_arms(make_twin, capsys):
    twins = [make_twin(swap) for swap in (False, True)]
    one, other = twice(twins)
    with capsys.disabled():
        sys.stdout.write("\n".join(["", "twin walk, left out:", *left_out(twins[0], one), ""]))

    assert differences(one, other) == {}
    assert {200, 303, 403, 404, 409, 422} <= {
        got.status for all_of in one.values() for got in all_of
    }


@pytest.mark.parametrize("make_twin", [DAYS[2:]], indirect=True)
def test_every_planted_leak_is_found(make_twin, monkeypatch):
    twins = [make_twin(swap) for swap in (False, True)]
    with monkeypatch.context() as patch:
        for twin in twins:
            planted.plant(twin.app, patch)
        found = differences(*twice(twins))
    hidden = {
        says: place
        for says, (place, part) in planted.WHERE.items()
        if part not in found.get(place, ())
    }

    assert hidden == {}
    assert len(planted.WHERE) >= 10
