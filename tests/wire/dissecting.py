"""What Wireshark reads in our bytes: a capture file of one packet for each PDU, and the fields of each."""

import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

RAW_IP = 101
TRACES_OF_TROUBLE = ("_ws.malformed", "_ws.expert.message")


def capture(pdus: Sequence[bytes], port: int) -> bytes:
    """A pcap file in which someone sends these to a port, one TCP segment each."""
    packets = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IP)]
    position = 1
    for number, pdu in enumerate(pdus):
        tcp = struct.pack(">HHIIBBHHH", 40000, port, position, 1, 5 << 4, 0x18, 65535, 0, 0) + pdu
        address = bytes((127, 0, 0, 1))
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), number, 0, 64, 6, 0) + address * 2 + tcp
        packets.append(struct.pack("<IIII", number, 0, len(ip), len(ip)) + ip)
        position += len(pdu)
    return b"".join(packets)


def dissect(
    tshark: str, folder: Path, pdus: Sequence[bytes], port: int, protocol: str, fields: Sequence[str]
) -> list[dict[str, str]]:
    """The fields of each PDU; fails when Wireshark finds anything to complain of."""
    file = folder / "wire.pcap"
    file.write_bytes(capture(pdus, port))
    command = [tshark, "-r", str(file), "-d", f"tcp.port=={port},{protocol}", "-T", "fields", "-E", "separator=\x1f"]
    wanted = [*TRACES_OF_TROUBLE, *fields]
    for name in wanted:
        command += ["-e", name]
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    rows = [dict(zip(wanted, line.split("\x1f"), strict=True)) for line in _text(done.stdout).splitlines()]
    assert len(rows) == len(pdus)
    for row in rows:
        assert not any(row[trouble] for trouble in TRACES_OF_TROUBLE), row
    return rows


def _text(data: bytes) -> str:
    """Wireshark prints the halves of a surrogate pair one by one."""
    return data.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
