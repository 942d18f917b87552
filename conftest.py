"""What holds for all tests, whichever package is loaded first."""

import os

from hypothesis import settings

# Before any test loads gRPC: what `kofu_reference` sets for itself.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

# No test asserts a time, so none of a drawn case either.
settings.register_profile("kofu", deadline=None)
settings.load_profile("kofu")
