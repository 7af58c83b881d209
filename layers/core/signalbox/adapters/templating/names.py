"""Which names a template reads, as its author wrote them; found without rendering."""

from collections.abc import Iterator

from jinja2 import nodes


def names_in(tree: nodes.Node) -> Iterator[str]:
    """Give every name that is read, dotted as far as it is written out: `contact.address.city`, `unsubscribe_url`.

    The shorter names on the way to a longer one are given too. A loop's own variables are among them.
    """
    for node in (tree, *tree.find_all(nodes.Expr)):
        if (path := _path_of(node)) is not None:
            yield path


def _path_of(node: nodes.Node) -> str | None:
    match node:
        case nodes.Name(name=name, ctx="load"):
            return str(name)
        case nodes.Getattr(node=holder, attr=attribute):
            within = _path_of(holder)
            return None if within is None else f"{within}.{attribute}"
        case nodes.Getitem(node=holder, arg=nodes.Const(value=str(key))):
            within = _path_of(holder)
            return None if within is None else f"{within}.{key}"
        case _:
            return None
