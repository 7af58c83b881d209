"""The lossless coercions for lenient partners (collect-api, section 4): where, what is sent, what it is taken as.

A value is JSON text, because how a number is written decides whether its digits survive.
"""

TAKEN = {
    "digits for text": ("/clientId", "3", '"3"'),
    "a price for text": ("/traits/phone", "19.90", '"19.90"'),
    "minus for text": ("/userId", "-1", '"-1"'),
    "a number of 38 digits for text": ("/userId", "1" * 38, f'"{"1" * 38}"'),
    "text for an integer": ("/sentAt", '"1524776691259"', "1524776691259"),
    "text for a negative integer": ("/timezone", '"-120"', "-120"),
    "a whole number for an integer": ("/timezone", "60.0", "60"),
    "a whole number with an exponent for an integer": ("/sentAt", "1.5e12", "1500000000000"),
    "text for a number": ("/properties/quantity", '"3"', "3"),
    "text for a price": ("/properties/price", '"19.90"', "19.90"),
    "text with an exponent for a number": ("/properties/price", '"1E+2"', "1E+2"),
    "text for a number in an array": ("/properties/cartItems/0/quantity", '"0"', "0"),
    "text for true": ("/context/debug", '"true"', "true"),
    "text for false": ("/context/debug", '"false"', "false"),
    "a number for the dotted form of context": ("/context/page.url", "5", '"5"'),
}

REFUSED = {
    "an exponent for text": ("/userId", "1e5"),
    "true for text": ("/userId", "true"),
    "an object for text": ("/userId", "{}"),
    "one in an array for text": ("/userId", '["u"]'),
    "a fraction for an integer": ("/timezone", "60.5"),
    "text of a fraction for an integer": ("/timezone", '"60.0"'),
    "true for an integer": ("/timezone", "true"),
    "a number over 38 digits for an integer": ("/timezone", "1.0e38"),
    "nothing for a number": ("/properties/price", '""'),
    "padded text for a number": ("/properties/price", '" 3"'),
    "a leading zero for a number": ("/properties/price", '"03"'),
    "a plus for a number": ("/properties/price", '"+3"'),
    "a comma for a number": ("/properties/price", '"3,5"'),
    "hexadecimal for a number": ("/properties/price", '"0x1F"'),
    "other digits for a number": ("/properties/price", '"٣"'),
    "NaN for a number": ("/properties/price", '"NaN"'),
    "over 38 digits for a number": ("/properties/price", f'"{"1" * 39}"'),
    "what the store cannot hold for a number": ("/properties/price", '"1e999"'),
    "true for a number": ("/properties/price", "true"),
    "another case for true": ("/context/debug", '"True"'),
    "one for true": ("/context/debug", "1"),
    "JSON text for an object": ("/properties/properties", '"{}"'),
    "an object for an array": ("/properties/cartItems", "{}"),
    "JSON text for an array": ("/properties/cartItems", '"[]"'),
    "an empty text for an object": ("/traits", '""'),
}
