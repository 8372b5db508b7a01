"""What Jupyter calls: before it saves a notebook, and when a page is asked for."""

from collections.abc import Awaitable, MutableMapping
from typing import Any

from jupyter_server.auth.identity import PasswordIdentityProvider, User
from tornado.web import RequestHandler


def drop_widget_state(model: MutableMapping[str, Any], **_: object) -> None:
    """Keep widget state out of saved notebooks: a second line of defence.

    Nothing secret is in it to begin with; this covers widgets that are not ours too.
    """
    if model.get("type") == "notebook" and model.get("content"):
        model["content"].get("metadata", {}).pop("widgets", None)


class Visitors(PasswordIdentityProvider):
    """Knows visitors by the token, and lets their pages end their kernels.

    A page of Voila asks for that when it is left, and must show the value of a cookie
    that Voila gives to nobody; without it, every kernel would stay until it is culled.
    """

    async def get_user(self, handler: RequestHandler) -> User | None:
        """Return who asks, after giving them that cookie."""
        user = super().get_user(handler)
        known = await user if isinstance(user, Awaitable) else user
        if known and not handler.get_cookie("_xsrf"):
            handler.current_user = known
            _ = handler.xsrf_token  # reading it is what sets the cookie
        return known
