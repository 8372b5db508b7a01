"""What Jupyter calls before it saves a notebook."""

from collections.abc import MutableMapping
from typing import Any


def drop_widget_state(model: MutableMapping[str, Any], **_: object) -> None:
    """Keep widget state out of saved notebooks: a second line of defence.

    Nothing secret is in it to begin with; this covers widgets that are not ours too.
    """
    if model.get("type") == "notebook" and model.get("content"):
        model["content"].get("metadata", {}).pop("widgets", None)
