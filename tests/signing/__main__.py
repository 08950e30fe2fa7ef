"""The long run: `python -m tests.signing sqlite --signatures 10000`; see docs/log.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.crash.stores import stores
from tests.signing.campaign import Campaign


def main() -> int:
    read = argparse.ArgumentParser(prog="python -m tests.signing", description=__doc__)
    read.add_argument("store", help="sqlite, postgresql, or the URL of an empty store")
    read.add_argument("--signatures", type=int, default=10_000)
    read.add_argument("--writers", type=int, default=16)
    given = read.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        where = stores(given.store, Path(folder))
        try:
            heads = Path(folder) / "signed"
            campaign = Campaign(where.fresh(), heads, given.signatures, given.writers, every=50)
            signed = campaign.run()
        finally:
            where.close()
    summary = (
        f"{len(signed.heads)} signatures and {signed.bundles} pieces of evidence in "
        f"{signed.seconds:.0f} s, while {given.writers} writers recorded {signed.records} acts: "
        f"{len(signed.failures)} failures"
    )
    sys.stdout.writelines(f"{line}\n" for line in (summary, *signed.failures[:20]))
    return int(bool(signed.failures))


if __name__ == "__main__":
    sys.exit(main())
