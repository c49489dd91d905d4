"""Variables of the environment, or the files that stand in for them; all that is wrong is collected."""

from collections.abc import Callable, Mapping
from pathlib import Path

from core.forms import WrongForm

ALSO_KNOWN_AS = {"AWS_REGION": "AWS_DEFAULT_REGION"}
"""Where a variable is not set, this one counts: AWS's own programs read either."""

Cast = Callable[[str], object]
"""Makes a value of a variable's text, or raises `WrongForm`."""


class Reader:
    """Reads one variable after another; `problems` says in words what was wrong, never a value."""

    def __init__(self, env: Mapping[str, str], casts: Mapping[str, Cast]) -> None:
        self.problems: list[str] = []
        self._env = env
        self._casts = casts

    def read(self, name: str) -> object | None:
        """A setting's value (`mux_base_url` is MUX_BASE_URL); None where it is not set, or wrong."""
        variable = name.upper()
        text = self._text(variable)
        if not text and variable in ALSO_KNOWN_AS:
            text = self._text(ALSO_KNOWN_AS[variable])
        if not text:
            return None
        try:
            return self._casts.get(name, str)(text)
        except WrongForm as wanted:
            self.problems.append(f"{variable} is not of the right form ({wanted})")
            return None

    def _text(self, variable: str) -> str:
        """What the variable says, or the file that `variable`_FILE names; '' without either."""
        said = self._env.get(variable, "").strip()
        path = self._env.get(f"{variable}_FILE", "").strip()
        if not path:
            return said
        if said:
            self.problems.append(f"{variable} and {variable}_FILE are both set: keep one")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self.problems.append(f"{variable}_FILE cannot be read")
            return ""
