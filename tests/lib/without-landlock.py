"""Execute a command for which the kernel has no Landlock: its calls do not exist."""
import ctypes
import os
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
RET_ERRNO, RET_ALLOW, ENOSYS = 0x50000, 0x7FFF0000, 38
code = b"".join(
    struct.pack("HBBI", *op)
    for op in (
        (0x20, 0, 0, 0),  # the call's number
        (0x35, 0, 2, 444),  # below landlock_create_ruleset
        (0x25, 1, 0, 446),  # above landlock_restrict_self
        (0x06, 0, 0, RET_ERRNO | ENOSYS),
        (0x06, 0, 0, RET_ALLOW),
    )
)


class Program(ctypes.Structure):
    _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


libc = ctypes.CDLL(None, use_errno=True)
program = Program(len(code) // 8, code)
if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        sys.exit(77)
os.execvp(sys.argv[1], sys.argv[1:])
