"""Conditions: lone expressions in the language of content, over the same names, in the same sandbox."""

from jinja2 import TemplateSyntaxError

from signalbox.adapters.clock import SystemClock
from signalbox.adapters.templating.absence import Absent, MissingValueError, path_of
from signalbox.adapters.templating.endings import FAULTS, problem_of, where_and_what
from signalbox.adapters.templating.meter import metered
from signalbox.adapters.templating.sandbox import RESULT, Sandbox
from signalbox.domain.content import ConditionAnswer, ContentProblem, Names
from signalbox.ports import Clock

_SYSTEM_CLOCK = SystemClock()


class JinjaConditions:
    """The `Conditions` port; several threads may use one."""

    def __init__(self, clock: Clock = _SYSTEM_CLOCK) -> None:
        self._sandbox = Sandbox(clock.now, autoescape=False)

    def holds(self, expression: str, names: Names) -> ConditionAnswer | ContentProblem:
        """Judge an expression; one that needs a missing value does not hold, whatever else it says."""
        try:
            with metered():
                result = self._value(expression, names)
        except MissingValueError as missing:
            return ConditionAnswer(holds=False, missing=path_of(missing, names))
        except FAULTS as fault:
            return problem_of(fault, names, "condition")
        return ConditionAnswer(holds=result)

    def fault(self, expression: str) -> str | None:
        """Say why an expression cannot be compiled, None when it can."""
        try:
            self._sandbox.expression(expression)
        except TemplateSyntaxError as error:
            return where_and_what(error)
        return None

    def names_in(self, expression: str) -> frozenset[str]:
        """Give every name that it reads; of one that cannot be compiled none is known."""
        try:
            return self._sandbox.names_in_expression(expression)
        except TemplateSyntaxError:
            return frozenset()

    def _value(self, expression: str, names: Names) -> bool:
        template = self._sandbox.expression(expression)
        context = template.new_context(dict(names))
        for _ in template.root_render_func(context):
            pass  # it writes nothing; its value is left in the context
        value = context.vars[RESULT]
        if isinstance(value, Absent):
            str(value)  # says its name
        return bool(value)
