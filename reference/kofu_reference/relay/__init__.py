"""The relay server, the city's only door: the feed goes out, koseki requests come in. [2.6, 2.9, 3.1.6]"""
