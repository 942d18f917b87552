"""The oracle's rules: what the source document and the profile demand, one topic a module.

The reference implementation has its own reading of the same text and never imports this package.
"""
