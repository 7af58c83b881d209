"""What crosses a trust boundary: parsed, checked and translated to and from the domain's values."""
