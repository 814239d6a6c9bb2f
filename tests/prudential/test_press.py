"""The press: tagged PDF with its own typefaces, and no address but the document's own."""

import http.server
import threading
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from conamus.printing.pdf import print_html, render_html, typefaces
from conamus.printing.press import ForeignAddressError, OwnResourcesOnly


def page(body: str) -> str:
    head = '<!DOCTYPE html><html lang="fr"><head><title>Essai</title></head>'
    return f"{head}<body>{body}</body></html>"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "http://127.0.0.1/",
        "https://exemple.bi/x.png",
        "ftp://exemple.bi/x",
        "gopher://exemple.bi/",
        "relative.png",
        "//exemple.bi/x.png",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ForeignAddressError):
        OwnResourcesOnly().fetch(url)


def test_own_resources_are_given() -> None:
    response = OwnResourcesOnly().fetch("data:text/plain;base64," + b64encode(b"oui").decode())
    assert response.read() == b"oui"


def test_a_document_reads_no_file_and_calls_no_host(tmp_path: Path) -> None:
    picture = tmp_path / "secret.png"
    Image.new("RGB", (40, 40), "red").save(picture)
    called: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_error(404)

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        printed = print_html(
            page(
                f'<img alt="a" src="{picture.as_uri()}"><img alt="b" src="{address}/x.png">'
                f'<link rel="stylesheet" href="{address}/x.css">'
                f'<style>@import url("{address}/y.css"); p {{ background: url({address}/z.png) }}'
                f"</style><object data='{picture.as_uri()}'></object><p>Rien</p>"
            )
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert called == []
    assert not PdfReader(BytesIO(printed.content)).pages[0].images


def test_the_pdf_is_tagged_titled_and_french() -> None:
    printed = print_html(page("<h1>Titre</h1><p>Texte</p>"))
    reader = PdfReader(BytesIO(printed.content))
    root = reader.trailer["/Root"]
    assert printed.pages == len(reader.pages) == 1
    assert root["/Lang"] == "fr"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Essai"
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data()


def test_the_typefaces_travel_with_the_document() -> None:
    assert typefaces().count("@font-face") == 6
    assert 'url("data:font/ttf;base64,' in typefaces()
    styled = page(f"<style>{typefaces()} body {{ font-family: 'Source Sans 3' }}</style><p>é</p>")
    fonts = PdfReader(BytesIO(print_html(styled).content)).pages[0]["/Resources"]["/Font"]
    names = {str(font.get_object()["/BaseFont"]) for font in fonts.values()}
    assert names
    assert all("Source-Sans-3" in name for name in names)


def test_rendering_escapes_what_it_is_given() -> None:
    class Block:
        text, style = "<b>&", ""

    assert "&lt;b&gt;&amp;" in render_html("pdf/annual_report/_paragraph.html", {"block": Block})


def elements(content: bytes) -> list[dict]:
    """Return the structure tree's elements, in reading order."""
    found: list[dict] = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict) and ("/S" in node or "/Obj" in node):
            found.append(node)
            walk(node.get("/K", []))

    walk(PdfReader(BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


TABLE = """<table><thead><tr><th rowspan="2" scope="col">Nom</th><th colspan="2">Ménages</th></tr>
<tr><th scope="col">2024</th><th scope="col">2025</th></tr></thead>
<tbody><tr><th scope="row">Umuco</th><td>4</td><td>6</td></tr></tbody></table>"""


def test_every_header_cell_says_what_it_heads() -> None:
    printed = print_html(page(TABLE))
    heads = [one for one in elements(printed.content) if one.get("/S") == "/TH"]
    assert [str(one["/A"]["/Scope"]) for one in heads] == ["/Column"] * 4 + ["/Row"]


def test_every_link_is_tagged_as_one_and_prints() -> None:
    printed = print_html(page('<p>Voir <a href="#x">la suite</a>.</p><p id="x">Ici</p>'))
    tagged = {
        kid.get_object().raw_get("/Obj").idnum
        for one in elements(printed.content)
        if one.get("/S") == "/Link"
        for kid in one["/K"]
        if isinstance(kid.get_object(), dict) and "/Obj" in kid.get_object()
    }
    annotations = PdfReader(BytesIO(printed.content)).pages[0]["/Annots"]
    assert annotations
    assert {one.idnum for one in annotations} == tagged
    assert {one.get_object()["/F"] for one in annotations} == {4}


def test_page_numbers_are_artifacts() -> None:
    style = "<style>@page { @bottom-right { content: counter(page) } }</style>"
    printed = print_html(page(f"{style}<p>Texte</p>"))
    [content] = [one.get_contents() for one in PdfReader(BytesIO(printed.content)).pages]
    assert content is not None
    stream = content.get_data()
    assert stream.count(b"/Artifact") == 1
    assert b"/Pagination" in stream
    assert stream.count(b"/MCID") == 1
