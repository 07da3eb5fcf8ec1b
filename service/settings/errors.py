"""What can be wrong with a configuration file.

ConfigError
+-- UnreadableFile      there is no such file, or it is not text
+-- MalformedYaml       it is not YAML, or not the YAML that is read here
+-- UnknownKey          a misspelt key
+-- MissingKey          a key that has no default
+-- MissingVariable     an environment variable that the file refers to
+-- BadValue            a key with a value it cannot have
+-- BadName             a model, route, source or key that cannot be called so
+-- UnknownModel        a route names a model that is not there
+-- UnknownPrice        a price that nobody gave
"""

import difflib
from collections.abc import Sequence

from bandit.errors import ConfigError
from service.settings.path import Path, text_of


class UnreadableFile(ConfigError):
    """Raised when the file cannot be read as text."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"cannot read {file}: {reason}", "name a readable YAML file")


class MalformedYaml(ConfigError):
    """Raised when the text is not a YAML document of mappings, lists and plain values."""

    def __init__(self, fact: str, remedy: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {fact}", remedy)
        self.line = line
        self.column = column


class UnknownKey(ConfigError):
    """Raised when a key is none that can stand there."""

    def __init__(self, path: Path, known: Sequence[str]) -> None:
        key = str(path[-1])
        super().__init__(f"{text_of(path)} is not a known key", one_of(key, known))


class MissingKey(ConfigError):
    """Raised when a key that must be given is not."""

    def __init__(self, path: Path, meaning: str) -> None:
        super().__init__(
            f"{text_of(path)} is missing", f"add it: {meaning[:1].lower()}{meaning[1:]}"
        )


class MissingVariable(ConfigError):
    """Raised when an environment variable that the file refers to is not set, or is empty."""

    def __init__(self, path: Path, variable: str) -> None:
        # What is not written like a variable may be a key, pasted in its place.
        name = variable if variable.isupper() else "named there"
        super().__init__(
            f"{text_of(path)} needs the environment variable {name}, which is not set, or empty",
            "set it before starting, or remove the reference",
        )


class BadValue(ConfigError):
    """Raised when a key has a value it cannot have."""

    def __init__(self, path: Path, shown: str, remedy: str) -> None:
        super().__init__(f"{text_of(path)} is {shown}", remedy)


class BadName(ConfigError):
    """Raised when a model, a route, a source or a key has a name that could not be used."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{text_of(path)} has a name that cannot be used",
            "give it 1 to 128 printable characters without spaces; no model is auto or auto:…",
        )


class UnknownModel(ConfigError):
    """Raised when a route or its policy names a model that it cannot choose."""

    def __init__(self, path: Path, shown: str, remedy: str) -> None:
        super().__init__(f"{text_of(path)} names {shown}, which cannot be chosen there", remedy)


class UnknownPrice(ConfigError):
    """Raised when what a model costs was not given; it is never taken to be nothing."""

    def __init__(self, path: Path, shown: str, suggestions: Sequence[str]) -> None:
        names = f" or a name it knows ({', '.join(suggestions)})" if suggestions else ""
        super().__init__(
            f"{text_of(path)} is {shown}, and genai-prices lists no token price for that",
            f"give usd_per_million_tokens_in and usd_per_million_tokens_out{names}",
        )


def one_of(given: str, known: Sequence[str]) -> str:
    """A remedy: what can stand there, and what was probably meant.

    >>> one_of("thomson", ["thompson", "random"])
    'did you mean thompson? It can be one of: thompson, random'
    """
    close = difflib.get_close_matches(given, known, n=1)
    guess = f"did you mean {close[0]}? It can be" if close else "use"
    return f"{guess} one of: {', '.join(known)}"
