"""An adversary with the whole export and no treatment effect guesses arms no better than a coin.

200 simulated participants answer alike in both arms; half of them live in the programme (log-ins,
lessons, videos, diary). A linear discriminant is trained on everything the export offers: numbers,
what is missing, the order of rows, the letters of the identifiers, lengths. Its AUC on people it
has not seen must not differ from 0.5.
"""

import csv
import io
import zipfile
from random import Random

import numpy as np
import pytest

from exports.blinding import export_id
from tests.making_exports import make_export

PEOPLE = 200
FOLDS = 10
DEALS = 200


@pytest.fixture
def arms(session, study, trial, enrol, answer, live_in_programme, secret):
    """Export id -> whether the participant is in the arm with the programme."""
    drawn, coin = Random(20261112), Random(69)
    found = {}
    for number in range(PEOPLE):
        person = enrol(session, study, number)
        for visit in trial.visits:
            for instrument in visit.instruments:
                if drawn.random() < 0.85:
                    answer(session, person, visit, instrument, Random(drawn.random()))
        treated = coin.random() < 0.5
        if treated:
            live_in_programme(session, person, days=2)
        found[export_id(secret, "assessor", study.id, person)] = treated
    return found


@pytest.fixture
def features(session, study, arms, now, secret):
    """Return what the adversary sees of each person, in the order of the rows."""
    made = make_export(session, study.key, "assessor", "csv", "en", None, now, secret)
    seen: dict[str, list[float]] = {}
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        for name in ("wide.csv", "visits.csv", "scores.csv"):
            text = io.TextIOWrapper(archive.open(name), "utf-8", newline="")
            for place, row in enumerate(csv.DictReader(text)):
                whose = seen.setdefault(row.pop("export_id"), [])
                whose.append(place)
                whose += [part for value in row.values() for part in (number(value), len(value))]
    for identifier, values in seen.items():
        values += [ord(sign) for sign in identifier]
    assert len({len(values) for values in seen.values()}) == 1
    return np.array(list(seen.values())), np.array([arms[one] for one in seen], dtype=float)


def number(text):
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


def test_the_adversary_finds_one_column_that_leaks(features):
    x, y = features
    leak = y + np.random.default_rng(1).normal(0, 0.2, len(y))
    low, _ = auc_interval(np.column_stack([x, *[leak] * 8]), y)
    assert low > 0.6
