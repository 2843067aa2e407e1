"""Which packets of a call wake us: a filter in the kernel keeps the caller's sound away until somebody wants to hear it.

Fifty packets a second come from every caller, and a menu that waits for keys needs none of them. A classic BPF program
on the socket (SO_ATTACH_FILTER, no privilege needed) lets through: every telephone event of the far side; of its other
packets each 64th, by sequence number, so that we still know that it is there, what was lost and how evenly it comes;
and of what strangers send one in 64 by chance, so that they are noticed but cannot keep us busy. The kernel counts what
the filter drops (SO_MEMINFO), which gives the number of packets received without looking at them.
"""

import ctypes
import socket
import struct
import sys
from ipaddress import ip_address
from typing import Final

SAMPLED_EVERY: Final = 64  # a power of two: 1.28 s of sound

_SO_ATTACH_FILTER: Final = 26  # asm-generic/socket.h
_SO_DETACH_FILTER: Final = 27
_SO_MEMINFO: Final = 55
_DROPS = 8  # linux/sock_diag.h: SK_MEMINFO_DROPS

# linux/filter.h; offsets count from the UDP header, those of the network header and of the kernel's own from far below.
_LOAD_WORD, _LOAD_HALF, _LOAD_BYTE, _AND, _IF_EQUAL, _RETURN = 0x20, 0x28, 0x30, 0x54, 0x15, 0x06
_NETWORK: Final = 0x1_0000_0000 - 0x100000
_RANDOM: Final = 0x1_0000_0000 - 0x1000 + 56
_SOURCE_PORT, _SECOND_OCTET, _SEQUENCE, _IPV4_SOURCE = 0, 9, 10, _NETWORK + 12

_Instruction = tuple[int, int, int, int]
_NO_EVENT = 0x80  # no payload type has this value


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def attach(sock: socket.socket, source: tuple[str, int], event_type: int | None) -> bool:
    """Let only telephone events and samples reach this socket's reader; False: this system has no such filters."""
    if not sys.platform.startswith("linux"):
        return False
    code = b"".join(struct.pack("HBBI", *step) for step in _instructions(source, event_type))
    held = ctypes.create_string_buffer(code)
    program = _Program(len(code) // 8, ctypes.addressof(held))
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, bytes(program))
    except OSError:
        return False
    return True


def detach(sock: socket.socket) -> None:
    """Let everything through again."""
    sock.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)


def drops(sock: socket.socket) -> int:
    """Packets that the filter, or a full buffer, kept from this socket since it was opened; goes round at 2**32."""
    counts = sock.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 4 * (_DROPS + 1))
    return int.from_bytes(counts[4 * _DROPS :], sys.byteorder)


def _instructions(source: tuple[str, int], event_type: int | None) -> list[_Instruction]:
    address = ip_address(source[0])
    theirs: list[_Instruction] = [
        (_LOAD_BYTE, 0, 0, _SECOND_OCTET),
        (_AND, 0, 0, 0x7F),
        (_IF_EQUAL, 6, 0, _NO_EVENT if event_type is None else event_type),  # to: accept
        (_LOAD_HALF, 0, 0, _SEQUENCE),
        (_AND, 0, 0, SAMPLED_EVERY - 1),
        (_IF_EQUAL, 3, 4, 0),  # to: accept, drop
    ]
    strangers: list[_Instruction] = [
        (_LOAD_WORD, 0, 0, _RANDOM),
        (_AND, 0, 0, SAMPLED_EVERY - 1),
        (_IF_EQUAL, 0, 1, 0),  # to: accept, drop
    ]
    verdicts: list[_Instruction] = [(_RETURN, 0, 0, 0xFFFF), (_RETURN, 0, 0, 0)]
    whose: list[_Instruction] = [(_LOAD_HALF, 0, 0, _SOURCE_PORT)]
    if address.version == 4:
        whose += [
            (_IF_EQUAL, 0, 2 + len(theirs), source[1]),
            (_LOAD_WORD, 0, 0, _IPV4_SOURCE),
            (_IF_EQUAL, 0, len(theirs), int(address)),
        ]
    else:  # the reader compares the whole address
        whose += [(_IF_EQUAL, 0, len(theirs), source[1])]
    return whose + theirs + strangers + verdicts
