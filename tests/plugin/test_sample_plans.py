"""The plans in `docs` that a physiotherapist signs are those the rules make."""

from pathlib import Path

from plugin import sample_plans

PAGE = Path(__file__).parents[2] / "docs" / "sample-plans.md"


def test_the_page_in_docs_is_current():
    assert PAGE.read_text(encoding="utf-8") == sample_plans.as_markdown(), (
        "run: python -m plugin.sample_plans > docs/sample-plans.md"
    )
