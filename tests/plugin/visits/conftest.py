"""A protocol whose check of week 2 asks what a test needs."""

import pytest

VISIT = "week_2"


@pytest.fixture
def asks(clinic):
    """Make the check of week 2 ask other questionnaires."""

    def change(*keys):
        protocol = clinic.protocol
        wider = protocol.visit(VISIT).model_copy(update={"instruments": keys})
        visits = tuple(wider if each.key == VISIT else each for each in protocol.visits)
        clinic.change_protocol(visits=visits)

    return change
