import msgspec
import pytest

from pgconsole.core.profile import Profile
from pgconsole.core.settings import MIB, Settings, WindowState, check_setting, setting_infos

_INFOS = {info.name: info for info in setting_infos()}


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_each_setting_says_what_it_is_in_words(name: str) -> None:
    info = _INFOS[name]
    assert info.group
    assert info.title
    assert info.title[0].isupper()
    assert not info.title.endswith(".")
    assert info.description.endswith(".")


@pytest.mark.parametrize("name", Settings.__struct_fields__)
def test_each_default_is_within_its_own_limits(name: str) -> None:
    info = _INFOS[name]
    assert check_setting(name, info.default) == info.default == getattr(Settings(), name)


def test_choices_stand_in_the_order_they_are_written() -> None:
    assert _INFOS["theme"].choices == ("system", "light", "dark")
    assert _INFOS["on_script_error"].choices == ("stop", "continue")


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("theme", "pink", "Invalid enum value 'pink'"),
        ("editor_font_pt", 3, "Expected `float` >= 6.0"),
        ("editor_font_pt", "big", "Expected `float`, got `str`"),
        ("read_ahead_rows", True, "Expected `int`, got `bool`"),
        ("always_cursor", 1, "Expected `bool`, got `int`"),
    ],
)
def test_value_beyond_its_limits_is_refused_with_the_reason(name: str, value: object, reason: str) -> None:
    with pytest.raises(ValueError, match="^" + reason.replace("`", "`")) as raised:
        check_setting(name, value)
    assert "$" not in str(raised.value)


def test_whole_number_stands_for_a_fraction() -> None:
    assert check_setting("editor_font_pt", 12) == 12.0


def test_sizes_come_out_in_bytes_and_times_in_seconds() -> None:
    settings = Settings(result_memory_mib=64, read_ahead_mib=2, result_disk_gib=0.5, portal_limit_min=10)
    assert settings.result_memory_bytes == 64 * MIB
    assert settings.read_ahead_bytes == 2 * MIB
    assert settings.result_disk_bytes == 512 * MIB
    assert settings.portal_limit_s == 600.0


def test_no_time_out_is_none() -> None:
    assert Settings().statement_timeout_or_none_s is None
    assert Settings(statement_timeout_s=30).statement_timeout_or_none_s == 30.0


def test_window_state_comes_back_from_json_as_it_went() -> None:
    profile = Profile(id="x", server={"host": "h"})
    state = WindowState(geometry="AbC=", splitter_px=(300, 500), current_tab="a", last_connections=(profile,))
    assert msgspec.json.decode(msgspec.json.encode(state), type=WindowState) == state
