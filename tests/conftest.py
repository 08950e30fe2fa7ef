"""What holds for every test.

Hypothesis times nothing, for a busy machine is no fault. Processes that tests start keep what they
compile, whatever the machine's setting: else each compiles the whole program again.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
