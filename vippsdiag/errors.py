"""The exceptions that vippsdiag raises.

What is wrong with the user's set-up is a finding, never an exception; these are for
what the caller asked for and cannot have::

    VippsdiagError
     ├── UnreadablePaste     the text or file cannot be used, with a hint
     ├── HostNotAllowed      keys may not go to this address
     ├── UnsendableValue     a value cannot be a header value as it is
     ├── UnsafeCall          the call could change something
     ├── TooSoon             the API asked to wait before the next call
     └── SecretHandling      a question about a secret value failed
"""

from vippsdiag.language import Text, joined, say, tr


class VippsdiagError(Exception):
    """Any error that vippsdiag raises on purpose.

    Its text is made for people and never holds a secret value. ``str`` is English.
    """

    @property
    def text(self) -> Text:
        """What people read of it, to be kept and said with `tr`."""
        return joined(*(say(text) for text in self.args if text))

    @property
    def words(self) -> str:
        """What people read of it, in the language that is spoken now."""
        return tr(self.text)


class UnreadablePaste(VippsdiagError):  # noqa: N818 - named for what happened
    """A pasted text or a file that cannot be used.

    Attributes:
        hint: what the user can do about it, as a sentence; may be empty.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.hint = hint

    def __str__(self) -> str:
        return " ".join(filter(None, self.args))


class HostNotAllowed(VippsdiagError):  # noqa: N818 - named for what happened
    """Keys were about to be sent to an address that is not on the allow-list."""


class UnsendableValue(VippsdiagError):  # noqa: N818 - named for what happened
    """A header value holds a character that cannot be sent.

    The HTTP library would refuse it too, but prints the value while doing so.
    """


class UnsafeCall(VippsdiagError):  # noqa: N818 - named for what happened
    """A call that could change something was about to be sent."""


class TooSoon(VippsdiagError):  # noqa: N818 - named for what happened
    """The API asked to wait before the next call.

    Attributes:
        seconds: how long to wait still.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(
            say("The API asked to wait. Try again in 1 second.")
            if seconds == 1
            else say(
                "The API asked to wait. Try again in {seconds} seconds.",
                seconds=seconds,
            )
        )
        self.seconds = seconds


class SecretHandling(VippsdiagError):  # noqa: N818 - named for what happened
    """A question that was asked about a secret value failed."""
