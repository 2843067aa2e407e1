"""Why an uploaded recording is not taken: each reason with its own sentence in both languages."""

from enum import StrEnum

from careline.values.language import Text

BYTES_MAX = 20 * 1024 * 1024
SECONDS_MAX, SECONDS_MIN = 300.0, 0.2
RATES = range(4_000, 384_001)
CHANNELS_MAX = 8
SAMPLES_MAX = 32_000_000  # of all channels: 300 seconds at 48 kHz in stereo. A small FLAC can hold gigabytes of silence


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    SILENT = "silent"
    CLIPPED = "clipped"
    NOT_NUMBERS = "not_numbers"
    TRUNCATED = "truncated"
    NOT_AUDIO = "not_audio"
    NO_HEADER = "no_header"
    BROKEN = "broken"
    ODD_HEADER = "odd_header"
    NO_READER = "no_reader"
    RATE_MISSING = "rate_missing"
    LONG_TEXT = "long_text"
    TOO_MUCH = "too_much"


_SENTENCES: dict[Reason, Text] = {
    Reason.EMPTY: Text("这是一个空文件，请重新导出后上传。", "The file is empty. Export it again and upload it."),
    Reason.TOO_LARGE: Text(
        f"文件太大了，最多{BYTES_MAX // 1024 // 1024}MB。",
        f"The file is too large; {BYTES_MAX // 1024 // 1024} MB is the most.",
    ),
    Reason.TOO_LONG: Text(
        f"录音太长了，最多{SECONDS_MAX:.0f}秒。请分成几段。",
        f"The recording is longer than {SECONDS_MAX:.0f} seconds. Please split it.",
    ),
    Reason.TOO_SHORT: Text("录音太短，几乎没有内容。", "The recording is so short that it holds next to nothing."),
    Reason.SILENT: Text(
        "录音里听不到声音，请检查话筒后重录。", "Nothing can be heard in it. Check the microphone and record it again."
    ),
    Reason.CLIPPED: Text(
        "录音音量过大，已经破音，请调低音量重录。",
        "It was recorded too loud and is distorted. Turn the level down and record it again.",
    ),
    Reason.NOT_NUMBERS: Text(
        "文件里有无效的采样值，请重新导出。", "It holds samples that are no numbers. Export it again."
    ),
    Reason.TRUNCATED: Text(
        "文件不完整，后面一段丢了，请重新上传。", "The file is cut off: its header promises more. Upload it again."
    ),
    Reason.NOT_AUDIO: Text("这不是录音文件（{found}）。", "This is no recording ({found})."),
    Reason.NO_HEADER: Text(
        "文件名是“.{found}”，但内容不是这种格式，请用录音软件重新导出。",
        "Its name ends in .{found}, but that is not what it holds. Export it again with your recording program.",
    ),
    Reason.BROKEN: Text("文件已损坏，读不出来（{found}）。", "The file is damaged and cannot be read ({found})."),
    Reason.ODD_HEADER: Text("文件头的参数不合理（{found}）。", "What its header says cannot be true ({found})."),
    Reason.NO_READER: Text(
        "要读{found}文件需先安装可选组件：uv sync --extra wma；也可以先转成WAV。",
        "To read {found} install the extra first: uv sync --extra wma; or convert it to WAV.",
    ),
    Reason.LONG_TEXT: Text(
        "这段文字太长，请先分成几句再录。", "This text is too long for one recording. Part it first."
    ),
    Reason.TOO_MUCH: Text(
        "采样率或声道数太高，请导出为48千赫以下、最多双声道的文件再上传。",
        "Its rate or its number of channels is too high for its length. Export it at 48 kHz or less, mono or stereo.",
    ),
    Reason.RATE_MISSING: Text(
        "VOX文件没有写明采样率，请选择6000或8000赫兹。", "A VOX file does not say its rate: choose 6000 or 8000 Hz."
    ),
}


class Refused(ValueError):
    """The upload is not taken; `said` is what its uploader reads."""

    def __init__(self, reason: Reason, found: str = "") -> None:
        self.reason = reason
        self.said = Text(*(_SENTENCES[reason].read(language).format(found=found) for language in ("zh", "en")))
        super().__init__(self.said.en)
