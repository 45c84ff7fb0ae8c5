"""The period a protocol chose stands on the screen, on paper and in the codebook."""

import io
import zipfile

import pytest

from tests.making_exports import download

VISIT = "week_2"


@pytest.fixture
def two_weeks(asks, clinic):
    asks("nrs")
    chosen = clinic.protocol.model_copy(update={"recall": {"nrs": "P14D"}})
    clinic.tool.protocols = clinic.tool.protocols | {clinic.protocol_key: chosen}


def test_patients_read_it(two_weeks, client_for):
    assert (
        "Las últimas dos semanas"
        in client_for("patient", day=14).get(f"/questions/{VISIT}/nrs").text
    )


def test_the_clinic_reads_it(two_weeks, client_for, clinic):
    with clinic.writing() as session:
        person = clinic.patient(session, day=14).participant_id
    page = client_for("assessor").get(f"/assessor/participants/{person}/{VISIT}/nrs").text

    assert "Las últimas dos semanas" in page


def test_the_codebook_says_it(two_weeks, client_for, clinic):
    with clinic.writing() as session:
        clinic.patient(session, day=14)
    made = download(client_for("assessor"), clinic.tool, format="csv")
    files = zipfile.ZipFile(io.BytesIO(made.data))
    (name,) = (each for each in files.namelist() if each.endswith("codebook.csv"))

    assert "The last two weeks" in files.read(name).decode()
