"""Carries packets between two TUN devices, each after a fixed delay: a network that is so far away, where the
kernel has no netem.

    tun-relay.py NAME NAME DELAY_US

Makes both devices, says "ready", and carries until it is killed; the devices go with it.
"""

import fcntl
import os
import select
import struct
import sys
import time
from collections import deque

# linux/if_tun.h
TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
# More than any packet of a TUN device.
MOST_BYTES = 65536


def open_tun(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def main(first, second, delay_us):
    ends = [open_tun(first), open_tun(second)]
    other = {ends[0]: ends[1], ends[1]: ends[0]}
    delay_ns = int(delay_us) * 1000
    try:
        # A wait may end 50 us late by default; that would be a delay of its own.
        with open("/proc/self/timerslack_ns", "w") as slack:
            slack.write("1000")
    except OSError:
        pass
    print("ready", flush=True)
    # The delay is the same for all, so that who came first leaves first.
    waiting = deque()
    while True:
        wait = max(0, waiting[0][0] - time.monotonic_ns()) / 1e9 if waiting else None
        readable, _, _ = select.select(ends, [], [], wait)
        for fd in readable:
            try:
                packet = os.read(fd, MOST_BYTES)
                waiting.append((time.monotonic_ns() + delay_ns, other[fd], packet))
            except OSError:
                # A device that is down.
                pass
        while waiting and waiting[0][0] <= time.monotonic_ns():
            _, fd, packet = waiting.popleft()
            try:
                os.write(fd, packet)
            except OSError:
                pass


main(*sys.argv[1:])
