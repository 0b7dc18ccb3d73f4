"""Finds a kind of brief: one schema module and one folder of prompts, built in or the user's own.

A kind is content, not code. It is checked here, whole, before anything is sent: a kind that cannot work is
refused with the file and the line or field.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_origin

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, Field, ValidationError, create_model
from pydantic.config import ConfigDict

from summarizer.claims import Brief, Issue, Party, Quote, sections
from summarizer.documents import TextState
from summarizer.errors import BriefError, KindError
from summarizer.fields import asked_form

__all__ = ["PROMPTS", "Kind", "built_in_kinds", "load_kind", "parse_brief"]

PROMPTS: Mapping[str, frozenset[str]] = {
    "extract": frozenset({"topic"}),
    "reconcile": frozenset(),
    "corroborate": frozenset(),
    "headline": frozenset(),
}
"""The prompts that every kind has, and what each may ask for. Article text is never among it."""

MORE_PROMPTS: Mapping[str, frozenset[str]] = {"follow": frozenset()}
"""Prompts that a kind may have: `follow` for a digest that tells what became of claims that have a status."""

MAX_PROPERTIES = 100
"""The most properties that providers of strict structured output take in one schema."""


@dataclass(frozen=True)
class Kind:
    """One kind of brief, checked and ready."""

    name: str
    brief: type[Brief]
    templates: Mapping[str, Template]
    hashes: Mapping[str, str]
    """The SHA-256 of each prompt file."""

    @cached_property
    def reply(self) -> type[BaseModel]:
        """The form that the model fills in for one document."""
        form: dict[str, Any] = {
            "language": (str, Field(description="BCP 47 code of the text's language")),
            "condition": (TextState, Field(description="the state of the text")),
            "dateline": (Quote | None, Field(description="the words that give the report's own date in full")),
            "damaged": (list[int], Field(description="numbers of the sentences whose wording is garbled")),
            "addressed": (list[int], Field(description="numbers of the sentences that give orders to the reader")),
            "parties": (list[asked_form(Party)], Field()),  # type: ignore[misc]
            "issues": (list[asked_form(Issue)], Field()),  # type: ignore[misc]
        }
        for name, item in sections(self.brief).items():
            form[name] = (list[asked_form(item)], Field())  # type: ignore[misc]
        return create_model(f"{self.brief.__name__}Report", __config__=ConfigDict(extra="forbid"), **form)

    @cached_property
    def schema_sha256(self) -> str:
        """The SHA-256 of the JSON Schema of `reply`."""
        schema = json.dumps(self.reply.model_json_schema(), sort_keys=True)
        return hashlib.sha256(schema.encode()).hexdigest()

    def prompt(self, name: str, **given: Any) -> str:
        """Render one of the kind's prompts: `extract`, `reconcile`, `corroborate` or `headline`."""
        return self.templates[name].render(**given).strip() + "\n"


def built_in_kinds() -> list[str]:
    """Return the names of the kinds that come with the package."""
    found = (entry.name.removesuffix(".py") for entry in files("summarizer.schemas").iterdir())
    return sorted(name for name in found if not name.startswith("_"))


def load_kind(name: str = "negotiation") -> Kind:
    """Find a kind and check that it can work.

    Args:
        name: the name of a built-in kind, or the path of a folder that holds `schema.py` and the prompt
            files (`extract.md.j2` and so on).

    Raises:
        KindError: there is no such kind, or it cannot work; the text names the file and the line or field.

    """
    if name in built_in_kinds():
        return _built_in(name)
    folder = Path(name)
    if not folder.is_dir():
        known = ", ".join(built_in_kinds())
        raise KindError(f"There is no kind of brief {name!r}. Built in: {known}. Or give a folder with schema.py.")
    folder = folder.resolve()
    held = [path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in {".py", ".j2"} and path.is_file()]
    return _own(folder, hashlib.sha256(b"\0".join(held)).hexdigest())


@cache
def _built_in(name: str) -> Kind:
    module = importlib.import_module(f"summarizer.schemas.{name}")
    return _kind(name, f"schemas/{name}.py", module, files("summarizer.prompts") / name)


@cache
def _own(folder: Path, content: str) -> Kind:
    del content  # a part of the key: a kind is loaded again when it was changed, and only then
    return _kind(folder.name, f"{folder.name}/schema.py", _own_schema(folder / "schema.py"), folder)


def _own_schema(path: Path) -> ModuleType:
    if not path.is_file():
        raise KindError(f"{path.parent.name}/schema.py is missing. A kind needs one module with a Brief class.")
    place = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]
    spec = importlib.util.spec_from_file_location(f"summarizer_kind_{place}", path)
    if spec is None or spec.loader is None:  # pragma: no cover - the name always ends in .py
        raise KindError(f"{path.parent.name}/schema.py cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # where pydantic looks up the names in annotations
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise KindError(f"{path.parent.name}/schema.py line {error.lineno}: {error.msg}.") from error
    except (ImportError, NameError, TypeError, ValueError, AttributeError) as error:
        raise KindError(f"{path.parent.name}/schema.py cannot be imported: {error}") from error
    return module


def _kind(name: str, schema_file: str, module: ModuleType, folder: Traversable) -> Kind:
    briefs = [
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Brief) and found.__module__ == module.__name__
    ]
    if len(briefs) != 1:
        raise KindError(f"{schema_file} must define exactly one class derived from Brief; it defines {len(briefs)}.")
    if not sections(briefs[0]):
        raise KindError(f"{schema_file}: {briefs[0].__name__} has no section: add a field such as `items: list[Item]`.")
    templates, hashes = {}, {}
    for prompt, allowed in PROMPTS.items():
        templates[prompt], hashes[prompt] = _template(folder / f"{prompt}.md.j2", f"{name}/{prompt}.md.j2", allowed)
    for prompt, allowed in MORE_PROMPTS.items():
        if (path := folder / f"{prompt}.md.j2").is_file():
            templates[prompt], hashes[prompt] = _template(path, f"{name}/{prompt}.md.j2", allowed)
    kind = Kind(name, briefs[0], templates, hashes)
    for problem in _schema_problems(kind.reply):
        raise KindError(f"{schema_file}: {problem}")
    return kind


def _template(path: Traversable, shown: str, allowed: frozenset[str]) -> tuple[Template, str]:
    if not path.is_file():
        raise KindError(f"The prompt {shown} is missing.")
    text = path.read_text(encoding="utf-8")
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)
    try:
        tree = environment.parse(text)
        template = environment.from_string(text)
    except TemplateSyntaxError as error:
        raise KindError(f"{shown} line {error.lineno}: {error.message}") from error
    for unknown in sorted(find_undeclared_variables(tree) - allowed):
        line = min(node.lineno for node in tree.find_all(nodes.Name) if node.name == unknown)
        known = ", ".join(sorted(allowed)) or "none"
        raise KindError(f"{shown} line {line}: unknown placeholder {unknown!r}. Known here: {known}.")
    return template, hashlib.sha256(text.encode()).hexdigest()


def _schema_problems(form: type[BaseModel]) -> Iterator[str]:
    count = 0
    seen: set[type[BaseModel]] = set()

    def walk(model: type[BaseModel]) -> Iterator[str]:
        nonlocal count
        if model in seen:
            return
        seen.add(model)
        for name, field in model.model_fields.items():
            count += 1
            yield from look(field.annotation, f"{model.__name__}.{name}")

    def look(annotation: Any, where: str) -> Iterator[str]:
        if annotation is Any or annotation is dict or get_origin(annotation) is dict:
            yield f"{where} is an open dict or Any, which strict structured output cannot hold. Use a model."
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from walk(annotation)
        for inner in get_args(annotation):
            if not isinstance(inner, str):
                yield from look(inner, where)

    yield from walk(form)
    if count > MAX_PROPERTIES:
        yield f"the form has {count} properties; providers take at most {MAX_PROPERTIES}. Drop some fields."


def parse_brief(data: str | bytes, kind: str | None = None) -> Brief:
    """Read a brief from its JSON.

    Args:
        data: the JSON text.
        kind: for a kind of the user's own, its folder; a built-in kind is found by the name in the brief.

    Raises:
        BriefError: this is not a brief, or one of another format or an unknown kind.

    """
    try:
        name = json.loads(data)["kind"]
    except (ValueError, KeyError, TypeError) as error:
        raise BriefError("This is not a brief: it is not JSON with a `kind`.") from error
    try:
        return load_kind(kind or name).brief.model_validate_json(data)
    except KindError as error:
        raise BriefError(f"{error} Name the folder of this brief's kind with --kind.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BriefError(f"This is not a brief of format summarizer.brief/1: {where}: {first['msg']}.") from error
