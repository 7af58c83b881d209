"""What is done to a parsed template before it is compiled: its nodes checked, its blocks put in, its meters set.

What Jinja has no hook for (a turn of a loop, a comparison, a slice, `~`, a key of a mapping) is led through filters
whose names no author can write.
"""

from collections.abc import Mapping, Sequence

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.visitor import NodeTransformer

from signalbox.adapters.templating.meter import STEP

MAX_NODES = 10_000  # compiling them takes 0.4 s; an e-mail of 100 KB has some hundred
MAX_DEPTH = 100
MAX_BLOCK_DEPTH = 5
TOO_MANY = "the template has too many parts"
TOO_DEEP = "its parts are nested too deep"
CHARACTERS_A_UNIT = 2  # of a template's own text: written without being looked at

TICK = "~tick"
READ = "~read"
LOOKED_UP = "~looked up"
SLICED = "~sliced"
CONCATENATED = "~concatenated"

_WORDS: Mapping[type[nodes.Node], str] = {
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Import: "import",
    nodes.FromImport: "import",
    nodes.ScopedEvalContextModifier: "autoescape",
}
_ALLOWED = frozenset(
    {
        *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Scope),
        *(nodes.For, nodes.If, nodes.With, nodes.Assign, nodes.AssignBlock, nodes.FilterBlock),
        *(nodes.Macro, nodes.CallBlock, nodes.Call, nodes.Keyword, nodes.Name, nodes.NSRef),
        *(nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.CondExpr),
        *(nodes.Filter, nodes.Test, nodes.Getitem, nodes.Getattr, nodes.Slice),
        *(nodes.Concat, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos),
        *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow),
    }
)


def prepare(tree: nodes.Template, environment: Environment, blocks: Mapping[str, str]) -> nodes.Template:
    """Make a parsed template safe to compile; raises TemplateSyntaxError for what it may not hold."""
    _Composition(environment, blocks).visit(tree)
    _Metering().visit(tree)
    return tree


class _Composition(NodeTransformer):
    """Checks every node and puts content blocks in the place of their `include`."""

    def __init__(self, environment: Environment, blocks: Mapping[str, str]) -> None:
        self._environment = environment
        self._blocks = blocks
        self._within: Sequence[str] = ()
        self._count = 0
        self._depth = 0

    def visit(self, node: nodes.Node) -> nodes.Node | list[nodes.Node]:
        self._count += 1
        if self._count > MAX_NODES:
            raise TemplateSyntaxError(TOO_MANY, node.lineno)
        if isinstance(node, nodes.Include):
            return self._block(node)
        if type(node) not in _ALLOWED:
            word = _WORDS.get(type(node), type(node).__name__.lower())
            raise TemplateSyntaxError(f"'{word}' cannot be used here", node.lineno)
        return self._members(node)

    def _members(self, node: nodes.Node) -> nodes.Node:
        if self._depth == MAX_DEPTH:
            raise TemplateSyntaxError(TOO_DEEP, node.lineno)
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1
        return node

    def _block(self, node: nodes.Include) -> nodes.Node | list[nodes.Node]:
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(name, str) or not node.with_context:
            raise TemplateSyntaxError("expected the name of a content block in quotes after 'include'", node.lineno)
        if name in self._within or len(self._within) == MAX_BLOCK_DEPTH:
            raise TemplateSyntaxError(f"the content block '{name}' is included in itself or too deep", node.lineno)
        if name not in self._blocks:
            if node.ignore_missing:
                return []
            raise TemplateSyntaxError(f"there is no content block '{name}'", node.lineno)
        return self._composed(name, node.lineno)

    def _composed(self, name: str, lineno: int) -> nodes.Node:
        around, self._within = self._within, (*self._within, name)
        try:
            tree = self._environment.parse(self._blocks[name])
            self._members(tree)
        except TemplateSyntaxError as error:
            if error.name is not None:  # it comes from a block inside and says which
                raise
            message = f"in the content block '{name}', line {error.lineno}: {error.message}"
            raise TemplateSyntaxError(message, lineno, name) from error
        finally:
            self._within = around
        return nodes.Scope(tree.body, lineno=lineno)


class _Metering(NodeTransformer):
    """Leads through the meter what could repeat or grow."""

    def visit_Template(self, node: nodes.Template) -> nodes.Node:  # noqa: N802 - the visitor's names
        return self._with_tick(node)

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802 - the visitor's names
        return self._with_tick(node)

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802 - the visitor's names
        return self._with_tick(node)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the visitor's names
        if node.test is not None:
            cost = _cost([node.test])
            self.generic_visit(node)
            node.test = nodes.And(_tick(cost, node.lineno), node.test, lineno=node.lineno)
            node.body.insert(0, nodes.ExprStmt(_tick(_cost(node.body), node.lineno), lineno=node.lineno))
            return node
        return self._with_tick(node)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802 - the visitor's names
        self.generic_visit(node)
        node.expr = _metered(node.expr, READ)
        for operand in node.ops:
            operand.expr = _metered(operand.expr, LOOKED_UP if operand.op in {"in", "notin"} else READ)
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802 - the visitor's names
        self.generic_visit(node)
        node.key = _metered(node.key, READ)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - the visitor's names
        self.generic_visit(node)
        return _filter(nodes.Tuple(node.nodes, "load", lineno=node.lineno), CONCATENATED, [])

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802 - the visitor's names
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        bounds = (node.arg.start, node.arg.stop, node.arg.step)
        return _filter(node.node, SLICED, [each or nodes.Const(None, lineno=node.lineno) for each in bounds])

    def _with_tick(self, node: nodes.Template | nodes.Macro | nodes.CallBlock | nodes.For) -> nodes.Node:
        cost = _cost(node.body)
        self.generic_visit(node)
        node.body.insert(0, nodes.ExprStmt(_tick(cost, node.lineno), lineno=node.lineno))
        return node


def _cost(body: Sequence[nodes.Node]) -> int:
    """Say what one pass through nodes costs at least: their steps and the text between them."""
    every = [inner for node in body for inner in (node, *node.find_all(nodes.Node))]
    written = sum(len(each.data) for each in every if isinstance(each, nodes.TemplateData))
    return STEP * (1 + len(every)) + written // CHARACTERS_A_UNIT


def _tick(cost: int, lineno: int) -> nodes.Filter:
    return _filter(nodes.Const(cost, lineno=lineno), TICK, [])


def _metered(node: nodes.Expr, name: str) -> nodes.Expr:
    return node if isinstance(node, nodes.Const) else _filter(node, name, [])


def _filter(node: nodes.Expr, name: str, arguments: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(node, name, arguments, [], None, None, lineno=node.lineno)
