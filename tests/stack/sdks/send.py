"""Sends one person's story with an SDK of another: python send.py PACKAGE API WRITE_KEY ADDRESS.

PACKAGE is segment, rudderstack or customerio; ADDRESS is the person's e-mail address.
"""

import importlib
import sys

package, api, write_key, address = sys.argv[1:]
failures: list[object] = []
client = importlib.import_module(f"{package}.analytics").Client(
    write_key, host=api, gzip=True, max_retries=2, on_error=lambda error, _batch: failures.append(error)
)

client.identify(f"{package}-py", {"email": address, "firstName": package}, anonymous_id=f"{package}-py-device")
client.track(f"{package}-py", "Sdk Tried", {"sdk": f"{package}-py", "stars": 5})
client.track(
    f"{package}-py",
    "Product Added",
    {"product_id": "p-1", "sku": "p-1-red", "name": "Shirt", "quantity": 2, "price": 19.5},
)
client.page(anonymous_id=f"{package}-py-device", name="Home")
client.group(f"{package}-py", "group-1", {"name": "Shop"})
client.alias("before", f"{package}-py")
client.shutdown()
sys.exit(f"{package}: {failures}" if failures else 0)
