"""The handlers of api.mux.com, one file per resource."""
