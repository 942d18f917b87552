"""The inquiry site: a citizen sends the scan of a back page and is shown the front as it was issued. [3.2.4c]"""
