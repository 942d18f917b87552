"""The kiosk's screen: pages that the kiosk makes for the browser on its own front, one for each terminal. [3.3.6]"""
