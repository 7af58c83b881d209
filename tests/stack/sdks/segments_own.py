"""Runs the tests that Segment's package carries, but for OAuth's: python segments_own.py API WRITE_KEY.

They speak to https://api.segment.io with keys of their own. A transport of ours at that place, for which `requests`
has `Session.mount`, sends the same bytes to API instead, as from the partner of WRITE_KEY.
"""

import base64
import pkgutil
import sys
import unittest
from typing import Any

import requests.adapters
import segment.analytics.request  # type: ignore[import-not-found]  # it is in the venv that runs this
import segment.analytics.test  # type: ignore[import-not-found]  # the same

THEIRS = "https://api.segment.io"
api, write_key = sys.argv[1:]


class Elsewhere:
    """Sends on what was meant for THEIRS."""

    def __init__(self) -> None:
        self._adapter = requests.adapters.HTTPAdapter()

    def send(self, request: Any, **options: Any) -> requests.Response:
        request.url = request.url.replace(THEIRS, api)
        request.headers["Authorization"] = "Basic " + base64.b64encode(f"{write_key}:".encode()).decode()
        return self._adapter.send(request, **options)

    def close(self) -> None:
        self._adapter.close()


segment.analytics.request._session.mount(THEIRS, Elsewhere())  # noqa: SLF001 - the one session that it sends with
tests = segment.analytics.test
names = [f"{tests.__name__}.{module.name}" for module in pkgutil.iter_modules(tests.__path__)]
suite = unittest.defaultTestLoader.loadTestsFromNames([name for name in names if not name.endswith("oauth")])
sys.exit(not unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful())
