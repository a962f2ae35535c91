from datetime import UTC, datetime
from typing import get_args

from pgconsole.core.certificate_facts import CertificateFacts
from pgconsole.core.connection_state import CHANNEL_MEANING, CHANNEL_WORDS, ChannelState, Offer, failure_findings
from pgconsole.core.connection_status import ConnectionStatus
from pgconsole.core.errors import ConnectFailed

_CERTIFICATE = CertificateFacts(
    "db", "Shop CA", ("db", "10.0.0.1"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC), "AB:CD"
)


def test_every_state_of_the_channel_has_words() -> None:
    assert set(get_args(ChannelState)) == set(CHANNEL_WORDS) == set(CHANNEL_MEANING)


def test_offers_stand_below_the_last_sentence() -> None:
    offer = Offer("Do", "It costs.")
    first, last = failure_findings(ConnectFailed("No.", "", "Try."), "TLS", (offer,))
    assert (first.step, first.offers, last.text, last.offers) == ("TLS", (), "Try.", (offer,))


def test_lock_tells_by_whom_and_until_when() -> None:
    status = ConnectionStatus("connected", channel="verified", tls_version="TLSv1.3", certificate=_CERTIFICATE)
    assert status.lock == "Verified by Shop CA until 2027-03-01"
    assert status.lock_details.splitlines()[1:] == [
        "TLSv1.3.",
        "Certificate db for db, 10.0.0.1, by Shop CA until 2027-03-01.",
        "SHA-256 AB:CD",
    ]


def test_certificate_that_nobody_verified_vouches_for_nothing() -> None:
    status = ConnectionStatus("connected", channel="unverified", certificate=_CERTIFICATE)
    assert status.lock == "Encrypted, unverified"


def test_rules_of_sessions_stand_below_the_name() -> None:
    status = ConnectionStatus("connected", title="anna on shop", rules=("role reader",))
    assert status.details == "anna on shop\nSessions begin with role reader."


def test_certificate_warns_of_its_end() -> None:
    assert _CERTIFICATE.warning(datetime(2026, 6, 1, tzinfo=UTC)) == ""
    assert _CERTIFICATE.warning(datetime(2027, 2, 20, tzinfo=UTC)) == "The certificate ends in 9 days."
    assert _CERTIFICATE.warning(datetime(2027, 3, 2, tzinfo=UTC)) == "The certificate ended on 2027-03-01."
    assert "before 2026-01-01" in _CERTIFICATE.warning(datetime(2025, 1, 1, tzinfo=UTC))
