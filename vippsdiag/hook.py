"""What Jupyter calls: before it saves a notebook, and when a page is asked for."""

from collections.abc import Awaitable, MutableMapping
from typing import Any

from jupyter_server.auth.identity import PasswordIdentityProvider, User
from tornado.web import RequestHandler

from vippsdiag.language import spoken
from vippsdiag.titles import said, title_of


def drop_widget_state(model: MutableMapping[str, Any], **_: object) -> None:
    """Keep widget state out of saved notebooks: a second line of defence.

    Nothing secret is in it to begin with; this covers widgets that are not ours too.
    """
    if model.get("type") == "notebook" and model.get("content"):
        model["content"].get("metadata", {}).pop("widgets", None)


def spoken_to(_: object) -> str:
    """Return the code of the language in which a page is served."""
    return spoken()


FILTERS = {"said": said, "spoken": spoken_to, "title_of": title_of}


class Visitors(PasswordIdentityProvider):
    """Knows visitors by the token, and lets their pages end their kernels.

    A page of Voila asks for that when it is left, and must show the value of a cookie
    that Voila gives to nobody; without it, every kernel would stay until it is culled.
    """

    async def get_user(self, handler: RequestHandler) -> User | None:
        """Return who asks, after giving them that cookie."""
        user = super().get_user(handler)
        known = await user if isinstance(user, Awaitable) else user
        # The list of apps and the page of an error have no filters in Voila's settings.
        handler.settings["voila_jinja2_env"].filters.update(FILTERS)
        if known and not handler.get_cookie("_xsrf"):
            handler.current_user = known
            _ = handler.xsrf_token  # reading it is what sets the cookie
        return known
