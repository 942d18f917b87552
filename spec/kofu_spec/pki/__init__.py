"""The test public key infrastructure: a JPKI that is not real, and the TLS authority of a run."""
