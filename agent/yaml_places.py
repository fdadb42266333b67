"""YAML 1.2 as people write it, with the place of every key, so that each fault can name its line."""

from __future__ import annotations

import difflib
import io
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from agent.errors import ConfigError, TallymanError

NEWLINE = "\n"


class Document:
    """A parsed YAML file: plain `data`, and where each of its keys and entries stands."""

    def __init__(self, text: str, name: str) -> None:
        """Parse; ConfigError with file:line:column when the text is no YAML mapping."""
        self.name = name
        try:
            tree = YAML(typ="rt", pure=True).load(io.StringIO(text))
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
            what = " ".join(str(error.problem or error.context).split())
            raise ConfigError(
                f"this is not YAML: {what}", where, "mend the indentation or quoting there"
            ) from error
        except ReaderError as error:
            before = text[: error.position]
            where = f"{name}:{before.count(NEWLINE) + 1}:{len(before) - before.rfind(NEWLINE)}"
            what = f"the character {error.character!r} cannot stand in a YAML file"
            raise ConfigError(what, where, "take it out") from error
        except YAMLError as error:
            what = " ".join(str(error).split())
            raise ConfigError(f"this is not YAML: {what}", name, "mend the file") from error
        if not isinstance(tree, CommentedMap):
            raise ConfigError(
                "a list of `key: value` lines is expected", f"{name}:1:1", "see `tally init`"
            )
        self._tree = tree
        self.data: dict[str, Any] = _plain(tree)

    def place(self, path: Sequence[str | int]) -> str:
        """`file:line:column` of the deepest part of this path that stands in the file."""
        node, line, column = self._tree, 0, 0
        for step in path:
            if isinstance(node, CommentedMap) and step in node:
                line, column = node.lc.key(step)
            elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
                line, column = node.lc.item(step)
            else:
                break
            node = node[step]
        return f"{self.name}:{line + 1}:{column + 1}"

    def faults(
        self, error: ValidationError, model: type[BaseModel], prefix: Sequence[str | int] = ()
    ) -> list[TallymanError]:
        """Every fault that pydantic found in the part of this file under `prefix`."""
        return [self._fault(dict(found), model, prefix) for found in error.errors()]

    def _fault(
        self, found: dict[str, Any], model: type[BaseModel], prefix: Sequence[str | int]
    ) -> TallymanError:
        path = [*prefix, *found["loc"]]
        key, where = str(found["loc"][-1]) if found["loc"] else "", self.place(path)
        if found["type"] == "extra_forbidden":
            return unknown_key(key, _known(model, found["loc"][:-1]), where)
        if found["type"] == "missing":
            return ConfigError(f'"{key}" is missing', where, f"add the line `{key}: …` there")
        said = f'"{found["input"]}" ' if isinstance(found["input"], str | int | float) else ""
        message = found["msg"].removeprefix("Value error, ")
        return ConfigError(
            f"{'.'.join(map(str, path))}: {said}{message}", where, "correct it there"
        )


def unknown_key(key: object, known: Sequence[str], where: str) -> ConfigError:
    """The fault of a key that nobody knows, with the nearest one that is known."""
    near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.5)
    advice = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(sorted(known))}"
    return ConfigError(f'unknown key "{key}"', where, advice)


def _known(model: Any, path: Sequence[str | int]) -> list[str]:
    """The keys that the model takes at the end of a path."""
    for step in path:
        model = _under(model, step)
    model = _models(model)
    return sorted(model[0].model_fields) if model else []


def _under(annotation: Any, step: str | int) -> Any:
    for model in _models(annotation):
        if step in model.model_fields:
            return model.model_fields[step].annotation
    for part in (annotation, *get_args(annotation)):
        origin = get_origin(part)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return get_args(part)[1]
        if origin in (list, tuple):
            return get_args(part)[0]
    return annotation  # a tag that pydantic puts into its path


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The pydantic models that this annotation may be, through unions and Annotated."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated):
        return [m for part in get_args(annotation) for m in _models(part)]
    return []


def _plain(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {key: _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    if isinstance(node, str):
        return str(node)
    if isinstance(node, float):
        return float(node)
    return int(node) if isinstance(node, int) and not isinstance(node, bool) else node
