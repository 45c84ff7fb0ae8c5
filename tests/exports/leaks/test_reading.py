"""Finished bytes are read as a reader sees them: members, pages, properties, attachments."""

import io
import zipfile

import pypdf
import pytest
from pypdf.annotations import FreeText

from exports.formats.pdf import html_to_pdf
from exports.leaks.reading import readable

PAGE = (
    '<html lang="es"><head><title>{title}</title><style>body {{ width: 9em; hyphens: manual }}'
    "</style></head><body>{body}</body></html>"
)


def packed(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
        archive.comment = b"made by Pedro"
    return stream.getvalue()


def pdf(body="<p>x</p>", title="Informe"):
    return html_to_pdf(PAGE.format(title=title, body=body))


def all_of(content, name="report.pdf"):
    return "\n".join(readable(name, content).values())


def test_every_member_of_a_zip_is_read_and_the_file_name_too():
    texts = readable("name.zip", packed(inner__csv="Juana"))
    assert "Juana" in texts["inner.csv"]
    assert "Pedro" in texts["(comment)"]
    assert texts["(file name)"] == "name.zip"


def test_a_sheet_of_a_workbook_is_read_across_its_tags():
    sheet = "<si><r><t>Jua</t></r><r><t>na</t></r></si>"
    assert "Juana" in readable("a.xlsx", packed(sharedStrings__xml=sheet))["sharedStrings.xml"]


def test_an_archive_or_report_in_an_archive_is_opened():
    inner = packed(inner__csv="Juana", report__pdf=pdf("<p>Plantada</p>"))
    text = readable("a.zip", packed(inner__zip=inner))["inner.zip"]
    assert "Juana" in text
    assert "Plantada" in text


def test_archives_without_end_are_refused():
    content = packed(a__csv="x")
    for _ in range(6):
        content = packed(a__zip=content)
    with pytest.raises(ValueError, match="without end"):
        readable("a.zip", content)


def test_plain_text_content_is_read():
    assert readable("a.json", b'{"a": 1}')["(content)"] == '{"a": 1}'


class TestPdf:
    def test_the_words_of_a_page_are_read(self):
        assert "Juana Plantada" in readable("a.pdf", pdf("<p>Juana Plantada</p>"))["page 1"]

    def test_a_word_broken_at_the_end_of_a_line_is_whole(self):
        assert "telerrehabilitación" in all_of(pdf("<p>xxxxxx telerrehabili&shy;tación</p>"))

    def test_the_title_is_read(self):
        assert "Brazo uno" in readable("a.pdf", pdf(title="Brazo uno"))["(properties)"]

    @pytest.mark.parametrize("plant", ["keywords", "attachment", "note"])
    def test_what_was_added_to_it_is_read(self, plant):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
        if plant == "keywords":
            writer.add_metadata({"/Keywords": "Juana"})
        elif plant == "attachment":
            writer.add_attachment("list.csv", b"1,Juana")
        else:
            note = FreeText(text="Juana", rect=(0, 0, 9, 9))
            writer.add_annotation(0, note)
        stream = io.BytesIO()
        writer.write(stream)
        assert "Juana" in all_of(stream.getvalue())
