"""How rare a word is in news at large: a fixed table, so that what is stored never matters.

``rarity.bin`` is made by ``python -m bench.rarity``: the 24-bit digests of common stems in rising
order, then one byte of rarity for each. A stem that is not there is as rare as can be.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files

RAREST = 7.5
STEP = 1 / 32  # of rarity, in a byte of the table
_LEAST = 1.6  # words in one text of five tell nothing
_DIGIT = 1.5
_KEY = 3  # bytes


def rarity_of(root: str) -> float:
    """Give a stem's rarity, 0 to 7.5: the logarithm of how few texts have it."""
    level = _table().get(key_of(root))
    rarity = RAREST if level is None else level * STEP
    if root.isdigit() and len(root) == 1:
        return min(rarity, _DIGIT)
    return rarity if rarity > _LEAST else 0.0


def key_of(root: str) -> bytes:
    """Give the digest under which the table has a stem."""
    return blake2b(root.encode("utf-8", "surrogatepass"), digest_size=_KEY).digest()


@cache
def _table() -> Mapping[bytes, int]:
    data = files("monitor.story").joinpath("rarity.bin").read_bytes()
    count = len(data) // (_KEY + 1)
    keys = (data[at * _KEY : at * _KEY + _KEY] for at in range(count))
    return dict(zip(keys, data[count * _KEY :], strict=True))
