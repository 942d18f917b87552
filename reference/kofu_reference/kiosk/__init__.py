"""The kiosk in the shop: several terminals in one process, each with a reader, a screen, a till and a printer. [3.3]"""
