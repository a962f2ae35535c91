"""What this process takes of the machine's memory; Linux tells the peak anew after each `restart_peak`."""

import resource
import sys
from pathlib import Path

_MIB = 1 << 20


def resident_mib() -> float:
    """MiB of this process in memory now; elsewhere than on Linux the most there ever were."""
    return _status("VmRSS")


def peak_mib() -> float:
    """The most MiB of this process in memory since `restart_peak`."""
    return _status("VmHWM")


def restart_peak() -> None:
    """Count the peak from now on (proc(5), clear_refs)."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")


def _status(name: str) -> float:
    if sys.platform != "linux":
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / _MIB if sys.platform == "darwin" else most / 1024
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise LookupError(name)
