"""The form that a reply must fit: its strict JSON Schema, reading a reply into it, and wording what is wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from summarizer.errors import KindError

__all__ = ["complaint", "failures", "strict_schema"]

MOST_FAILURES = 60
"""Failures listed in one re-ask; a reply with more is wrong as a whole."""

_DROPPED = {"title", "default", "discriminator"}
_UNSUPPORTED = {"prefixItems", "patternProperties", "uniqueItems", "if", "not"}


@cache
def strict_schema(form: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema of a form in the subset that strict structured output takes.

    Every property is required and no other is allowed; there is no default, no title, and nothing stands
    beside a `$ref` (Azure and others refuse these).

    Raises KindError, with the path of the field, for what the subset cannot say: an open dictionary, a tuple.
    """
    schema = form.model_json_schema()
    definitions = schema.pop("$defs", {})
    if "$ref" in schema:  # of a form that holds itself; the root must be an object all the same
        schema = definitions[_name(schema)]
    strict: dict[str, Any] = _strict(schema, definitions, form.__name__)
    used: dict[str, Any] = {}
    waiting = list(_references(strict))
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = _strict(definitions[name], definitions, name)
            waiting += _references(used[name])
    if used:
        strict["$defs"] = {name: used[name] for name in definitions if name in used}
    return strict


def _strict(node: Any, definitions: Mapping[str, Any], path: str) -> Any:
    if isinstance(node, list):
        return [_strict(inner, definitions, path) for inner in node]
    if not isinstance(node, dict):
        return node
    if found := _UNSUPPORTED & set(node):
        raise KindError(f"{path}: structured output has no {min(found)}. Use a list or a class of named fields")
    node = {("anyOf" if name == "oneOf" else name): value for name, value in node.items() if name not in _DROPPED}
    if "$ref" in node and len(node) > 1:
        return _beside_reference(node, definitions, path)
    properties = node.get("properties")
    result = {
        name: value if name in {"enum", "const", "required"} else _strict(value, definitions, path)
        for name, value in node.items()
        if name != "properties"
    }
    if node.get("type") == "object":
        if not properties and node.get("additionalProperties") is not False:
            raise KindError(f"{path}: an open dictionary. Use a list of a class with named fields")
        result["properties"] = {
            name: _strict(inner, definitions, f"{path}.{name}") for name, inner in (properties or {}).items()
        }
        result["required"] = list(properties or {})
        result["additionalProperties"] = False
    return result


def _beside_reference(node: dict[str, Any], definitions: Mapping[str, Any], path: str) -> Any:
    """Write out a definition where something stands beside the reference to it, unless it holds itself."""
    name = _name(node)
    if name in _reachable(name, definitions):
        return {"$ref": node["$ref"]}
    beside = {key: value for key, value in node.items() if key != "$ref"}
    return _strict({**copy.deepcopy(definitions[name]), **beside}, definitions, path)


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rsplit("/", 1)[-1]


def _reachable(name: str, definitions: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = list(_references(definitions[name]))
    while waiting:
        inner = waiting.pop()
        if inner not in found:
            found.add(inner)
            waiting += _references(definitions[inner])
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield _name(node)
        for inner in node.values():
            yield from _references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _references(inner)


def failures(error: ValidationError) -> list[str]:
    """List what is wrong with a reply, one line each: `path: problem`.

    The wording of the common problems is ours, so that a recorded re-ask outlives an upgrade of pydantic.
    """
    return [
        f"{_path(failure['loc'])}: {_problem(failure)}"
        for failure in error.errors(include_url=False, include_input=False)
    ]


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "the reply"


_PROBLEMS = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "enum": "must be one of {expected}",
    "extra_forbidden": "is not a field of the form",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "json_invalid": "is not JSON ({error})",
    "list_type": "must be a list",
    "literal_error": "must be one of {expected}",
    "missing": "is missing",
    "model_attributes_type": "must be an object",
    "model_type": "must be an object",
    "string_type": "must be a string",
    "too_short": "must have at least {min_length} items",
}


def _problem(failure: Mapping[str, Any]) -> str:
    words = _PROBLEMS.get(failure["type"])
    return words.format_map(failure.get("ctx", {})) if words else str(failure["msg"])


def complaint(found: list[str], schema: Mapping[str, Any] | None = None) -> str:
    """Word the re-ask: every failure at once, with the schema when the model seems not to have seen it."""
    listed = [f"- {line}" for line in found[:MOST_FAILURES]]
    if len(found) > MOST_FAILURES:
        listed.append(f"- and {len(found) - MOST_FAILURES} more of the kind")
    return "\n".join(
        [
            "Your reply does not fit the JSON Schema that was asked for:",
            *listed,
            *([json.dumps(schema, ensure_ascii=False)] if schema else []),
            "Reply again with the whole JSON object, with these mended and all else as it was, and nothing around it.",
        ]
    )
