import pytest

from pgconsole.core.step_down import TlsFault, is_elsewhere, safe_start, ways_down


@pytest.mark.parametrize(
    ("fault", "keywords", "modes"),
    [
        ("no tls", {"sslmode": "verify-full"}, ["disable"]),
        ("no tls", {"sslmode": "require"}, ["disable"]),
        ("no tls", {}, []),
        ("unknown authority", {"sslmode": "verify-full", "sslrootcert": "x"}, ["verify-full", "require"]),
        ("unknown authority", {"sslmode": "verify-full", "sslrootcert": "system"}, ["require"]),
        ("unknown authority", {"sslmode": "require", "sslrootcert": "x"}, ["verify-full", "require"]),
        ("other name", {"sslmode": "verify-full", "sslrootcert": "x"}, ["verify-ca", "require"]),
        ("other name", {"sslmode": "verify-full", "sslrootcert": "system"}, ["require"]),
        ("expired", {"sslmode": "verify-ca", "sslrootcert": "x"}, ["require"]),
        ("no root file", {"sslmode": "verify-full"}, ["verify-full", "require"]),
        ("other", {"sslmode": "verify-full"}, []),
        ("unknown authority", {"sslmode": "require"}, []),
    ],
)
def test_each_fault_has_its_steps_down(fault: TlsFault, keywords: dict[str, str], modes: list[str]) -> None:
    offers = ways_down(fault, keywords)
    assert [dict(offer.keywords)["sslmode"] for offer in offers] == modes
    assert all(offer.meaning for offer in offers)


@pytest.mark.parametrize(
    ("host", "hostaddr", "elsewhere"),
    [
        ("", "", False),
        ("localhost", "", False),
        ("127.0.0.2", "", False),
        ("::1", "", False),
        ("/run/postgresql", "", False),
        ("localhost,/tmp", "", False),
        ("db", "", True),
        ("localhost, db", "", True),
        ("localhost", "10.0.0.1", True),
        ("db", "127.0.0.1", False),
        ("localhost.example.com", "", True),
    ],
)
def test_another_machine_is_told_by_how_it_is_written(host: str, hostaddr: str, elsewhere: bool) -> None:
    assert is_elsewhere(host, hostaddr) is elsewhere


@pytest.mark.parametrize(
    ("keywords", "has_root_file", "added"),
    [
        ({"host": "db"}, False, {"sslmode": "verify-full", "sslrootcert": "system"}),
        ({"host": "db"}, True, {"sslmode": "verify-full"}),
        ({"host": "db", "sslrootcert": "ca.pem"}, False, {"sslmode": "verify-full"}),
        ({"host": "db", "sslmode": "disable"}, False, {}),
        ({"service": "shop"}, False, {}),
    ],
)
def test_safe_start_adds_only_what_is_left_open(
    keywords: dict[str, str], has_root_file: bool, added: dict[str, str]
) -> None:
    assert safe_start(keywords, has_root_file=has_root_file) == added
