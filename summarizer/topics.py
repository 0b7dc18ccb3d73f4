"""A topic file: the parties, issues and propositions that a user follows."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.claims import Issue, Party, PartyKind, Person
from summarizer.errors import TopicError
from summarizer.names import slug
from summarizer.registry import Registry

__all__ = ["Topic", "TopicIssue", "TopicParty", "load_topic"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TopicParty(_Strict):
    """A party that the user follows."""

    name: str = Field(min_length=1)
    kind: PartyKind = "state"
    aliases: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()


class TopicIssue(_Strict):
    """An issue that the user follows."""

    name: str = Field(min_length=1)
    proposition: str = Field(min_length=1)
    question: str = ""


class Topic(_Strict):
    """What a user follows: read from a TOML file, tables `[[parties]]` and `[[issues]]`."""

    title: str | None = None
    parties: tuple[TopicParty, ...] = ()
    issues: tuple[TopicIssue, ...] = ()

    def registry(self) -> Registry:
        """Return the parties and issues with their ids."""
        return Registry(
            parties=tuple(
                Party(
                    id=slug(one.name), name=one.name, kind=one.kind, aliases=list(one.aliases), people=list(one.people)
                )
                for one in self.parties
            ),
            issues=tuple(Issue(id=slug(one.name), **one.model_dump()) for one in self.issues),
            closed=bool(self.issues),
        )


def load_topic(path: Path) -> Topic:
    """Read a topic file.

    Raises:
        TopicError: it is not there, not TOML, or not a topic; the text names the field.

    """
    try:
        return Topic.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise TopicError(f"The topic file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TopicError(f"The topic file {path} is not TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise TopicError(f"The topic file {path}: {where}: {first['msg']}.") from error
