"""The specification as a site: pages written from the specification's data, once in Japanese and once in English.

`facts` gathers the data, each `*_pages` module turns it into pages, `build` writes them and runs Sphinx on them.
Nothing is stated here that stands elsewhere; prose that explains stands in `prose/`.
"""
