"""Whether a text is an e-mail address, by its form alone; nobody is asked over the network."""

import re

MAX_ADDRESS = 254  # RFC 5321 with erratum 1690
MAX_LOCAL_PART = 64

_ORDINARY = re.compile(
    r"(?P<local>[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)"
    r"@(?:(?=[^.]{1,63}\.)[a-z0-9]+(?:-[a-z0-9]+)*\.)+"
    r"(?!(?:arpa|invalid|local|localhost|onion)\Z)[a-z]{2,63}",
    re.IGNORECASE | re.ASCII,
)


def is_address(text: str) -> bool:
    """Tell whether a message could be sent to `text` as far as its form goes.

    The library knows every rule and costs tens of milliseconds to load, so it is asked only about addresses out of
    the ordinary; a property test holds that it takes everything that is taken without asking it.
    """
    ordinary = _ORDINARY.fullmatch(text)
    if ordinary and len(text) <= MAX_ADDRESS and len(ordinary["local"]) <= MAX_LOCAL_PART:
        return True
    return len(text) <= MAX_ADDRESS and _library_takes(text)


def _library_takes(text: str) -> bool:
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - see is_address

    try:
        # `.test` is how partners try things out (RFC 2606); the library takes it in this mode only.
        # Strict is about lengths: the library would let a local part of over 64 octets pass, which no server takes.
        validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        return False
    return True
