"""The file of a tab's text, as it was read or written last; reading and writing it is `workers.script_files`'."""

from dataclasses import dataclass, field
from pathlib import Path

from pgconsole.core.text_form import TextForm


@dataclass(frozen=True, slots=True)
class ScriptFile:
    """Where a script is, and how it stood there."""

    path: Path
    digest: str = ""
    """Of its bytes, to know whether somebody else has written it since; empty for one that was not there."""
    form: TextForm = field(default_factory=TextForm)
