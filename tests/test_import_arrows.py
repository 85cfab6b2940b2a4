"""The arrows between modules, as pyproject.toml draws them."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import plans

ROOT = Path(__file__).resolve().parent.parent
RULES: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
    "importlinter"
]
CONTRACTS = {contract["id"]: contract for contract in RULES["contracts"]}
# What has no place in the order: configuration, and migrations, which import models by name.
APART = {"plans.apps", "plans.migrations"}


def lint(config: Path) -> subprocess.CompletedProcess[str]:
    # The linter is asked by module: its script may not be in the path of whoever runs the tests.
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", code, "--config", str(config), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def test_no_import_runs_against_an_arrow() -> None:
    run = lint(ROOT / "pyproject.toml")

    assert run.returncode == 0, run.stdout


def test_an_import_against_an_arrow_is_found(tmp_path: Path) -> None:
    # The order upside down: what is right everywhere must now be wrong.
    config = tmp_path / "upside-down.ini"
    layers = "\n    ".join(("plans.models", "plans.permissions", "plans.web"))
    config.write_text(
        "[importlinter]\nroot_package = plans\n\n[importlinter:contract:upside-down]\n"
        f"name = Upside down\ntype = layers\nlayers =\n    {layers}\n"
    )

    run = lint(config)

    assert run.returncode == 1
    assert "plans.permissions is not allowed to import plans.models" in run.stdout


def modules(package: Any) -> set[str]:
    """The names of the modules directly inside a package."""
    return {
        f"{package.__name__}.{module.name}" for module in pkgutil.iter_modules(package.__path__)
    }


def in_order() -> set[str]:
    """The packages and modules that the order of the features names."""
    names = " ".join(CONTRACTS["features"]["layers"])
    return set(names.replace("|", " ").replace(":", " ").split())


def test_every_module_of_plans_has_its_place_in_the_order() -> None:
    assert modules(plans) - APART == in_order()


@pytest.mark.parametrize("package", ["plans.text", "plans.reading", "plans.reports"])
def test_pure_packages_may_import_neither_django_nor_models(package: str) -> None:
    assert package in CONTRACTS["pure"]["source_modules"]
    assert {"django", "plans.models"} <= set(CONTRACTS["pure"]["forbidden_modules"])
