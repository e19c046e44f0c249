import type { NetworkModel } from './model.ts';
import { nicsOf } from './model-relations.ts';
import type { NetworkFile } from './rendered-network.ts';

/**
 * Gives the NICs the model's names by MAC, for formats whose files are found by interface name. A udev rule and not a
 * systemd .link file: the rule also renames what an initramfs has renamed before (systemd < 240 does not), works without
 * systemd, and `DRIVERS` keeps it from bonds and VLANs, which carry their NIC's MAC.
 */
export function nicNamesFile(model: NetworkModel): NetworkFile {
  const rules = nicsOf(model).map(({ name, mac }) =>
    [
      'SUBSYSTEM=="net"',
      'ACTION=="add"',
      'DRIVERS=="?*"',
      `ATTR{address}=="${mac}"`,
      'ATTR{type}=="1"',
      `NAME="${name}"`,
    ].join(', '),
  );
  return { path: 'etc/udev/rules.d/70-persistent-net.rules', text: `${rules.join('\n')}\n`, mode: 0o644 };
}
