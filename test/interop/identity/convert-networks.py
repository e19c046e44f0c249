"""Runs `cloud-init devel net-convert` once for each line of arguments on stdin (JSON lists), in one process: its start
takes longer than its work."""

import json
import sys

from cloudinit.cmd.devel import net_convert

for line in sys.stdin:
    arguments = net_convert.get_parser().parse_args(json.loads(line))
    net_convert.handle_args("net-convert", arguments)
