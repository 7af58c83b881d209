"""The console's files as its function gives them."""

import base64
import gzip
import re
from typing import Any

from functions.console import app

FIRST_LOAD_BYTES = 300_000


def _get(path: str = "") -> dict[str, Any]:
    event = {
        "routeKey": "GET /console/{path+}",
        "headers": {"Accept-Encoding": "gzip"},
        "pathParameters": {"path": path},
    }
    return dict(app.lambda_handler(event, None))


def _text(path: str) -> str:
    return gzip.decompress(base64.b64decode(_get(path)["body"])).decode()


def test_the_console_answers_with_its_page_and_its_policy() -> None:
    answer = _get()

    assert answer["statusCode"] == 200
    assert '<div id="app">' in _text("")
    assert "default-src 'none'" in answer["headers"]["content-security-policy"]


def test_every_file_that_a_file_names_is_there() -> None:
    files = [path for path in app.FILES.rglob("*.js") if "vendor" not in path.parts]

    assert files
    for path in files:
        for name in re.findall(r'(?:from |import\()"(\.[^"]+)"', path.read_text()):
            assert (path.parent / name).is_file(), f"{path.name} names {name}"
    for name in re.findall(r'(?:href|src)="/console/([^"]+)"', _text("")):
        assert (app.FILES / name).is_file(), name


def test_a_page_is_no_larger_than_a_slow_line_carries_at_once() -> None:
    files = [path for path in app.FILES.rglob("*") if path.is_file() and path.suffix != ".txt"]
    lazy = {"editor.js"}

    sizes = {path.name: len(_get(path.relative_to(app.FILES).as_posix())["body"]) * 3 / 4 for path in files}

    assert sum(size for name, size in sizes.items() if name not in lazy) < FIRST_LOAD_BYTES
    assert sum(sizes.values()) < FIRST_LOAD_BYTES


def test_no_file_has_styles_or_handlers_that_the_policy_forbids() -> None:
    for path in app.FILES.rglob("*.js"):
        if "vendor" in path.parts:
            continue
        text = path.read_text()
        assert not re.search(r"\sstyle=|innerHTML|dangerouslySetInnerHTML|\beval\(|new Function", text), path.name
