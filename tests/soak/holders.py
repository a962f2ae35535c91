"""Who keeps an object alive, for the message of a soak that found one left over."""

import asyncio
import gc
from collections import deque
from collections.abc import Iterable
from types import FrameType, FunctionType, MethodType, ModuleType

_MOST_STEPS = 4000


def told(left: Iterable[object]) -> str:
    """A line for each object: the way from it to what nobody owns, a task or a module."""
    tasks = ", ".join(sorted(f"{task.get_name()} at {_place(task)}" for task in asyncio.all_tasks()))
    return "\n".join([f"Tasks: {tasks}", *(" <- ".join(_way(each)) for each in left)])


def _place(task: "asyncio.Task[object]") -> str:
    frames = task.get_stack()
    return f"{frames[-1].f_code.co_qualname}:{frames[-1].f_lineno}" if frames else "its end"


def _way(start: object) -> list[str]:
    """The shortest way back from an object to a root, by breadth."""
    queue: deque[tuple[object, tuple[str, ...]]] = deque([(start, (_name(start),))])
    seen = {id(start), id(queue)}
    longest: tuple[str, ...] = (_name(start),)
    for _ in range(_MOST_STEPS):
        if not queue:
            break
        each, way = queue.popleft()
        longest = way if len(way) > len(longest) else longest
        referrers = gc.get_referrers(each)
        seen.add(id(referrers))
        for referrer in referrers:
            if id(referrer) in seen or (isinstance(referrer, FrameType) and referrer.f_code.co_filename == __file__):
                continue
            seen.add(id(referrer))
            further = (*way, _name(referrer))
            if isinstance(referrer, asyncio.Task | ModuleType):
                return list(further)
            queue.append((referrer, further))
    return [*longest, "further than was looked" if queue else "nobody that Python knows"]


def _name(each: object) -> str:
    match each:
        case asyncio.Task():
            return f"task {each.get_name()}"
        case ModuleType():
            return f"module {each.__name__}"
        case FunctionType() | MethodType():
            return f"{each.__qualname__}()"
        case FrameType():
            return f"frame {each.f_code.co_qualname}:{each.f_lineno}"
        case BaseException():
            return repr(each)[:200]
        case dict():
            return f"dict of {', '.join(str(key) for key in list(each)[:3])}"
        case _:
            return type(each).__qualname__
