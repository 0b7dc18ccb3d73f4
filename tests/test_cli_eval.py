"""`summarizer eval`: the recordings scored, earlier scores compared, agreement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summarizer.cli import main
from summarizer.cli.show import read_brief
from summarizer.evaluation import evaluate, load_gold
from summarizer.samples import recordings_folder, seeds_folder
from summarizer.scoring import Report, agreement

GOLD = seeds_folder() / "gold"
REPLAY = ["--replay", str(recordings_folder("negotiation"))]

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str | Path) -> int:
    return main([str(one) for one in arguments])


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "brief.json"
    assert main(["brief", str(seeds_folder()), *REPLAY, "-q", "-o", str(path)]) == 0
    return path


@pytest.fixture(scope="module")
def scores(sample: Path) -> Path:
    path = sample.parent / "scores.json"
    path.write_text(evaluate(read_brief(sample), load_gold(GOLD)).model_dump_json(by_alias=True))
    return path


def test_without_a_brief_the_annotated_documents_are_briefed(scores: Path, capsys: Output) -> None:
    assert run("eval", GOLD, *REPLAY, "--format", "json") == 0
    made, given = Report.model_validate_json(capsys.readouterr().out), Report.model_validate_json(scores.read_text())
    assert made.scores == given.scores
    assert made.run.requests == made.run.replayed > 0


def test_the_table_has_every_score_the_run_and_with_faults_what_lowered_them(
    sample: Path, scores: Path, capsys: Output
) -> None:
    assert run("eval", GOLD, sample, "--faults") == 0
    told = capsys.readouterr().out
    for name, score in json.loads(scores.read_text())["scores"].items():
        assert name in told
        if score["value"] is not None:
            assert f"{score['value']:.3f}" in told
    assert "tokens in" in told
    assert "\x1b" not in told
    lines = told.splitlines()
    for fault in json.loads(scores.read_text())["faults"]:
        assert any(line.startswith(fault["score"]) for line in lines)


def test_a_score_that_is_worse_than_before_ends_with_1(
    sample: Path, scores: Path, tmp_path: Path, capsys: Output
) -> None:
    before = json.loads(scores.read_text())
    before["scores"]["stance.flips"]["value"] = -0.5
    better = tmp_path / "better.json"
    better.write_text(json.dumps(before))
    assert run("eval", GOLD, sample, "--against", better) == 1
    captured = capsys.readouterr()
    assert "worse: stance.flips was -0.500" in captured.err
    assert "before" in captured.out


def test_agreement_of_a_brief_with_itself(sample: Path, capsys: Output) -> None:
    assert run("eval", "--agreement", sample, sample) == 0
    assert "same evidence" in capsys.readouterr().out
    assert run("eval", "--agreement", sample, sample, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["by_id"]["all"] == 1


def test_shuffled_inputs_change_no_score(sample: Path, scores: Path, tmp_path: Path) -> None:
    reports = sorted(seeds_folder().glob("20*"), reverse=True)
    assert run("brief", *reports, *REPLAY, "-q", "-o", tmp_path / "brief.json") == 0
    shuffled = read_brief(tmp_path / "brief.json")
    assert agreement([shuffled, read_brief(sample)]).by_id["all"] == 1
    assert evaluate(shuffled, load_gold(GOLD)).scores == Report.model_validate_json(scores.read_text()).scores


@pytest.fixture(scope="module")
def places(sample: Path, scores: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of briefs, scores and folders of gold that do not fit together."""
    folder = tmp_path_factory.mktemp("places")
    (folder / "brief.json").write_bytes(sample.read_bytes())
    (folder / "scores.json").write_bytes(scores.read_bytes())
    one, two = sorted(GOLD.glob("*.gold.yaml"))[:2]
    text = one.read_text()
    other = text.replace(next(line for line in text.splitlines() if line.startswith("sha256: ")), f"sha256: {'a' * 64}")
    second = {
        "twice": text,
        "differing": other.replace("proposition: ", "proposition: Not "),
        "kinds": other.replace("kind: negotiation", "kind: meeting", 1),
    }
    for name in ("empty", "other", *second):
        (folder / name).mkdir()
    (folder / "other" / one.name).write_text(other)
    for name, changed in second.items():
        (folder / name / one.name).write_text(text)
        (folder / name / two.name).write_text(changed)
    return folder


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["eval", "nowhere"], "cannot be read"),
        (["eval", "empty"], "no annotation"),
        (["eval", str(GOLD), "nowhere.json"], "nowhere.json"),
        (["eval", str(GOLD), "brief.json", "--against", "nowhere.json"], "nowhere.json"),
        (["eval", str(GOLD), "brief.json", "--against", "brief.json"], "does not hold the scores"),
        (["eval", str(GOLD), "brief.json", "brief.json", "--against", "scores.json"], "name one"),
        (["eval", "--agreement", "brief.json"], "two briefs"),
        (["eval", "twice", "brief.json"], "same text"),
        (["eval", "differing", "brief.json"], "different propositions"),
        (["eval", "kinds", "brief.json"], "different kinds"),
        (["eval", "other", "brief.json"], "none of the documents"),
    ],
)
def test_an_error_says_what_to_do(
    arguments: list[str], told: str, places: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.chdir(places)
    assert run(*arguments) == 2
    assert told in capsys.readouterr().err
