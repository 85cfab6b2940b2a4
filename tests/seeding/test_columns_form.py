"""The words by which the columns of a sheet are chosen."""

from __future__ import annotations

import ast
import inspect

from plans.reading.readers import mapping
from plans.seeding.forms.drafts import FIELD_LABELS


def test_catalogues_find_all_words_that_columns_are_chosen_by() -> None:
    """They look for literals that are handed to functions of certain names."""
    marked = [
        node.args[0].value
        for node in ast.walk(ast.parse(inspect.getsource(mapping)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "gettext_noop"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert marked == [str(label) for label in FIELD_LABELS.values()]
