"""A stand-in for Mux that answers like Mux: same shapes, same limits, real playback."""
