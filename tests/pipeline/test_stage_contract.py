"""dvc.yaml says what each stage really depends on: code, settings, tables."""

import ast
from pathlib import Path

import grimp
import pytest
import yaml

STAGES = yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8"))["stages"]
GRAPH = grimp.build_graph("mentor_outcomes")


def script_of(stage: str) -> Path:
    """The stage's script, as its command names it."""
    command = STAGES[stage]["cmd"].split()
    assert command[:2] == ["python", "-m"]
    return Path(command[2].replace(".", "/") + ".py")


def modules_reached(script: Path) -> set[str]:
    """Modules of the package that the script imports, itself or through others."""
    direct = set()
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mentor_outcomes"):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                direct.add(name if name in GRAPH.modules else node.module)
    reached = set(direct)
    for module in direct:
        reached |= GRAPH.find_upstream_modules(module)
    return {module for module in reached if module != "mentor_outcomes"}


def file_of(module: str) -> str:
    path = "src/" + module.replace(".", "/")
    return path if Path(path).is_dir() else path + ".py"


@pytest.mark.parametrize("stage", STAGES)
def test_a_change_of_any_module_a_stage_imports_runs_the_stage_again(stage):
    declared = set(STAGES[stage]["deps"])
    script = script_of(stage)
    assert str(script) in declared
    for module in sorted(modules_reached(script)):
        path = file_of(module)
        assert any(path == dep or path.startswith(dep + "/") for dep in declared), (
            f"{stage} imports {module}, but dvc.yaml does not list {path}"
        )


@pytest.mark.parametrize("stage", STAGES)
def test_the_settings_a_stage_uses_are_those_that_dvc_tracks_for_it(stage):
    tree = ast.parse(script_of(stage).read_text(encoding="utf-8"))
    constants = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load_study"
    ]
    used = set()
    for call in calls:
        uses = [keyword.value for keyword in call.keywords if keyword.arg == "uses"]
        assert uses, f"{stage} reads the whole study file"
        value = constants[uses[0].id] if isinstance(uses[0], ast.Name) else uses[0]
        used |= set(ast.literal_eval(value))
    assert used == set(STAGES[stage].get("params", []))


def test_every_stage_says_in_words_what_it_does():
    for stage, entry in STAGES.items():
        assert len(entry["desc"].split()) >= 8, stage


def test_no_stage_owns_the_users_raw_folder_and_person_level_outputs_are_never_pushed():
    for stage, entry in STAGES.items():
        for out in entry["outs"]:
            path, options = next(iter(out.items())) if isinstance(out, dict) else (out, {})
            assert not path.startswith("data/raw"), stage
            if path.startswith("data/"):
                assert options.get("push") is False, path
