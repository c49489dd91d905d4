"""Countries by their names."""

from functools import cache

from babel import Locale


def country(code: str) -> str:
    """The English name of a country; what is no country's two letters stays as it is.

    >>> country("DE"), country("us"), country("XX"), country("Atlantis"), country("")
    ('Germany', 'United States', 'XX', 'Atlantis', '')
    """
    letters = code.upper()
    return _names().get(letters, code) if len(letters) == 2 else code


@cache
def _names() -> dict[str, str]:
    """Read when the first country is shown: most pages show none."""
    return dict(Locale("en").territories)
