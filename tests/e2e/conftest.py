"""Fixtures of the end-to-end tests: daemons that end with their test."""
import pytest

from gamesrv import Daemon


@pytest.fixture
def daemon():
    """daemon(*options, bundle=DIR) starts one more."""
    started = []

    def start(*args, **kw):
        d = Daemon(*args, **kw)
        started.append(d)
        return d

    yield start
    for d in started:
        d.close()
