"""The page that plays one lesson."""
