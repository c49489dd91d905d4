"""Video files and HLS, by PyAV: reading an index, remuxing a folder, playing a first frame."""
