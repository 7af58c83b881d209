"""Fresh ids and secrets from the operating system's random numbers."""

import secrets

from signalbox.domain.partners import SECRET_BITS

ID_BYTES = 8  # 64 random bits; a clash is refused by the store's condition


class RandomIds:
    """The `Ids` port."""

    def new_id(self, kind: str) -> str:
        """Give `<kind>_` and 16 hexadecimal digits."""
        return f"{kind}_{secrets.token_hex(ID_BYTES)}"

    def new_secret(self) -> str:
        """Give 256 random bits as URL-safe text."""
        return secrets.token_urlsafe(SECRET_BITS // 8)

    def new_key(self) -> bytes:
        """Give 256 random bits."""
        return secrets.token_bytes(SECRET_BITS // 8)
