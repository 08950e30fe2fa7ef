import re
from pathlib import Path

import pytest

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "proof-formats.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_document_s_example_does_what_it_says(example: str):
    exec(compile(example, DOCUMENT.name, "exec"), {})


def test_the_document_has_an_example():
    assert EXAMPLES
