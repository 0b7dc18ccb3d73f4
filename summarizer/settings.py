"""Settings for asking a model: the only reader of the environment and of `summarizer.toml`.

A setting is taken from the first of these that has it: an argument given, a variable `SUMMARIZER_<NAME>`,
one of OpenAI's own variables (`OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_MODEL`), `summarizer.toml`,
and the default.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from summarizer.errors import SettingsError

__all__ = [
    "CONFIG_NAME",
    "DEFAULT_BASE_URL",
    "DEFAULT_MODEL",
    "AskSettings",
    "Secrets",
    "load_secrets",
    "load_settings",
]

DEFAULT_MODEL = "gpt-5.4"
"""Asked when no model is named: in OpenAI's list of models with structured output, and known to genai-prices."""

DEFAULT_BASE_URL = "https://api.openai.com/v1"

CONFIG_NAME = "summarizer.toml"

_OPENAI_NAMES = {"model", "base_url", "api_key"}
_SHOWN_INPUT = 40


class AskSettings(BaseModel):
    """How to ask. Made directly it reads nothing from outside; `load_settings` does."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())

    model: str | None = None
    """The model's name; None: the one that the recordings name when replaying, else `DEFAULT_MODEL`."""
    base_url: str | None = None
    """Of an OpenAI-compatible endpoint, up to and with `/v1`; None is OpenAI itself."""
    api_key: SecretStr | None = None
    concurrency: int = Field(default=16, ge=1, le=1000)
    """Requests in flight at most."""
    timeout: float = Field(default=300, gt=0)
    """Seconds for one try, from sending to the last byte."""
    max_retries: int = Field(default=4, ge=0, le=20)
    """Further tries after a fault that may pass: no connection, a time-out, 408, 409, 429, 5xx."""
    record: Path | None = None
    """A folder of recordings to take replies from and to add to."""
    replay: Path | None = None
    """A folder of recordings to take every reply from; the network is not used."""
    store: Path | None = None
    """The folder of kept replies; None is the user's cache folder."""
    rpm: int | None = Field(default=None, ge=1)
    """Requests in any minute at most."""
    tpm: int | None = Field(default=None, ge=1)
    """Tokens in any minute at most, sent and written."""
    max_requests: int | None = Field(default=None, ge=0)
    """Requests sent in a run at most; replies from recordings are not sent."""
    max_cost: float | None = Field(default=None, ge=0)
    """US dollars spent in a run at most, at the list price."""
    max_input: int = Field(default=8000, ge=100)
    """Tokens of a document in one request at most; a longer one is asked about in parts. A reply is several
    times as long as its document, so this is far below what a model can read."""
    structured: Literal["auto", "schema", "object", "text"] = "auto"
    """How a reply is made to fit: `schema` by structured output, `object` by JSON mode with the schema in the
    prompt, `text` by the prompt alone; `auto` finds out what the server can do."""
    no_store: bool = False
    """Keep no replies and use none that were kept."""
    by_hand: Path | None = None
    """A folder of pages to paste into a chat assistant and of its replies; the network is not used."""
    trace_content: bool = False
    """Put prompts, replies and titles into the spans of OpenTelemetry."""
    proxy: str | None = None
    """The address of an HTTP proxy; `load_settings` takes the system's."""

    @model_validator(mode="after")
    def _fit_together(self) -> AskSettings:
        named = [name for name in ("record", "replay", "by_hand") if getattr(self, name)]
        if len(named) > 1:
            raise ValueError(f"{' and '.join(named)} cannot be combined. Keep one")
        if self.base_url and urlsplit(self.base_url).scheme not in {"http", "https"}:
            raise ValueError("base_url must begin with http:// or https://")
        return self

    @property
    def endpoint(self) -> str:
        """The address that requests go to."""
        return (self.base_url or DEFAULT_BASE_URL).rstrip("/")

    @property
    def store_folder(self) -> Path | None:
        """The folder of kept replies; None when none are kept."""
        if self.no_store:
            return None
        return self.store or Path(platformdirs.user_cache_dir("summarizer", appauthor=False)) / "replies"


class _Environment(BaseSettings, AskSettings):
    """The same fields, as the environment names them."""

    model_config = SettingsConfigDict(env_prefix="SUMMARIZER_", env_ignore_empty=True, protected_namespaces=())


def load_settings(config: Path | None = None, **given: Any) -> AskSettings:
    """Gather the settings.

    `config` is a settings file; without it `summarizer.toml` in the working directory is read when there is
    one. `given` are settings by name; those that are None count as not given.

    Raises SettingsError for a file that cannot be read, an unknown name and a value that does not fit.
    """
    _refuse_unknown(given, "given")
    environment = EnvSettingsSource(_Environment)()
    openai = EnvSettingsSource(_Environment, env_prefix="OPENAI_")()
    values: dict[str, Any] = {
        **_read_config(config),
        **{name: value for name, value in openai.items() if name in _OPENAI_NAMES},
        **environment,
        **{name: value for name, value in given.items() if value is not None},
    }
    try:
        settings = AskSettings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_in_one_line(error)) from None
    return settings if settings.proxy else settings.model_copy(update={"proxy": _system_proxy(settings.endpoint)})


def _read_config(config: Path | None) -> dict[str, Any]:
    """Return what the file sets; its folders count from the file's own."""
    path = config or Path(CONFIG_NAME)
    if config is None and not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}). Check --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not TOML: {error}") from None
    _refuse_unknown(values, str(path))
    for name in ("record", "replay", "store", "by_hand"):
        if isinstance(values.get(name), str):
            values[name] = path.parent / Path(values[name]).expanduser()
    return values


def _refuse_unknown(values: dict[str, Any], where: str) -> None:
    for name in values:
        if name not in AskSettings.model_fields:
            near = difflib.get_close_matches(name, AskSettings.model_fields, n=1, cutoff=0.5)
            meant = f'Did you mean "{near[0]}"?' if near else "Known: " + ", ".join(AskSettings.model_fields)
            raise SettingsError(f'{where}: there is no setting "{name}". {meant}')


def _in_one_line(error: ValidationError) -> str:
    """Word what does not fit; a key is never shown."""
    said = []
    for failure in error.errors(include_url=False):
        name = ".".join(map(str, failure["loc"]))
        message = failure["msg"].removeprefix("Value error, ")
        shown = "" if not name or name == "api_key" else f" (given: {str(failure['input'])[:_SHOWN_INPUT]!r})"
        said.append(f"{name}: {message}{shown}" if name else message)
    return "settings: " + "; ".join(said)


def _system_proxy(endpoint: str) -> str | None:
    address = urlsplit(endpoint)
    if not address.hostname or proxy_bypass(address.hostname):
        return None
    proxies = getproxies()
    return proxies.get(address.scheme) or proxies.get("all")


class Secrets(BaseModel):
    """What a digest needs to send its mail and its webhook; never kept in a file of ours."""

    model_config = ConfigDict(frozen=True)

    smtp_password: SecretStr | None = None
    webhook_token: SecretStr | None = None


class _SecretsInEnvironment(BaseSettings, Secrets):
    model_config = SettingsConfigDict(env_prefix="SUMMARIZER_", env_ignore_empty=True)


def load_secrets() -> Secrets:
    """Read SUMMARIZER_SMTP_PASSWORD and SUMMARIZER_WEBHOOK_TOKEN from the environment."""
    return Secrets.model_validate(EnvSettingsSource(_SecretsInEnvironment)())
