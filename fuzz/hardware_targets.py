"""What is fuzzed of keys in hardware: the names of keys, and what a damaged process answers."""

import socket
from collections.abc import Iterator, Mapping

import msgspec
from target import Target

from sealwright.keys.pkcs11 import choosing, messages, public_keys, uri
from sealwright.keys.pkcs11.messages import Answer, Loaded, Problem, TokenInfo, TokenKey
from sealwright.pki.keys import describe


def _uri(content: bytes) -> None:
    found = uri.parse(content.decode(errors="replace"))
    assert found == uri.parse(found.text)
    assert found.text.isprintable()
    assert found.text.isascii()


def _answer(content: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(content[: 64 * 1024])
        theirs.close()
        try:
            told = msgspec.msgpack.decode(messages.receive(ours, 5), type=Answer | Problem)
            if isinstance(told, Problem):
                return
            tokens = msgspec.msgpack.decode(told.value, type=tuple[TokenInfo, ...])
        except messages.NONSENSE:
            return
    fitting = choosing.tokens(uri.TokenUri(), Loaded("", "", (0, 0)), tokens)
    assert len(tokens) == len(fitting)
    assert all(choosing.token_words(one).isprintable() for one in tokens)


def _key(content: bytes) -> None:
    try:
        key = msgspec.msgpack.decode(content, type=TokenKey)
    except messages.NONSENSE:
        return
    found = public_keys.of(key)
    assert found is None or describe(found)
    assert choosing.key_words(key).isprintable()


def _uris() -> Iterator[bytes]:
    yield b"pkcs11:token=a%20b;serial=1;slot-id=7;library-version=2.4;object=k;type=private;id=%01%FF"
    yield b"pkcs11:object=k?module-path=/m.so&module-name=m&pin-source=file:/p&x-a=b"


def _framed(value: object) -> bytes:
    answer = msgspec.msgpack.encode(Answer(msgspec.Raw(msgspec.msgpack.encode(value))))
    return len(answer).to_bytes(4) + answer


def _answers() -> Iterator[bytes]:
    words = ("label", "maker", "model", "serial", "slot", "its maker")
    yield _framed(
        [
            TokenInfo(
                *(1, *words),
                login_required=True,
                protected=False,
                pin_set=True,
                left="few",
                mechanisms=frozenset({"ECDSA"}),
            )
        ]
    )
    problem = msgspec.msgpack.encode(Problem("key.pin-wrong", {"left": "one"}))
    yield len(problem).to_bytes(4) + problem


def _keys() -> Iterator[bytes]:
    curve, _ = public_keys.CURVES["EC-256"]
    point = b"\x04\x41\x04" + bytes(64)
    yield msgspec.msgpack.encode(
        TokenKey("k", b"\x01", "EC", signs=True, always=False, curve=curve, point=point)
    )
    yield msgspec.msgpack.encode(
        TokenKey(
            "k", b"\x01", "RSA", signs=True, always=False, modulus=b"\xc5" * 256, exponent=b"\x01\x00\x01"
        )
    )


TARGETS: Mapping[str, Target] = {
    "pkcs11-uri": Target(_uri, _uris, 512),
    "pkcs11-answer": Target(_answer, _answers, 2048),
    "pkcs11-key": Target(_key, _keys, 1024),
}
