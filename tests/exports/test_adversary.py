"""An adversary with the whole export and no treatment effect guesses arms no better than a coin.

200 simulated participants answer alike in both arms; half of them live in the programme (log-ins,
lessons, videos, diary). A logistic regression is trained on everything the export offers: numbers,
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
from exports.service import make_export

PEOPLE = 200
FOLDS = 10


@pytest.fixture
def arms(session, study, trial, enrol, answer, live_in_programme, secret):
    """Export id -> whether the participant is in the arm with the programme."""
    drawn = Random(20261112)
    found = {}
    for number in range(PEOPLE):
        person = enrol(session, study, number)
        for visit in trial.visits:
            for instrument in visit.instruments:
                if drawn.random() < 0.85:
                    answer(session, person, visit, instrument, Random(drawn.random()))
        treated = drawn.random() < 0.5
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


def guesses(x, y):
    """Return out-of-fold scores of a ridge logistic regression (Newton steps)."""
    x = x[:, x.std(axis=0) > 0]
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    x = np.hstack([np.ones((len(x), 1)), x])
    penalty = np.eye(x.shape[1]) * 10
    made = np.empty(len(y))
    for fold in range(FOLDS):
        test = np.arange(len(y)) % FOLDS == fold
        weights = np.zeros(x.shape[1])
        for _ in range(12):
            chance = 1 / (1 + np.exp(-x[~test] @ weights))
            slope = x[~test].T @ (y[~test] - chance) - penalty @ weights
            bend = (x[~test].T * (chance * (1 - chance))) @ x[~test] + penalty
            weights += np.linalg.solve(bend, slope)
        made[test] = x[test] @ weights
    return made


def auc_interval(y, scores):
    """Return the 95 % interval of the area under the ROC curve (DeLong 1988)."""
    yes, no = scores[y == 1], scores[y == 0]
    wins = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    spread = wins.mean(axis=1).var(ddof=1) / len(yes) + wins.mean(axis=0).var(ddof=1) / len(no)
    half = 1.96 * np.sqrt(spread)
    return wins.mean() - half, wins.mean() + half


def test_the_adversary_is_no_better_than_a_coin(features):
    x, y = features
    low, high = auc_interval(y, guesses(x, y))
    assert low <= 0.5 <= high


def test_the_adversary_finds_one_column_that_leaks(features):
    x, y = features
    leak = y + np.random.default_rng(1).normal(0, 0.5, len(y))
    low, _ = auc_interval(y, guesses(np.column_stack([x, leak]), y))
    assert low > 0.7
