import { createHash } from 'node:crypto';
import type { NetworkModel } from './model.ts';
import { nicsOf } from './model-relations.ts';
import { renderWicked } from './wicked.ts';

/**
 * A boothook for cloud-init: on SUSE with wicked it puts our own files in the place of what cloud-init wrote from
 * network_data.json, whose bonds and VLANs wicked does not bring up (canonical/cloud-init#831, #3255, #3259). Everywhere
 * else it does nothing: the drive is made before anybody knows which system is in the image.
 *
 * A boothook is run at every boot, so it leaves a mark and touches nothing again: what an administrator changes later
 * stays. `user-data` cannot replace it, unlike `bootcmd`, of which cloud-init only keeps the user's.
 */
export function wickedBoothook(model: NetworkModel): string {
  const { files, settings } = renderWicked(model);
  const writes = files.map(({ path, text }) => `cat > /${path} <<'RACKSIDE'\n${text}RACKSIDE\n`).join('');
  const sets = settings.map(({ path, name, value }) => `set_variable /${path} ${name} '${value}'\n`).join('');
  const renames = nicsOf(model)
    .map(({ name, mac }) => `rename_nic ${mac} ${name}\n`)
    .join('');
  const version = createHash('sha256').update(writes).update(sets).digest('hex').slice(0, 32);
  return [head, `version=${version}\n`, guard, writes, sets, disableCloudInit, renames, end].join('');
}

/** SUSE's network.service is an alias of the service that manages the network. */
const head = `#!/bin/sh
network=/etc/sysconfig/network
case $(readlink /etc/systemd/system/network.service) in
  */wicked.service) ;;
  *) exit 0 ;;
esac
[ -d $network ] || exit 0
`;

/**
 * All members of a bond that is still up have its MAC for their address. Files of other names would bring the same NICs up
 * a second time, or let wicked wait for NICs that are gone. What fails here is not tried again: from the next boot on the
 * udev rule names the NICs, and wicked has our files.
 */
const guard = `[ "$(cat $network/rackside 2>/dev/null)" = $version ] && exit 0

set_variable() {
  grep -qs "^$2=" "$1" || echo "$2=" >> "$1"
  sed -i "s|^$2=.*|$2=\\"$3\\"|" "$1"
}

mac_of() {
  cat "$1/bonding_slave/perm_hwaddr" 2>/dev/null || cat "$1/address"
}

rename_nic() {
  for nic in /sys/class/net/*; do
    [ -e "$nic/device" ] || continue
    [ "$(mac_of "$nic")" = "$1" ] || continue
    [ "\${nic##*/}" = "$2" ] && continue
    ip link set dev "\${nic##*/}" down
    ip link set dev "\${nic##*/}" name "$2"
  done
}

wicked ifdown all
mkdir -p $network/before-rackside /etc/udev/rules.d /etc/cloud/cloud.cfg.d
for file in "$network"/ifcfg-* "$network"/ifroute-* "$network"/routes /etc/udev/rules.d/*persistent-net*.rules; do
  [ "$file" = $network/ifcfg-lo ] || [ ! -e "$file" ] || mv "$file" $network/before-rackside/
done
`;

const disableCloudInit = `echo 'network: {config: disabled}' > /etc/cloud/cloud.cfg.d/99-rackside-network.cfg
`;

const end = `wicked ifup all
netconfig update -f
echo $version > $network/rackside
`;
