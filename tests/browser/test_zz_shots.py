from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_outcomes import VISIT, ask, faults, language, page, send, site  # noqa


def test_shots(page, site, clinic, client_for, language):
    ask(clinic, ("odi", "vas_pain", "rmdq", "satisfaction", "nrs", "eq5d5l"))
    with clinic.writing() as session:
        p = clinic.patient(session, day=14).participant_id
    a = client_for("assessor")
    site.enter(a, language)
    base = f"/assessor/participants/{p}"
    found = []
    for name, size in (("phone", PHONE), ("desk", DESKTOP)):
        page.set_viewport_size(size)

        def shot(n, path=None):
            if path:
                assert page.goto(site.url(path)).status == 200
            page.screenshot(path=f"/tmp/shots-assessor/{n}-{language}-{name}.png", full_page=True)
            found.extend([(n, name, f) for f in faults(page)])

        shot("person", base)
        shot("odi", f"{base}/{VISIT}/odi")
        page.locator("#f-q1-2").check()
        page.locator("#f-q8-declined").check()
        send(page)
        shot("odi-review")
        send(page)
        shot("odi-review-wrong")
        shot("odi-paper", f"{base}/{VISIT}/odi?mode=paper")
        shot("nrs", f"{base}/{VISIT}/nrs")
        shot("eq", f"{base}/{VISIT}/eq5d5l")
        shot("rmdq", f"{base}/{VISIT}/rmdq?mode=paper")
        shot("correct", f"{base}/baseline/odi/correct")
    assert found == []
