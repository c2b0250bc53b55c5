"""Names of sessions and threads: what is allowed, and what a name looks like as part of a file name. Touches no files."""

import unicodedata

from codirector.errors import InputError

LONGEST = 80
"""Characters in a name."""


def check_name(name: str, what: str = "session") -> str:
    """`name`, stripped and in Unicode normal form C. Raises InputError for an empty, overlong or dangerous one.

    A name never becomes a path (files are called after `slug`), but it is shown, logged and typed into shells, so what only makes
    sense as a path trick is refused here.
    """
    clean = tidy(name)
    if not clean:
        raise InputError(f"The {what} needs a name.", "Any short text will do.")
    if len(clean) > LONGEST:
        raise InputError(f"This name for a {what} is too long ({len(clean)} characters).", f"Use at most {LONGEST}.")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in clean):
        raise InputError(f"The name of a {what} must be one line of plain text.", "Leave out line breaks and control characters.")
    if "/" in clean or "\\" in clean or clean.startswith((".", "-", "~")):
        raise InputError(f"“{clean}” cannot be the name of a {what}.", "Leave out slashes, and do not begin with a dot, a dash or a tilde.")
    return clean


def tidy(name: str) -> str:
    """The name as it is kept: stripped, in normal form C."""
    return unicodedata.normalize("NFC", name).strip()


def slug(name: str) -> str:
    """The name in lower-case ASCII letters, digits and dashes, at most 40 of them: for file names. Different names may share one."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "".join(character if character.isalnum() else " " for character in ascii_only).split()
    return "-".join(words)[:40].strip("-") or "session"
