"""The page that shows how one lesson is watched."""
