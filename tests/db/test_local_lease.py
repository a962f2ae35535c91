import subprocess
import sys
from pathlib import Path

import pytest

from pgconsole.core.errors import LocalServerError
from pgconsole.db.local_lease import Lease, Mutex

_HOLDER = """
import sys
from pathlib import Path
from pgconsole.db.local_lease import Lease
lease = Lease(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
"""


def test_the_last_share_is_told(tmp_path: Path) -> None:
    first, second, third = (Lease(tmp_path / "lease") for _ in range(3))
    assert [second.give_back(), first.give_back(), third.give_back()] == [False, False, True]


def test_a_share_ends_with_its_process_however_it_dies(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", _HOLDER, str(tmp_path / "lease")]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True, cwd=Path(__file__).parents[2]) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert not Lease(tmp_path / "lease").give_back()
        holder.kill()
    assert Lease(tmp_path / "lease").give_back()


def test_a_child_process_does_not_inherit_a_share(tmp_path: Path) -> None:
    lease = Lease(tmp_path / "lease")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False) as child:
        assert lease.give_back()
        child.communicate(b"\n", timeout=30)


def test_the_mutex_is_for_one_at_a_time(tmp_path: Path) -> None:
    second = Mutex(tmp_path / "mutex", 0.05)
    with Mutex(tmp_path / "mutex", 1.0), pytest.raises(LocalServerError, match="does not finish"), second:
        pytest.fail("two hold it")
    with Mutex(tmp_path / "mutex", 0.05):
        pass
