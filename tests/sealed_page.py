"""The page's part of the sealed field, in Python."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vippsdiag.notebook.envelope import OAEP
from vippsdiag.notebook.sealed import SealedField

MEGABYTE = 1024 * 1024

Message = dict[str, Any]
Sent = list[tuple[Message, list[bytes]]]


@dataclass
class Page:
    """Does what the page does: seals a value and sends it in parts."""

    widget: SealedField
    sent: Sent
    key: rsa.RSAPublicKey | None = None
    count: int = 0
    held: list[str] = field(default_factory=list)
    in_use: bool = False
    silent: bool = False

    def __post_init__(self) -> None:
        """Answer what the kernel asks, as it would be answered a moment later."""
        send = self.widget.send

        def hear(content: Message, buffers: list[bytes] | None = None) -> None:
            send(content, buffers)
            if content["kind"] == "ask" and not self.silent:
                told = {"held": self.held, "in_use": self.in_use}
                self.say(kind="answer", id=content["id"], **told)

        self.widget.send = hear

    def say(self, buffers: Sequence[bytes] = (), **content: object) -> None:
        message = {"method": "custom", "content": content}
        views = [memoryview(buffer) for buffer in buffers]
        self.widget._handle_msg({"content": {"data": message}, "buffers": views})

    def heard(self, kind: str) -> list[Message]:
        """Return what the kernel sent of a kind, oldest first."""
        contents = [data.get("content", {}) for data, _ in self.sent]
        return [content for content in contents if content.get("kind") == kind]

    @property
    def status(self) -> str:
        """What the page shows now."""
        contents = [data.get("content", {}) for data, _ in self.sent]
        return [c["status"]["text"] for c in contents if "status" in c][-1]

    def hello(self) -> None:
        self.say(kind="hello", id="view")
        key = serialization.load_der_public_key(self.sent[-1][1][0])
        assert isinstance(key, rsa.RSAPublicKey)
        self.key = key

    def touched(self) -> None:
        self.say(kind="touched")

    def coming(self) -> str:
        self.count += 1
        name = f"view.{self.count}"
        self.say(kind="coming", id=name)
        return name

    def seal(self, data: bytes, bound_to: str) -> list[bytes]:
        if self.key is None:
            self.hello()
        assert self.key is not None
        aes, nonce = os.urandom(32), os.urandom(12)
        body = AESGCM(aes).encrypt(nonce, data, bound_to.encode())
        return [self.key.encrypt(aes, OAEP), nonce, body]

    def part(self, name: str, number: int, of: int, data: bytes) -> None:
        buffers = self.seal(data, f"{name}/{number}/{of}")
        self.say(buffers, kind="part", id=name, part=number, of=of, sealed=True)

    def deliver(self, name: str, data: bytes, head: Message | None = None) -> None:
        cuts = range(0, max(1, len(data)), MEGABYTE)
        for number, start in enumerate(cuts):
            first = json.dumps(head or {}).encode() + b"\n" if number == 0 else b""
            self.part(name, number, len(cuts), first + data[start : start + MEGABYTE])

    def enter(self, text: str) -> None:
        self.deliver(self.coming(), text.encode())

    def drop(self, name: str, data: bytes) -> None:
        self.deliver(self.coming(), data, {"name": name})
