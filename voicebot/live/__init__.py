"""Talking to the hotline: the sound card's frames into a `Call` and back, in real time.

`sound` is the adapter to PortAudio, `pump` stands between its thread and ours, `line` keeps the two joined through every loss of
a device, `session` runs the call, `keeping` writes it down as a fixture, `status` and `view` show it.
"""
