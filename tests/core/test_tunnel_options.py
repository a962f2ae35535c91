import pytest

from pgconsole.core.tunnel_options import Hop, TunnelOptions, parse_hops


@pytest.mark.parametrize(
    ("text", "hops"),
    [
        ("", ()),
        ("  ", ()),
        ("gate", (Hop("gate"),)),
        ("ann@gate:2222", (Hop("gate", 2222, "ann"),)),
        ("ann@gate, inner", (Hop("gate", 22, "ann"), Hop("inner"))),
        ("[fe80::1%eth0]:22", (Hop("fe80::1%eth0"),)),
        ("dom\\ann@gate", (Hop("gate", 22, "dom\\ann"),)),
    ],
)
def test_hops_are_read_as_ssh_reads_them(text: str, hops: tuple[Hop, ...]) -> None:
    assert parse_hops(text) == hops
    assert parse_hops(", ".join(map(str, hops))) == hops


@pytest.mark.parametrize("text", ["gate:0", "gate:70000", "gate,,inner", "a b", "-oProxy=x", "gate:ssh", "@gate"])
def test_what_is_no_machine_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is no machine"):
        parse_hops(text)


def test_there_is_no_tunnel_without_hops() -> None:
    assert not TunnelOptions(key_file="k")
    assert TunnelOptions(hops="gate")
