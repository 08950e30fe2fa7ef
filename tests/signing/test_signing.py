"""A short campaign of signatures; docs/log.md tells how the long one is run."""

from __future__ import annotations

import pytest

from tests import postgres
from tests.signing.campaign import Campaign


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_what_is_signed_while_many_write_is_what_was_committed_and_no_signature_fails(
    store, tmp_path
):
    url = postgres.database() if store == "postgresql" else f"sqlite:///{tmp_path / 'acts.db'}"
    signed = Campaign(url, tmp_path / "signed", signatures=60, writers=16, every=6).run()
    assert signed.failures == []
    assert (len(signed.heads), signed.bundles) == (60, 10)
    assert len(set(signed.heads)) > 1
