"""The one error tree. The text a person reads lives with the error; which branch it hangs from decides what callers do.

    CodirectorError
    ├── InputError            the person can mend it; final; exit code 2
    │   ├── RefusedChange     the scene is fine, the change makes no sense for it (or what it touches is locked)
    │   ├── UnknownName       a session, thread, turn, model or file that does not exist
    │   ├── Unsupported       the chosen backend cannot do this; says what can
    │   └── DoesNotFit        the model needs more memory than there is; says what would fit
    ├── RetryableError        the same call may work later (a busy server, a lost connection)
    ├── CannotUnderstand      the planner found no valid plan, twice; nothing was changed
    ├── Cancelled             the person pressed Stop; not a failure
    └── InternalError         ours: a broken store, a backend that misbehaved; final; exit code 1
        ├── CorruptSession    a stored turn no longer matches its hash, or the file is not a session store
        └── StorageFull       nothing could be written; what was stored before is untouched

This module does not know about exit codes being printed or errors being shown: the edges (command line, web page) do.
"""


class CodirectorError(Exception):
    """Base of all our errors. `message` says what happened, `hint` says what to do about it; both are worded for a person."""

    retryable: bool = False
    exit_code: int = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(CodirectorError):
    """Something the person gave is not usable as it is."""

    exit_code = 2


class RefusedChange(InputError):
    """The change does not apply to this scene."""


class UnknownName(InputError):
    """A name that refers to nothing we have."""


class Unsupported(InputError):
    """The chosen backend cannot do what was asked."""


class DoesNotFit(InputError):
    """The model needs more memory than this machine has."""


class RetryableError(CodirectorError):
    """The same call may succeed later."""

    retryable = True


class CannotUnderstand(CodirectorError):
    """No valid plan came out of the message."""


class Cancelled(CodirectorError):
    """The person stopped the work."""

    exit_code = 130

    def __init__(self, message: str = "Stopped.", hint: str = "") -> None:
        super().__init__(message, hint)


class InternalError(CodirectorError):
    """A fault of ours or of the machine."""


class CorruptSession(InternalError):
    """Stored turns do not match their hashes, or the file is no session store."""


class StorageFull(InternalError):
    """The disk took nothing more."""
