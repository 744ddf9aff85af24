"""After a purge no byte below the project is a person's, and what was published is still there."""

import os
from pathlib import Path

import pytest

from mentor_outcomes import cli
from tests.pipeline import scratch

PLANTED = "planted-id-4711"
STAGES = """\
stages:
  ingest:
    cmd: mkdir -p data/tables && cp data/raw/people.csv data/tables/people.csv
    deps: [data/raw/people.csv]
    outs:
      - data/tables: {push: false}
  release:
    cmd: >-
      mkdir -p reports/released && wc -l < data/tables/people.csv > reports/released/n.txt
      && echo pdf > reports/hr.pdf
    deps: [data/tables]
    outs: [reports/released, reports/hr.pdf]
"""


def tiny_project(folder: Path, *, cache: Path | None = None) -> Path:
    """Two stages run twice, so that the cache holds an earlier version of the extract's copy."""
    (folder / "data" / "raw").mkdir(parents=True)
    (folder / "data" / "README.md").write_text("what belongs here", encoding="utf-8")
    (folder / "data" / "raw" / ".gitkeep").write_text("", encoding="utf-8")
    (folder / "dvc.yaml").write_text(STAGES, encoding="utf-8")
    scratch.call(folder, ["dvc", "init", "--no-scm", "--quiet"])
    if cache is not None:
        scratch.call(folder, ["dvc", "cache", "dir", "--quiet", str(cache)])
    for version in ("first", "second"):
        text = f"person_id,version\n{PLANTED},{version}\n"
        (folder / "data" / "raw" / "people.csv").write_text(text, encoding="utf-8")
        scratch.call(folder, ["dvc", "repro", "--quiet"])
    left_behind = folder / ".dvc" / "tmp" / "exps" / "standalone" / "data"
    left_behind.mkdir(parents=True)
    (left_behind / f"{PLANTED}.txt").write_text(PLANTED, encoding="utf-8")
    return folder


def holding(folder: Path, text: str) -> list[str]:
    """Files below the folder whose name or bytes hold the text."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            if text in name or text.encode() in path.read_bytes():
                found.append(path.relative_to(folder).as_posix())
    return sorted(found)


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tiny_project(tmp_path / "study")
    monkeypatch.chdir(folder)
    return folder


def test_no_byte_of_a_person_is_left(project, capsys):
    assert len(holding(project, PLANTED)) >= 5, "raw, table, two versions in the cache, tmp"
    assert cli.main(["purge", "--raw", "--yes"]) == 0
    assert holding(project, PLANTED) == []
    assert (project / "data" / "README.md").exists()
    assert (project / "data" / "raw" / ".gitkeep").exists()
    assert PLANTED not in capsys.readouterr().out, "names of files may be names of people"


def test_what_was_published_can_still_be_checked_out(project):
    assert cli.main(["purge", "--raw", "--yes"]) == 0
    (project / "reports" / "hr.pdf").unlink()
    (project / "reports" / "released" / "n.txt").unlink()
    scratch.call(project, ["dvc", "checkout", "--quiet", "reports/hr.pdf", "reports/released"])
    assert (project / "reports" / "hr.pdf").read_text(encoding="utf-8") == "pdf\n"
    assert (project / "reports" / "released" / "n.txt").read_text(encoding="utf-8").strip() == "2"
    assert cli.main(["purge", "--yes"]) == 0, "a second one finds nothing of persons"


def test_extracts_stay_unless_asked_for(project, capsys):
    assert cli.main(["purge", "--yes"]) == 0
    assert holding(project, PLANTED) == ["data/raw/people.csv"]
    assert "extracts in data/raw stay" in capsys.readouterr().out


def test_without_a_yes_it_says_what_would_go_and_removes_nothing(project, capsys):
    before = scratch.digests(project, "data", ".dvc", "reports")
    assert cli.main(["purge", "--raw"]) == 1
    said = capsys.readouterr().out
    assert "Nothing was removed" in said
    assert "data/raw, the extracts" in said
    assert PLANTED not in said
    assert scratch.digests(project, "data", ".dvc", "reports") == before


def test_the_pipeline_runs_again_after_a_purge(project):
    assert cli.main(["purge", "--yes"]) == 0
    scratch.call(project, ["dvc", "repro", "--quiet"])
    assert (project / "data" / "tables" / "people.csv").exists()


def test_of_a_shared_cache_only_what_is_ours_goes(tmp_path, monkeypatch, capsys):
    cache = tmp_path / "shared"
    folder = tiny_project(tmp_path / "study", cache=cache)
    others = cache / "files" / "md5" / "ab" / ("c" * 30)
    others.parent.mkdir(parents=True, exist_ok=True)
    others.write_text("another project's", encoding="utf-8")
    monkeypatch.chdir(folder)
    assert cli.main(["purge", "--raw", "--yes"]) == 0
    assert holding(folder, PLANTED) == []
    assert others.exists()
    kept = [path.read_bytes() for path in cache.rglob("*") if path.is_file()]
    assert b"pdf\n" in kept
    assert not [text for text in kept if f"{PLANTED},second".encode() in text]
    assert [text for text in kept if f"{PLANTED},first".encode() in text], "and it says so:"
    assert "Copies of earlier runs may remain" in capsys.readouterr().out


def test_a_hash_that_is_a_path_leads_nowhere(tmp_path, monkeypatch):
    folder = tiny_project(tmp_path / "study", cache=tmp_path / "shared")
    victim = tmp_path / "victim.txt"
    victim.write_text("not ours", encoding="utf-8")
    lock = folder / "dvc.lock"
    text = lock.read_text(encoding="utf-8")
    md5 = text.split("path: data/tables\n      hash: md5\n      md5: ")[1].split("\n")[0]
    lock.write_text(text.replace(md5, "../../../victim.txt"), encoding="utf-8")
    monkeypatch.chdir(folder)
    cli.main(["purge", "--yes"])
    assert victim.exists()


def test_links_are_removed_and_what_they_point_to_is_not(project, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file.txt").write_text("somebody's", encoding="utf-8")
    (project / "data" / "linked").symlink_to(outside)
    (project / "data" / "tables" / "link.txt").symlink_to(outside / "file.txt")
    assert cli.main(["purge", "--raw", "--yes"]) == 0
    assert not (project / "data" / "linked").exists()
    assert (outside / "file.txt").read_text(encoding="utf-8") == "somebody's"


@pytest.mark.parametrize("place", ["data", "data/raw", ".dvc/tmp"])
def test_a_folder_that_is_a_link_elsewhere_is_refused(project, tmp_path, capsys, place):
    elsewhere = tmp_path / "elsewhere"
    (project / place).rename(elsewhere)
    (project / place).symlink_to(elsewhere)
    before = scratch.digests(elsewhere, ".")
    assert cli.main(["purge", "--raw", "--yes"]) == 1
    said = capsys.readouterr().err
    assert f"{place} is a link to another place" in said
    assert "Traceback" not in said
    assert scratch.digests(elsewhere, ".") == before


def test_outside_a_study_nothing_is_touched(tmp_path, monkeypatch, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "holiday.jpg").write_text("mine", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["purge", "--raw", "--yes"]) == 1
    assert "neither params.yaml nor dvc.yaml" in capsys.readouterr().err
    assert (tmp_path / "data" / "holiday.jpg").exists()


def test_a_study_without_dvc_is_purged_too(tmp_path, monkeypatch):
    (tmp_path / "params.yaml").write_text("study: {}", encoding="utf-8")
    (tmp_path / "data" / "tables").mkdir(parents=True)
    (tmp_path / "data" / "tables" / "people.parquet").write_text(PLANTED, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli.main(["purge", "--yes"]) == 0
    assert holding(tmp_path, PLANTED) == []
    assert cli.main(["purge", "--yes"]) == 0
