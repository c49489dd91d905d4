"""The hosts a viewer's browser talks to: stream.mux.com under `/stream`, image.mux.com under `/image`."""
