"""Sorts saved profiles under their headings, finds some of them by words, and moves one among its neighbours. Pure."""

from collections.abc import Sequence

from pgconsole.core.profile import Profile, server_title


def grouped(profiles: Sequence[Profile], search: str = "") -> tuple[tuple[str, tuple[Profile, ...]], ...]:
    """Headings with their profiles; those without a group first, then in the order in which groups appear.

    With `search` only the profiles that have all its words in name, place, group or kind, in any case.
    """
    words = search.casefold().split()
    groups: dict[str, list[Profile]] = {"": []}
    for profile in profiles:
        text = searchable(profile)
        if all(word in text for word in words):
            groups.setdefault(profile.group, []).append(profile)
    return tuple((group, tuple(members)) for group, members in groups.items() if members)


def searchable(profile: Profile) -> str:
    """All that a profile is found by."""
    keywords = profile.keywords
    parts = (profile.title, server_title(keywords), keywords.get("user", ""), profile.group, profile.kind.value)
    return "\n".join((*parts, profile.tunnel.hops)).casefold()


def moved(profiles: Sequence[Profile], profile_id: str, by: int) -> tuple[str, ...]:
    """The ids in their order once a profile has gone `by` places up or down among those of its group."""
    order = [profile.id for _group, members in grouped(profiles) for profile in members]
    group = next((profile.group for profile in profiles if profile.id == profile_id), None)
    mates = [profile.id for profile in profiles if profile.group == group]
    if group is None:
        return tuple(order)
    at = mates.index(profile_id)
    to = min(max(at + by, 0), len(mates) - 1)
    places = [order.index(mate) for mate in mates]
    mates.insert(to, mates.pop(at))
    for place, mate in zip(places, mates, strict=True):
        order[place] = mate
    return tuple(order)
