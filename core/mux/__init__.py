"""Mux: its REST API by mux-python, playback tokens by PyJWT, direct uploads by urllib3."""
