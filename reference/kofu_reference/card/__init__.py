"""The My Number Card: its JPKI application at APDU level, and the side of a reader that talks to it. [1.8, 3.3.9]"""
