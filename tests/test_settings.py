"""Settings: where each is taken from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.errors import SettingsError
from summarizer.settings import DEFAULT_BASE_URL, AskSettings, load_settings

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
NAMES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "OPENAI_TIMEOUT", "SUMMARIZER_MODEL")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*PROXIES, *(name.upper() for name in PROXIES), *NAMES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults() -> None:
    settings = load_settings()
    assert settings == AskSettings()
    assert settings.endpoint == DEFAULT_BASE_URL
    assert settings.concurrency == 16
    assert settings.api_key is None
    assert settings.store_folder is not None
    assert settings.store_folder.parts[-2:] == ("summarizer", "replies")


def test_the_nearest_source_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def model() -> str | None:
        return load_settings(model=None).model

    (tmp_path / "summarizer.toml").write_text('model = "file"\nconcurrency = 3\n')
    assert model() == "file"
    monkeypatch.setenv("OPENAI_MODEL", "openai")
    assert model() == "openai"
    monkeypatch.setenv("SUMMARIZER_MODEL", "own")
    assert model() == "own"
    assert load_settings(model="given").model == "given"
    assert load_settings(model="given").concurrency == 3


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARIZER_MODEL", "")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert load_settings().model is None
    assert load_settings().api_key is None


def test_only_three_of_openais_variables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_TIMEOUT", "1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1/")
    settings = load_settings()
    assert settings.timeout == 300
    assert settings.endpoint == "http://127.0.0.1:1/v1"


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    settings = load_settings()
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(settings) + str(settings.model_dump())


def test_a_named_file_and_its_folders(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    path = tmp_path / "deep" / "mine.toml"
    path.write_text('replay = "fixtures"\n')
    assert load_settings(path).replay == tmp_path / "deep" / "fixtures"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('modle = "x"', r'summarizer\.toml: there is no setting "modle"\. Did you mean "model"\?'),
        ('xyzzy = "x"', "Known: model, base_url"),
        ("model = ", "not TOML"),
        ("concurrency = 0", r"concurrency: Input should be greater than or equal to 1 \(given: '0'\)"),
        ('base_url = "localhost:1"', "base_url must begin with http"),
        ('record = "a"\nreplay = "b"', "record and replay cannot be combined. Keep one"),
    ],
)
def test_what_is_wrong_in_the_file_is_said(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "summarizer.toml").write_text(text)
    with pytest.raises(SettingsError, match=words) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_a_wrong_key_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "summarizer.toml").write_text("api_key = 12345\n")
    with pytest.raises(SettingsError, match="api_key") as caught:
        load_settings()
    assert "12345" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--config"):
        load_settings(tmp_path / "none.toml")


def test_a_given_name_that_is_unknown() -> None:
    with pytest.raises(SettingsError, match='"concurrency"'):
        load_settings(concurency=3)


def test_no_store() -> None:
    assert load_settings(no_store=True).store_folder is None
    assert load_settings(store=Path("here")).store_folder == Path("here")


def test_the_systems_proxy_is_used_unless_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    assert load_settings().proxy == "http://proxy:3128"
    assert load_settings(proxy="http://own:1").proxy == "http://own:1"
    assert load_settings(base_url="http://127.0.0.1:1/v1").proxy is None
    monkeypatch.setenv("no_proxy", "api.openai.com")
    assert load_settings().proxy is None
