"""Which device is meant, and what is said when there is none."""

import pytest

from voicebot.live.sound import Device, Format, SoundError, choose, portaudio_advice

LAPTOP = Device(0, "Built-in Audio", "ALSA", 2, 2, 48_000, default_output=True)
HEADSET = Device(3, "USB Headset", "ALSA", 1, 2, 44_100, default_input=True)
SCREEN = Device(5, "HDMI", "ALSA", 0, 8, 48_000)
DEVICES = [LAPTOP, HEADSET, SCREEN]


def test_by_default_the_systems_devices_are_taken() -> None:
    assert choose(DEVICES, "input") is HEADSET
    assert choose(DEVICES, "output") is LAPTOP


@pytest.mark.parametrize("wanted", ["3", "usb headset", "USB", "head"])
def test_a_number_a_name_or_a_part_of_it_will_do(wanted: str) -> None:
    assert choose(DEVICES, "output", wanted) is HEADSET


def test_a_whole_name_goes_before_a_part_of_another() -> None:
    both = [Device(0, "USB Audio 2", "ALSA", 1, 1, 48_000), Device(1, "USB Audio", "ALSA", 1, 1, 48_000)]
    assert choose(both, "input", "usb audio").index == 1


@pytest.mark.parametrize(
    ("kind", "wanted", "says"),
    [
        ("input", "HDMI", "no microphone 'HDMI'; there are: 0 Built-in Audio; 3 USB Headset"),
        (
            "input",
            "USB Hedset",
            "no microphone 'USB Hedset'; did you mean 'USB Headset'\\? there are: 0 Built-in Audio; 3 USB Headset",
        ),
        ("output", "bilt-in", "did you mean 'Built-in Audio'\\?"),
        ("output", "9", "no speaker '9'; there are: 0 Built-in Audio; 3 USB Headset; 5 HDMI"),
    ],
)
def test_a_device_that_is_not_there_is_answered_with_those_that_are(kind, wanted: str, says: str) -> None:
    with pytest.raises(SoundError, match=says):
        choose(DEVICES, kind, wanted)


def test_a_machine_without_a_microphone_says_so() -> None:
    with pytest.raises(SoundError, match="shows no microphone"):
        choose([SCREEN], "input")


def test_a_block_is_twenty_milliseconds() -> None:
    assert (Format(16_000, 1).block, Format(48_000, 2).block, Format(44_100, 1).block) == (320, 960, 882)


@pytest.mark.parametrize(
    ("platform", "names"), [("linux", "libportaudio2"), ("darwin", "brew"), ("win32", "pip"), ("other", "apt")]
)
def test_the_package_is_named_for_the_platform(platform: str, names: str) -> None:
    assert names in portaudio_advice(platform)
