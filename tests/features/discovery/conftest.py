"""The application, registry and people of the tests of follows."""

from tests.features.follows.conftest import (  # noqa: F401
    ana,
    app,
    bo,
    cleo,
    client,
    company_a,
    hospital,
    shared_url,
)
