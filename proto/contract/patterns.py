"""Regular expressions of the proto3 JSON mapping: decimal strings, base64, instants; and RE2 as ECMA-262 reads it."""

import re
import string

TIMESTAMP = (
    r"^(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$"
)
DURATION_LIMIT_SECONDS = 315_576_000_000
NANOS = r"(?:\.[0-9]{1,9})?"

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
SIX_BITS = "[A-Za-z0-9+/]"
BASE64 = f"^(?:{SIX_BITS}{{4}})*(?:{SIX_BITS}[AQgw]==|{SIX_BITS}{{2}}[AEIMQUYcgkosw048]=)?$"
"""Standard alphabet, padded, unused bits zero: the one form of each value."""

# What RE2 and ECMA-262 read differently, or what Python's re does not know.
NOT_PORTABLE = re.compile(r"\\[pPzAZQECaGKXRhHvV]|\(\?[imsUP]|\[\[:|\(\?-")
CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
CATEGORIES = {r"\p{Cc}": r"\u0000-\u001f\u007f-\u009f", r"\p{Zl}": r"\u2028", r"\p{Zp}": r"\u2029"}
"""Unicode's categories of which no version will have other members, for the inside of a class."""


def decimal(low: int, high: int) -> str:
    """Matches the decimal strings of low..high in their shortest form."""
    alternatives = []
    if high >= 0:
        alternatives += _magnitudes(max(low, 0), high)
    if low < 0:
        below = _magnitudes(max(-high, 1), -low)
        alternatives.append(f"-(?:{'|'.join(below)})")
    return f"(?:{'|'.join(alternatives)})"


def duration(low: int, high: int) -> str:
    """Matches proto3 JSON durations from low to high whole seconds, with their fractions. A low below zero is -high."""
    least = max(low, 0)
    below_high = f"{decimal(least, high - 1)}{NANOS}|" if least < high else ""
    return f"^{'-?' if low < 0 else ''}(?:{below_high}{high}(?:\\.0{{1,9}})?)s$"


def ecma(pattern: str) -> str | None:
    """The RE2 pattern for JSON Schema, where both mean the same; else None."""
    for category, members in CATEGORIES.items():
        pattern = pattern.replace(category, members)
    if NOT_PORTABLE.search(pattern.replace(r"\\", "")):
        return None
    found, inside, at = [], False, 0
    while at < len(pattern):
        one = pattern[at]
        if one == "\\":
            hexadecimal = re.match(r"x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})", pattern[at + 1 :])
            if hexadecimal:
                found.append(re.escape(chr(int(hexadecimal[1] or hexadecimal[2], 16))))
                at += 1 + hexadecimal.end()
                continue
            escaped = pattern[at + 1]
            digits = CLASSES.get(escaped)
            found.append((digits if inside else f"[{digits}]") if digits else one + escaped)
            at += 2
            continue
        if one in "[]":
            inside = one == "["
        found.append(one)
        at += 1
    try:
        re.compile("".join(found))
    except re.error:
        return None
    return "".join(found)


def base64_prefix(prefix: bytes) -> str:
    """Matches the base64 of bytes that begin with the prefix."""
    bits = "".join(f"{byte:08b}" for byte in prefix)
    whole, rest = divmod(len(bits), 6)
    letters = "".join(re.escape(ALPHABET[int(bits[6 * place : 6 * place + 6], 2)]) for place in range(whole))
    last = int(bits[6 * whole :].ljust(6, "0"), 2)
    return f"^{letters}[{ALPHABET[last : last + 2 ** (6 - rest)]}]" if rest else f"^{letters}"


def _magnitudes(low: int, high: int) -> list[str]:
    """Alternatives for low..high, both at least zero."""
    found = ["0"] if low == 0 else []
    full: list[int] = []  # numbers of digits that are allowed whole
    partial = []
    for digits in range(len(str(max(low, 1))), len(str(high)) + 1):
        first, last = max(low, 10 ** (digits - 1)), min(high, 10**digits - 1)
        if first > last:
            continue
        if (first, last) == (10 ** (digits - 1), 10**digits - 1):
            full.append(digits)
        else:
            partial += _same_length(str(first), str(last))
    if full:
        found.append("[1-9]" + (f"[0-9]{{{full[0] - 1},{full[-1] - 1}}}" if full[-1] > 1 else ""))
    return found + partial


def _same_length(low: str, high: str) -> list[str]:
    if not low:
        return [""]
    rest = len(low) - 1
    if low[0] == high[0]:
        return [low[0] + tail for tail in _same_length(low[1:], high[1:])]
    first, last, below, above = int(low[0]), int(high[0]), [], []
    if low[1:].strip("0"):
        below = [low[0] + tail for tail in _same_length(low[1:], "9" * rest)]
        first += 1
    if high[1:].strip("9"):
        above = [high[0] + tail for tail in _same_length("0" * rest, high[1:])]
        last -= 1
    whole = [f"[{first}-{last}]" if first < last else str(first)] if first <= last else []
    any_rest = f"[0-9]{{{rest}}}" if rest > 1 else "[0-9]" * rest
    return [*below, *(digit + any_rest for digit in whole), *above]
