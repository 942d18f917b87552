"""The checks, by the implementation that they are for; every module here is imported before a run."""
