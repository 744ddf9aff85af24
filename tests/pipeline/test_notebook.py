"""The notebook opens a finished study and runs to its end, showing released numbers only."""

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted(Path("notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_on_a_finished_study(path, finished):
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(finished / "notebooks")}}
    )
    client.execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    pages = [str(output.get("data", {}).get("text/html")) for output in shown]
    assert any("promotion" in page for page in pages)
    pictures = [page for page in pages if "<svg" in page]
    assert pictures and all('role="img" aria-label="' in page for page in pictures)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_reads_only_released_tables(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") for cell in cells)
    for cell in cells:
        for line in cell["source"]:
            if "io.read(" in line:
                assert "schema.released(" in line
