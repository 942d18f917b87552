"""The reference implementation: every system of the source document, over the wire."""

import os

# Before gRPC is loaded: renderers are started by fork and exec beside live calls, and gRPC's own handlers around a fork
# would run in the child.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
