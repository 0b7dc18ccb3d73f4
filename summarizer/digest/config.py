"""What a digest is: a TOML file, checked whole before anything is read."""

from __future__ import annotations

import datetime
import difflib
import tomllib
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from summarizer.errors import SettingsError
from summarizer.names import slug
from summarizer.settings import AskSettings

__all__ = [
    "CONFIG_NAME",
    "DigestConfig",
    "Files",
    "Limits",
    "Mail",
    "Source",
    "Webhook",
    "ledger_address",
    "load_config",
]

CONFIG_NAME = "digest.toml"

_NOT_HERE = {"api_key", "record", "replay", "store", "no_store", "proxy"}
"""Settings that belong to a run or to the environment, not to a digest."""

_ADDRESS = r"[^\s@<>,;]+@[^\s@<>,;]+"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Source(_Strict):
    """Where documents come from."""

    place: str = Field(min_length=1)
    """A file, a folder, or the address of a page or a feed. Paths count from the configuration's folder."""
    published: datetime.date | None = None
    """The day of publication of the documents there that do not tell their own."""


class Files(_Strict):
    """Files to write each day."""

    folder: Path = Path("out")
    formats: tuple[Literal["md", "json", "html"], ...] = ("md", "json", "html")


class Mail(_Strict):
    """A mail to send each day. The password comes from SUMMARIZER_SMTP_PASSWORD."""

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    sender: str = Field(pattern=_ADDRESS)
    to: tuple[str, ...] = Field(min_length=1)
    timeout: float = Field(default=60, gt=0)
    """Seconds."""

    @field_validator("to")
    @classmethod
    def _addresses(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for one in given:
            if one.count("@") != 1 or any(char.isspace() or char in "<>,;" for char in one):
                raise ValueError(f"{one!r} is not a mail address")
        return given


class Webhook(_Strict):
    """An address to send the day's news to. A bearer token comes from SUMMARIZER_WEBHOOK_TOKEN."""

    url: str = Field(pattern=r"https?://.+")
    timeout: float = Field(default=60, gt=0)
    """Seconds."""
    brief: bool = True
    """Send the whole brief with the news."""


class Limits(_Strict):
    """What one day may take."""

    documents: int = Field(default=200, ge=1)
    """Documents asked about in one run; the others wait for the next."""
    claims: int = Field(default=400, ge=50)
    """Claims in one brief; when there are more, the older and lesser ones stay in the ledger."""
    tries: int = Field(default=3, ge=1)
    """Runs in which a document may get an unusable reply before it is given up."""


class DigestConfig(_Strict):
    """A digest. `folder` is that of its file: relative paths count from there."""

    title: str = Field(min_length=1)
    name: str = ""
    """What the ledger knows it by; made from the title when it is not given."""
    kind: str = "negotiation"
    topic: Path | None = None
    timezone: str = "UTC"
    time: datetime.time = datetime.time(7)
    """When `digest schedule` has it run, in that time zone."""
    ledger: str | None = None
    """The address of the ledger; None is the user's own."""
    sources: tuple[Source, ...] = Field(min_length=1)
    always: bool = False
    """Send also when nothing is new."""
    offline: bool = False
    """Fetch no address."""
    private: bool = False
    """Fetch addresses that are not public, too."""
    model: dict[str, Any] = {}
    """How to ask, as in summarizer.toml."""
    limits: Limits = Limits()
    files: Files | None = Files()
    mail: Mail | None = None
    webhook: Webhook | None = None
    folder: Path = Field(default=Path(), exclude=True)

    @field_validator("sources", mode="before")
    @classmethod
    def _plain_sources(cls, given: Any) -> Any:
        """Let a source be just its place."""
        return [{"place": one} if isinstance(one, str) else one for one in given] if isinstance(given, list) else given

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"there is no time zone {given!r}; an example: Europe/Vienna") from None
        return given

    @field_validator("model")
    @classmethod
    def _model_settings(cls, given: dict[str, Any]) -> dict[str, Any]:
        allowed = AskSettings.model_fields.keys() - _NOT_HERE
        for name in given:
            if name == "api_key":
                raise ValueError("a key does not belong in a file; put it into OPENAI_API_KEY")
            if name not in allowed:
                raise ValueError(f"there is no setting {name!r} here. {_nearest(name, allowed)}")
        return given

    @model_validator(mode="after")
    def _named(self) -> DigestConfig:
        if not self.name:
            object.__setattr__(self, "name", slug(self.title))
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The digest's time zone."""
        return ZoneInfo(self.timezone)

    def at(self, path: Path) -> Path:
        """Return where a path of the configuration is."""
        return self.folder / path.expanduser()

    @property
    def channels(self) -> tuple[str, ...]:
        """The ways that the digest goes out by."""
        ways = {"files": self.files, "mail": self.mail, "webhook": self.webhook}
        return tuple(name for name, way in ways.items() if way is not None)


def load_config(path: Path) -> DigestConfig:
    """Read a digest's configuration.

    Raises:
        SettingsError: it is not there, not TOML, or does not fit; the text names the field, and for an unknown
            name the nearest known one.

    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(f"There is no {path}. Make one with: summarizer digest init") from None
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from None
    if "folder" in values:
        raise SettingsError(f'{path}: there is no setting "folder" here. It belongs under [files].')
    try:
        return DigestConfig.model_validate({**values, "folder": path.parent})
    except ValidationError as error:
        raise SettingsError(f"{path}: {'; '.join(map(_worded, error.errors(include_url=False)))}") from None


def ledger_address(config: DigestConfig) -> str:
    """Return the address of a digest's ledger; a relative SQLite path counts from the configuration's folder."""
    from summarizer.ledger import default_address

    if config.ledger is None:
        return default_address()
    start, _, path = config.ledger.partition("sqlite:///")
    if start or not path or path.startswith(("/", "~", ":")):
        return config.ledger
    return f"sqlite:///{(config.folder / path).resolve()}"


def _worded(failure: Any) -> str:
    """Word one thing that does not fit."""
    where = [part for part in failure["loc"] if isinstance(part, str)]
    name = ".".join(map(str, failure["loc"]))
    if failure["type"] == "extra_forbidden":
        return f'there is no setting "{name}". {_nearest(where[-1], _fields(where[:-1]))}'
    return f"{name}: {failure['msg'].removeprefix('Value error, ')}"


def _fields(where: list[str]) -> set[str]:
    """Return the settings that there are at a place of the configuration."""
    model: Any = DigestConfig
    for name in where:
        inner = [model.model_fields[name].annotation]
        while not isinstance(inner[0], type) or not issubclass(inner[0], BaseModel):
            inner = [one for one in get_args(inner[0]) if one is not type(None) and one is not ...]
        model = inner[0]
    return set(model.model_fields) - {"folder"} if model is DigestConfig else set(model.model_fields)


def _nearest(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(sorted(known))}."
