"""The validity responder of the JPKI: OCSP by RFC 6960 over plain HTTP, its answers signed. [1.8]"""
