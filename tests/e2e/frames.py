"""Frames of docs/wire.md, written from that page and not from the server's code: header, checksum, zstd, BATCH. Messages are
made from proto/game.proto by protoc, anew in each test process."""
import atexit
import collections
import ctypes
import ctypes.util
import importlib
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

from ctl import TOP

PROTO = TOP / "proto/game.proto"
MAGIC, VERSION, HEADER, TRACE = 0xF0F0F0F0, 1, 16, 25
ZSTD, ENCRYPTED, CRC32C, TRACED, UNORDERED = 1, 2, 4, 8, 16

Frame = collections.namedtuple("Frame", "type flags seq payload")


def _generate():
    out = tempfile.mkdtemp(prefix="gs-proto-")
    atexit.register(shutil.rmtree, out, ignore_errors=True)
    subprocess.run(["protoc", f"--proto_path={PROTO.parent}", f"--python_out={out}", PROTO.name], check=True)
    sys.path.insert(0, out)
    try:
        return importlib.import_module("game_pb2")
    finally:
        sys.path.remove(out)


pb = _generate()
TYPES = {name.removeprefix("FRAME_"): number for name, number in pb.FrameType.items() if number}
NAMES = {number: name for name, number in TYPES.items()}
# The proto says behind each frame type which message it carries.
MESSAGES = {m[1]: getattr(pb, m[2]) for m in
            re.finditer(r"^\s*FRAME_(\w+) = \w+;[ \t]*// (\w+)", PROTO.read_text(), re.M)}
assert MESSAGES.keys() == TYPES.keys()


def number(type):
    return TYPES[type] if isinstance(type, str) else type


def message(type, **fields):
    return MESSAGES[NAMES[number(type)]](**fields)


def _crc_table():
    table = []
    for i in range(256):
        for _ in range(8):
            i = i >> 1 ^ (0x82F63B78 if i & 1 else 0)
        table.append(i)
    return table


_TABLE = _crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def _zstd():
    lib = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
    for name in ("ZSTD_compress", "ZSTD_decompress", "ZSTD_compressBound"):
        getattr(lib, name).restype = ctypes.c_size_t
    lib.ZSTD_isError.restype = ctypes.c_uint
    return lib


def compress(data):
    lib, n = _zstd(), len(data)
    room = lib.ZSTD_compressBound(ctypes.c_size_t(n))
    out = ctypes.create_string_buffer(room)
    size = lib.ZSTD_compress(out, ctypes.c_size_t(room), data, ctypes.c_size_t(n), 1)
    return out.raw[:size]


def decompress(data, most=1 << 24):
    lib = _zstd()
    out = ctypes.create_string_buffer(most)
    n = lib.ZSTD_decompress(out, ctypes.c_size_t(most), data, ctypes.c_size_t(len(data)))
    assert not lib.ZSTD_isError(ctypes.c_size_t(n)), "bad zstd"
    return out.raw[:n]


def encode(type, payload=b"", seq=0, flags=0, trace=b""):
    """A whole frame. `payload`: bytes or a message. Flags ZSTD, CRC32C and TRACED are carried out."""
    data = payload if isinstance(payload, bytes) else payload.SerializeToString()
    if flags & ZSTD:
        data = compress(data)
    frame = struct.pack(">IBBHII", MAGIC, VERSION, flags, number(type), seq, len(data))
    frame += (trace if flags & TRACED else b"") + data
    return frame + (struct.pack(">I", crc32c(frame)) if flags & CRC32C else b"")


def header(data):
    """(flags, type, seq, length of the whole frame) of its first 16 bytes."""
    magic, version, flags, type, seq, length = struct.unpack(">IBBHII", data[:HEADER])
    assert magic == MAGIC and version == VERSION and not flags & ~(ZSTD | CRC32C | TRACED | UNORDERED), data[:HEADER]
    return flags, type, seq, HEADER + (TRACE if flags & TRACED else 0) + length + (4 if flags & CRC32C else 0)


def decode(data):
    """The Frame in these bytes, which must be exactly one; its payload inflated."""
    flags, type, seq, whole = header(data)
    assert len(data) == whole, (len(data), whole)
    if flags & CRC32C:
        assert struct.unpack(">I", data[-4:])[0] == crc32c(data[:-4]), "bad checksum"
        data = data[:-4]
    payload = data[HEADER + (TRACE if flags & TRACED else 0):]
    return Frame(type, flags, seq, decompress(payload) if flags & ZSTD else payload)


def unpack(frame):
    return MESSAGES[NAMES[frame.type]].FromString(frame.payload)


def batch(*frames):
    """A BATCH of whole frames."""
    return encode("BATCH", pb.Batch(frames=frames), flags=UNORDERED)
