"""YAML from files that anybody may have written: read with the place of everything, within bounds."""

from typing import TYPE_CHECKING, NamedTuple

from sealwright.errors import DocumentError

if TYPE_CHECKING:
    import yaml

__all__ = ["Found", "read"]


class Found(NamedTuple):
    """The first document of a file, None if it is empty; and the next one, which nobody reads."""

    node: "yaml.Node | None"
    further: "yaml.Node | None"


def read(content: bytes, file: str, area: str, aliases: int) -> Found:
    """Read a file into nodes, which know their line and column.

    Args:
        content: its bytes; whoever read them has bounded their number.
        file: its name, for messages.
        area: of the reason codes: `registries` gives `registries_d.malformed`.
        aliases: most that there may be; nested, each doubles what they stand for.

    Raises:
        DocumentError: `<area>.malformed`.
    """
    import yaml  # noqa: PLC0415  # slow to load, and most have no such file

    class Loader(yaml.SafeLoader):
        """Gives up where more is repeated by reference than people do."""

        seen = 0

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                self.seen += 1
                if self.seen > aliases:
                    raise yaml.MarkedYAMLError(problem="too many aliases", problem_mark=self.get_mark())
            return super().compose_node(parent, index)

    line, column, problem = 1, 1, "nested too deeply"
    try:
        loader = Loader(content)
        node = loader.get_node() if loader.check_node() else None
        return Found(node, loader.get_node() if loader.check_node() else None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        problem = error.problem or "not YAML"
    except yaml.YAMLError as error:
        problem = str(error).partition("\n")[0]
    except RecursionError:
        pass
    raise DocumentError(f"{area}.malformed", file=file, line=line, column=column, problem=problem)
