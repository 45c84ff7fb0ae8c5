"""Let `requests` reach WSGI applications of this process, so that no test needs a port."""

import io
from collections.abc import Mapping
from typing import Any

import requests
from flask import Flask
from requests.adapters import BaseAdapter
from werkzeug.test import Client


class WsgiAdapter(BaseAdapter):
    """Answers every request with one application. `seen` lists the requests in their order."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._client = Client(app, use_cookies=False)
        self.seen: list[requests.PreparedRequest] = []

    def send(
        self, request: requests.PreparedRequest, *_args: Any, **_options: Any
    ) -> requests.Response:
        """Run the application and turn its answer into one of `requests`."""
        self.seen.append(request)
        answer = self._client.open(
            str(request.url),
            method=request.method or "GET",
            headers=list(request.headers.items()),
            data=request.body or b"",
        )
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers.update(dict(answer.headers))
        response.raw = io.BytesIO(answer.get_data())
        response.url = str(request.url)
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is held open."""


def session_for(apps: Mapping[str, Flask]) -> requests.Session:
    """Return a session that knows these applications by their base addresses and nothing else."""
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    for address, app in apps.items():
        session.mount(address, WsgiAdapter(app))
    return session
