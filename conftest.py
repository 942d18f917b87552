"""Before any test loads gRPC: what `kofu_reference` sets for itself, whichever package is loaded first."""

import os

os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
