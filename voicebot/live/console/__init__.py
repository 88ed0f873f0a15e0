"""The browser console: talk to a hotline from a web page, watch calls, replay past ones.

Three processes meet here. The page (`page/`) holds microphone and speaker; the server (`app`, `session`, `pool`) holds the
connections and never a call; worker processes (`worker`, `spoken`, `chat`) hold the calls, so that a native library that
crashes ends that worker's calls and nothing else. `wire` is what server and worker say to each other, `protocol` what page and
server do.
"""
