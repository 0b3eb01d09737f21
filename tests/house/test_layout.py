"""The habits of the house that can be read off its files."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(path.relative_to(ROOT) for top in ("engagement", "tests") for path in (ROOT / top).rglob("*.py"))
TEMPLATES = sorted(path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "email" not in path.parts]  # a letter carries its style inside, a page may not

EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}

# Written in halves, so that this file does not name what it looks for.
NOT_OURS_TO_NAME = re.compile(
    "|".join(
        [
            "/" + "work/",
            "/" + "tmp/h",
            "/" + "opt/pypi",
            "pypi" + r"\.org",
            "python" + "hosted",
            "registry" + r"\.npmjs",
            r"\." + "library/",
        ]
    )
)


def tree_of(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return path.as_posix()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_opens_with_a_sentence_that_says_what_lives_there(path: Path) -> None:
    said = ast.get_docstring(tree_of(path))
    assert said, f"{path} says nothing"
    first = said.split("\n\n")[0].strip()
    assert first[-1] in ".?!:", f"{path}: {first!r} is not a sentence"


def test_no_file_has_a_name_that_says_nothing() -> None:
    files = [path for path in MODULES + TEMPLATES if EMPTY_WORDS & set(re.split(r"[_.]", path.name))]
    folders = {part for path in MODULES + TEMPLATES for part in path.parts[:-1] if part in EMPTY_WORDS}
    assert not files
    assert not folders


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[0] == "engagement"], ids=named)
def test_nothing_is_imported_inside_a_function_or_by_a_package(path: Path) -> None:
    tree = tree_of(path)
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    hidden = {n.lineno for f in functions for n in ast.walk(f) if isinstance(n, (ast.Import, ast.ImportFrom))}
    assert not hidden, f"{path} imports inside a function in lines {sorted(hidden)}"
    if path.name == "__init__.py":
        imports = [n for n in tree.body if isinstance(n, ast.Import) or (isinstance(n, ast.ImportFrom) and n.module != "__future__")]
        assert not imports, f"{path} imports: a package says what it is, and no more"


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_has_no_script_or_style_inside(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    scripts = [s for s in re.findall(r"<script\b([^>]*)>", text, re.IGNORECASE) if "src=" not in s]
    assert not scripts, f"{path} has a script inside"
    found = re.findall(r"<style\b|<[a-z][^>]*\s(?:style|on[a-z]+)\s*=", text, re.IGNORECASE)
    assert not found, f"{path} has {found}"


def test_no_tracked_file_names_a_place_on_somebodys_machine_or_where_packages_come_from() -> None:
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    named_there = []
    for name in filter(None, tracked.split("\0")):
        path = ROOT / name
        if not path.is_file():
            continue
        text = path.read_bytes().decode("utf-8", errors="ignore")
        named_there += [f"{name}: {hit.group()}" for hit in NOT_OURS_TO_NAME.finditer(text)]
    assert not named_there


def test_every_script_of_the_browser_has_its_test_beside_it() -> None:
    scripts = sorted((ROOT / "engagement/static/js").glob("*.mjs"))
    behaviours = [p for p in scripts if not p.name.endswith(".test.mjs") and p.name != "start.mjs"]
    assert behaviours
    assert not [p.name for p in behaviours if not p.with_name(p.stem + ".test.mjs").is_file()]
