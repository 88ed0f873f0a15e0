"""Who has the floor: plain classes fed with seconds and flags. Only `vad` looks at audio."""
