"""MFCC of the telephone band: the same numbers Kaldi computes from conf/mfcc.conf.

100–3700 Hz alone, so that one model serves 8 kHz lines and 16 kHz microphones.
"""

from functools import cache

import kaldi_native_fbank
import numpy as np
from numpy.typing import ArrayLike, NDArray

LOW_HZ, HIGH_HZ = 100.0, 3700.0

MFCC_CONF = f"""--use-energy=false
--sample-frequency=16000
--num-mel-bins=40
--num-ceps=40
--low-freq={LOW_HZ:g}
--high-freq={HIGH_HZ:g}
--dither=0.0
--allow-upsample=true
"""


@cache
def _options() -> kaldi_native_fbank.MfccOptions:
    options = kaldi_native_fbank.MfccOptions()
    options.use_energy = False
    options.num_ceps = 40
    options.mel_opts.num_bins = 40
    options.mel_opts.low_freq = LOW_HZ
    options.mel_opts.high_freq = HIGH_HZ
    options.frame_opts.samp_freq = 16000
    options.frame_opts.dither = 0.0
    options.frame_opts.snip_edges = True
    return options


def mfcc(samples: ArrayLike) -> NDArray[np.float32]:
    """(frames, 40) of 16 kHz samples on the scale of int16; frames are 10 ms apart and 25 ms long."""
    computer = kaldi_native_fbank.OnlineMfcc(_options())
    computer.accept_waveform(16000, np.asarray(samples, np.float32))
    computer.input_finished()
    count = computer.num_frames_ready
    return np.stack([computer.get_frame(index) for index in range(count)]) if count else np.zeros((0, 40), np.float32)
