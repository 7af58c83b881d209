"""A folder of files as a site: what is served, under which headers, and what a path without a file gives."""

import base64
import gzip
from pathlib import Path

import pytest

from signalbox import http
from signalbox.static_site import StaticSite


@pytest.fixture
def site(tmp_path: Path) -> StaticSite:
    (tmp_path / "index.html").write_text("<p>start</p>")
    (tmp_path / "frame.html").write_text("<p>frame</p>")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "why.js").write_text("export default 1;")
    return StaticSite(tmp_path)


def _get(site: StaticSite, path: str, **headers: str) -> http.Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.answer(http.Request("r", "GET /console/{path+}", named, b""), path)


def test_a_file_is_served_by_its_path_with_its_type(site: StaticSite) -> None:
    answer = _get(site, "pages/why.js")

    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "text/javascript; charset=utf-8"
    assert base64.b64decode(answer["body"]) == b"export default 1;"


@pytest.mark.parametrize(
    "path", ["", "partner_1/flows/flow_1", "partner_1/events/a%20b", "partner_1/events/a.js", "partner_1/blocks/b.css"]
)
def test_a_path_that_names_a_page_gives_the_index(site: StaticSite, path: str) -> None:
    assert base64.b64decode(_get(site, path)["body"]) == b"<p>start</p>"


@pytest.mark.parametrize("path", ["pages/gone.js", "pages/why", "pages/../index.html"])
def test_a_file_that_is_not_there_is_not_found(site: StaticSite, path: str) -> None:
    assert _get(site, path)["statusCode"] == 404


def test_who_takes_gzip_is_given_it(site: StaticSite) -> None:
    answer = _get(site, "", accept_encoding="br, gzip")

    assert answer["headers"]["content-encoding"] == "gzip"
    assert gzip.decompress(base64.b64decode(answer["body"])) == b"<p>start</p>"


def test_who_has_the_file_is_not_sent_it_again(site: StaticSite) -> None:
    etag = _get(site, "")["headers"]["etag"]

    again = _get(site, "", if_none_match=f'W/"other", {etag}')

    assert (again["statusCode"], again["body"]) == (304, "")
    assert _get(site, "pages/why.js", if_none_match=etag)["statusCode"] == 200


def test_nothing_from_elsewhere_runs_or_is_reached(site: StaticSite) -> None:
    policy = _get(site, "")["headers"]["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_frame_of_messages_reaches_nothing_of_the_sites(site: StaticSite) -> None:
    policy = _get(site, "frame.html")["headers"]["content-security-policy"]

    assert "connect-src" not in policy
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "script-src 'self'" in policy
