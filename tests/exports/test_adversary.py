"""An adversary with the whole export and no treatment effect guesses arms no better than a coin.

200 simulated participants answer alike in both arms and behave differently, as they do in life:
half of them live in the programme (log-ins, lessons, videos, diary), answer on a phone on the day a
visit is due or the next and praise the videos; the others come up to four days late, three in ten
beyond the window, and every second form is on paper. A linear discriminant is trained on everything
the export offers: numbers, what is missing, the order of rows, the letters of the identifiers,
lengths. Its AUC on people it has not seen must not differ from 0.5.

That the test can fail is shown by giving it, one at a time, what the files leave out.
"""

import csv
import dataclasses
import io
import uuid
import zipfile
from random import Random

import numpy as np
import pytest

from exports import blinding
from exports.audiences import AUDIENCES
from exports.blinding import export_id
from exports.columns import TABLES as TABLES_OF_EXPORTS
from exports.columns import VISITS
from exports.tables import Column, Kind
from modules.records.models import Source
from modules.text import Text
from tests.exports.conftest import answers
from tests.making_exports import make_export

PEOPLE = 200
TABLES = {f"{name}.csv" for name in ("wide", "visits", "items", "scores", "responders", "recovery")}
"""All but `participants`, whose columns open `wide`."""
FOLDS = 10
DEALS = 200
ASSESSOR = AUDIENCES["assessor"]


def as_treated(coin):
    """Return how somebody answers who is in the programme every day; `day` is after the target."""
    return {"day": coin.randint(0, 1), "device_width_px": 360, "input_mode": "pointer"}


def as_control(coin):
    """Return how somebody answers who comes to the clinic for it."""
    if coin.random() < 0.55:
        typed = {"source": Source.PAPER, "recorded_by": uuid.UUID(int=8), "input_mode": None}
    else:
        typed = {"device_width_px": 1280, "input_mode": "keyboard"}
    week_late = coin.random() < 0.3
    return {"day": coin.randint(7, 10) if week_late else coin.randint(0, 4), **typed}


@pytest.fixture
def arms(session, study, trial, enrol, answer, live_in_programme, secret):
    """Export id -> whether the participant is in the arm with the programme."""
    drawn, coin = Random(20261112), Random(69)
    found = {}
    for number in range(PEOPLE):
        person = enrol(session, study, number)
        treated = coin.random() < 0.5
        for visit in trial.visits:
            for instrument in visit.instruments:
                if drawn.random() < 0.85:
                    how = as_treated(coin) if treated else as_control(coin)
                    if visit.before_start:
                        how.pop("day")
                    else:
                        how["day"] += visit.target_day
                    said = answers(instrument, Random(drawn.random()))
                    if treated and instrument == "satisfaction":
                        said["q9"] = "los videos me ayudaron"
                    answer(session, person, visit, instrument, drawn, said, **how)
        if treated:
            live_in_programme(session, person, days=2)
        found[export_id(secret, "assessor", study.id, person)] = treated
    return found


@pytest.fixture
def features(session, study, arms, now, secret):
    """Return what the adversary sees of each person, in the order of the rows."""
    return seen_by_adversary(session, study, arms, now, secret)


def seen_by_adversary(session, study, arms, now, secret):
    made = make_export(session, study.key, "assessor", "csv", "en", None, now, secret)
    seen: dict[str, list[float]] = {}
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        tables = sorted(set(archive.namelist()) & TABLES)
        assert set(tables) == TABLES
        for name in tables:
            text = io.TextIOWrapper(archive.open(name), "utf-8", newline="")
            for place, row in enumerate(csv.DictReader(text)):
                whose = seen.setdefault(row.pop("export_id"), [])
                whose.append(place)
                whose += [part for value in row.values() for part in (number(value), len(value))]
    for identifier, values in seen.items():
        values += [ord(sign) for sign in identifier]
    assert len({len(values) for values in seen.values()}) == 1
    return imputed(list(seen.values())), np.array([arms[one] for one in seen], dtype=float)


def imputed(rows):
    """Fill what is missing with the mean; that it is missing is told by the length beside it."""
    found = np.array(rows, dtype=float)
    known = np.isfinite(found)
    means = np.where(known, found, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, found, means)


def number(text):
    if not text:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        return float(sum(text.encode()) % 97)


def learner(x):
    """Return a function from arms to out-of-fold guesses (ridge discriminant)."""
    x = x[:, x.std(axis=0) > 0]
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    likeness = x @ x.T / x.shape[1]
    folds = []
    for fold in range(FOLDS):
        test = np.arange(len(x)) % FOLDS == fold
        known = likeness[np.ix_(~test, ~test)] + np.eye((~test).sum())
        folds.append((test, likeness[np.ix_(test, ~test)] @ np.linalg.inv(known)))

    def guesses(y):
        made = np.empty(len(y))
        for test, weights in folds:
            made[test] = weights @ (y[~test] - y[~test].mean())
        return made

    return guesses


def auc(y, scores):
    """Return the area under the ROC curve."""
    yes, no = scores[y == 1], scores[y == 0]
    return ((yes[:, None] > no) + 0.5 * (yes[:, None] == no)).mean()


def auc_interval(x, y):
    """Return the 95 % interval; its width is how far the AUC moves when arms are dealt anew.

    Guesses of refitted models lean on each other, so a textbook interval would be too narrow.
    """
    guesses, deal = learner(x), np.random.default_rng(7)
    dealt = [deal.permutation(y) for _ in range(DEALS)]
    half = 1.96 * np.std([auc(arms, guesses(arms)) for arms in dealt])
    found = auc(y, guesses(y))
    return found - half, found + half


def test_the_adversary_is_no_better_than_a_coin(features):
    low, high = auc_interval(*features)
    assert low <= 0.5 <= high


def leaves_behind(name):
    """Let the assessor have one more thing that the records hold, in `visits`."""
    known = {column.name: column for column in VISITS}
    extra = known.get(name) or Column(
        name=name, label=Text(name, name), kind=Kind.INTEGER, take=PLANTED[name]
    )
    title, columns = TABLES_OF_EXPORTS["visits"]
    given = {**ASSESSOR.columns, "visits": (*ASSESSOR.columns["visits"], name)}
    return (
        {**TABLES_OF_EXPORTS, "visits": (title, (*columns, extra))},
        {**AUDIENCES, "assessor": dataclasses.replace(ASSESSOR, columns=given)},
    )


PLANTED = {
    "on_paper": lambda row: int(row.get("source") is Source.PAPER),
    "by_keyboard": lambda row: int(row.get("input_mode") == "keyboard"),
    "device_width": lambda row: row.get("device_width_px"),
    "length_of_comment": lambda row: len(str((row.get("answers") or {}).get("q9", ""))),
}
LEAKS = ("study_day", "days_off_target", "in_window", *PLANTED)


@pytest.mark.parametrize("leak", LEAKS)
def test_the_adversary_finds_each_thing_that_is_left_out(
    session, study, arms, now, secret, monkeypatch, leak
):
    tables, audiences = leaves_behind(leak)
    monkeypatch.setattr(blinding, "TABLES", tables)
    monkeypatch.setattr(blinding, "AUDIENCES", audiences)
    low, _high = auc_interval(*seen_by_adversary(session, study, arms, now, secret))

    assert low > 0.5
