"""People stand in a file in the order of their keyed hash, under their own identifiers alone."""

import dataclasses
import uuid

import pytest

from exports import blinding, dataset
from exports.errors import LeaksFound
from exports.leaks.order import refuse_other_ids, refuse_other_order


@pytest.fixture(scope="module")
def made(facts, now, secret):
    source = facts(8)
    people = [person.id for person in source.people]
    ids = blinding.ids_in_order(secret, "assessor", source.study.id, people)
    return dataset.dataset(source, "assessor", secret, now), ids


def changed(made, change):
    tables = [dataclasses.replace(t, rows=tuple(change(t.rows))) for t in made.tables]
    return dataclasses.replace(made, tables=tuple(tables))


def test_a_file_as_blinding_makes_it_passes(made):
    refuse_other_ids(*made)
    refuse_other_order({"items.csv": "\n".join((*made[1], *made[1]))}, made[1])


def test_rows_in_any_other_order_are_refused(made):
    tables, ids = made
    with pytest.raises(LeaksFound):
        refuse_other_ids(changed(tables, sorted), ids)
    with pytest.raises(LeaksFound):
        refuse_other_order({"items.csv": "\n".join(reversed(ids))}, ids)


@pytest.mark.parametrize("prefix", ["T-", "1", "A"])
def test_a_prefix_of_an_identifier_is_refused(made, prefix):
    tables, ids = made

    def marked(rows):
        return [(prefix + row[0], *row[1:]) for row in rows]

    with pytest.raises(LeaksFound):
        refuse_other_ids(changed(tables, marked), ids)


def test_an_identifier_of_another_study_or_audience_is_refused(made, secret):
    other = blinding.export_id(secret, "analyst", uuid.UUID(int=1), uuid.UUID(int=2))
    with pytest.raises(LeaksFound) as refusal:
        refuse_other_order({"a": made[1][0], "b": other}, made[1])
    assert refusal.value.places == ("b",)
