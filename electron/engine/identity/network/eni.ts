import { assertNever } from '#shared/model/assert-never.ts';
import { cidrText } from '#shared/model/ip.ts';
import type { BondLink, Link, NetworkModel } from './model.ts';
import { bondAbove, isAside, resolverLink } from './model-relations.ts';
import { nicNamesFile } from './nic-names.ts';
import type { RenderedNetwork } from './rendered-network.ts';

/**
 * Debian's /etc/network/interfaces (ifupdown, bonds by ifenslave). VLANs need no package: ifupdown makes `bond0.100` from
 * its name (interfaces(5), VLAN INTERFACES). DNS servers reach resolv.conf where resolvconf or systemd-resolved is there.
 */
export function renderEni(model: NetworkModel): RenderedNetwork {
  // A member needs no stanza: ifenslave takes it, and it follows the bond's MTU.
  const stanzas = model.links
    .filter(link => bondAbove(model, link.name) === undefined)
    .map(link => stanza(model, link));
  const text = ['auto lo\niface lo inet loopback\n', ...stanzas].join('\n');
  return {
    files: [{ path: 'etc/network/interfaces', text, mode: 0o644 }, nicNamesFile(model)],
    settings: [],
  };
}

function stanza(model: NetworkModel, link: Link): string {
  const lines = [
    ...addressLines(model, link),
    ...(link.kind === 'bond' ? bondLines(link) : []),
    ...(link.kind === 'vlan' ? [`vlan-raw-device ${link.over}`] : []),
    ...(link === resolverLink(model) ? resolverLines(model) : []),
    ...link.routes.map(
      ({ destination, via }) => `up ip route add ${cidrText(destination)} via ${via} dev $IFACE`,
    ),
  ];
  return [
    `auto ${link.name}`,
    `iface ${link.name} inet ${methods[link.addressing.method]}`,
    ...lines.map(line => `    ${line}`),
    '',
  ].join('\n');
}

const methods = { none: 'manual', dhcp: 'dhcp', static: 'static' } as const;

function addressLines(model: NetworkModel, link: Link): string[] {
  const { addressing, mtu } = link;
  switch (addressing.method) {
    case 'none':
      return mtu === null ? [] : [`mtu ${mtu}`];
    case 'dhcp':
      return [
        ...(isAside(model, link) ? ['metric 100'] : []),
        // The method has no `mtu` of its own.
        ...(mtu === null ? [] : [`up ip link set dev $IFACE mtu ${mtu}`]),
      ];
    case 'static':
      return [
        `address ${addressing.address}/${addressing.subnet.prefixLength}`,
        ...(addressing.gateway === null ? [] : [`gateway ${addressing.gateway}`]),
        ...(mtu === null ? [] : [`mtu ${mtu}`]),
      ];
    default:
      return assertNever(addressing);
  }
}

/** What ifenslave 2.13 does not hand to the kernel; it may be set while the bond is up. */
const unknownToIfenslave: readonly string[] = [
  'arp_all_targets',
  'min_links',
  'all_slaves_active',
  'resend_igmp',
  'lp_interval',
];

function bondLines({ mac, members, mode, options }: BondLink): string[] {
  return [
    `hwaddress ${mac}`,
    `bond-slaves ${members.join(' ')}`,
    `bond-mode ${mode}`,
    ...Object.entries(options).map(([name, value]) =>
      unknownToIfenslave.includes(name)
        ? `up echo ${value} > /sys/class/net/$IFACE/bonding/${name}`
        : // ifenslave writes one word after the other into arp_ip_target.
          `bond-${name.replaceAll('_', '-')} ${value.replaceAll(',', ' ')}`,
    ),
  ];
}

function resolverLines({ dnsServers, searchDomains }: NetworkModel): string[] {
  return [
    ...(dnsServers.length === 0 ? [] : [`dns-nameservers ${dnsServers.join(' ')}`]),
    ...(searchDomains.length === 0 ? [] : [`dns-search ${searchDomains.join(' ')}`]),
  ];
}
