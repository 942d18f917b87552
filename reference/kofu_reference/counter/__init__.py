"""The city counter: PINs are unblocked here after an identity check, and record changes are filed. [3.3.11, 2.6]"""
