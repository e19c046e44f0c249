"""Lets the real cloud-init take an extracted config drive the way it does at first boot, in directories of its own.

Usage: merged-config.py DRIVE WORK. Prints JSON: the merged configuration, host name, instance id, keys, network
version 1, the scripts that it would run and the boothooks, which are not run here. Touches nothing outside WORK.
"""

import copy
import json
import os
import shutil
import sys

from cloudinit import sources, stages
from cloudinit.handlers import CONTENT_SIGNALS
from cloudinit.handlers.boot_hook import BootHookPartHandler
from cloudinit.helpers import ConfigMerger

drive, work = sys.argv[1], sys.argv[2]
cloud_dir, run_dir = os.path.join(work, "lib"), os.path.join(work, "run")
shutil.copytree(drive, os.path.join(cloud_dir, "seed", "config_drive"))
os.makedirs(run_dir, exist_ok=True)

# A stock image: what Debian's and Ubuntu's /etc/cloud/cloud.cfg say where it matters here.
STOCK = {
    "datasource_list": ["ConfigDrive"],
    "def_log_file": os.path.join(work, "log"),
    "system_info": {
        "distro": "debian",
        "paths": {"cloud_dir": cloud_dir, "run_dir": run_dir},
    },
    "users": ["default"],
    "disable_root": True,
    "preserve_hostname": False,
    "vendor_data": {"enabled": True, "prefix": []},
}


class Sandboxed(stages.Init):
    def _read_cfg(self, extra_fns):
        return copy.deepcopy(STOCK)


init = Sandboxed([sources.DEP_FILESYSTEM])
init.read_cfg()
assert init.paths.instance_link.startswith(work), init.paths.instance_link
init.initialize()
init.fetch(existing="trust")
assert init.paths.instance_link.startswith(work), init.paths.instance_link
init.instancify()
init.update()
source = init.datasource
source.known_macs = {"52:54:00:aa:00:01": "ens3", "52:54:00:aa:00:02": "ens4"}
boothooks = []
BootHookPartHandler.handle_part = lambda self, data, ctype, name, payload, frequency: boothooks.append(
    payload
) if ctype not in CONTENT_SIGNALS else None
init.consume_data()
cfg = ConfigMerger(paths=init.paths, datasource=source, base_cfg=STOCK).cfg
scripts_dir = init.paths.get_ipath_cur("scripts")
scripts = {name: open(os.path.join(scripts_dir, name)).read() for name in sorted(os.listdir(scripts_dir))}
hostname = source.get_hostname()
print(
    json.dumps(
        {
            "boothooks": boothooks,
            "cfg": cfg,
            "hostname": hostname if isinstance(hostname, str) else hostname[0],
            "instance_id": source.get_instance_id(),
            "keys": source.get_public_ssh_keys(),
            "network": source.network_config,
            "scripts": scripts,
        }
    )
)
