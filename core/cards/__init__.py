"""Price cards that Lectern brings with it, as files of TOML."""
