"""Flagged errors: they block until an officer has compared the content of the document. [P.7]"""
