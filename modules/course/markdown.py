"""Markdown of the content files to the small HTML a page may show.

markdown-it-py renders (raw HTML is text, not markup), nh3 keeps the allow-list. No pictures, no
attributes but links: what a clinic edits cannot carry a script, a style or a tracker.
"""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt

TAGS = {
    "h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "strong", "em", "blockquote", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"https", "mailto", "tel"}

_renderer = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=512)  # all texts of a course in both languages, and a team's own
def to_html(text: str) -> str:
    """Return clean HTML of a Markdown text.

    `#` becomes h2, because the page around it owns the only h1. Links may go to https, mailto and
    tel; other tags and attributes disappear, their words stay.
    """
    tokens = _renderer.parse(text)
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    html = _renderer.renderer.render(tokens, _renderer.options, {})
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer"
    )
