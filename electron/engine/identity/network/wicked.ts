import { assertNever } from '#shared/model/assert-never.ts';
import { cidrText } from '#shared/model/ip.ts';
import type { BondLink, Link, NetworkModel } from './model.ts';
import { bondAbove, isAside } from './model-relations.ts';
import { nicNamesFile } from './nic-names.ts';
import type { NetworkFile, RenderedNetwork, SysconfigSetting } from './rendered-network.ts';

const folder = 'etc/sysconfig/network';

/**
 * SUSE's ifcfg files as wicked reads them (ifcfg(5), ifcfg-bonding(5), ifcfg-vlan(5), ifroute(5)). They look like RHEL's
 * and have other words: wicked ignores ONBOOT, MASTER and BONDING_OPTS, and a bond without `miimon` in its
 * BONDING_MODULE_OPTS never notices a broken link (canonical/cloud-init#831, #3259). DNS servers belong to the machine.
 */
export function renderWicked(model: NetworkModel): RenderedNetwork {
  const files = model.links.flatMap((link): NetworkFile[] => {
    const variables = {
      ...startVariables(model, link),
      ...deviceVariables(link),
      ...addressVariables(model, link),
    };
    const text = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`);
    const routes = routeLines(link);
    return [
      { path: `${folder}/ifcfg-${link.name}`, text: text.join(''), mode: 0o644 },
      ...(routes.length === 0
        ? []
        : [{ path: `${folder}/ifroute-${link.name}`, text: routes.join(''), mode: 0o644 } as const]),
    ];
  });
  return { files: [...files, nicNamesFile(model)], settings: resolverSettings(model) };
}

type Variables = Readonly<Record<string, string>>;

function startVariables(model: NetworkModel, link: Link): Variables {
  // With `auto` wicked would wait for a member whose cable is out, although the bond works without it.
  return { STARTMODE: bondAbove(model, link.name) === undefined ? 'auto' : 'hotplug' };
}

function deviceVariables(link: Link): Variables {
  const mtu: Variables = link.mtu === null ? {} : { MTU: String(link.mtu) };
  switch (link.kind) {
    case 'nic':
      return mtu;
    case 'bond':
      return { ...mtu, ...bondVariables(link) };
    case 'vlan':
      return { ...mtu, ETHERDEVICE: link.over, VLAN_ID: String(link.vlanId) };
    default:
      return assertNever(link);
  }
}

function bondVariables({ mac, members, mode, options }: BondLink): Variables {
  return {
    LLADDR: mac,
    BONDING_MASTER: 'yes',
    BONDING_MODULE_OPTS: Object.entries({ mode, ...options })
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    ...Object.fromEntries(members.map((member, index) => [`BONDING_SLAVE${index}`, member])),
  };
}

function addressVariables(model: NetworkModel, link: Link): Variables {
  const { addressing } = link;
  switch (addressing.method) {
    case 'none':
      return { BOOTPROTO: 'none' };
    case 'dhcp':
      return {
        BOOTPROTO: 'dhcp4',
        ...(isAside(model, link) ? { DHCLIENT_SET_DEFAULT_ROUTE: 'no' } : {}),
      };
    case 'static':
      return { BOOTPROTO: 'static', IPADDR: `${addressing.address}/${addressing.subnet.prefixLength}` };
    default:
      return assertNever(addressing);
  }
}

/** Destination, gateway, netmask (`-`: it is in the destination), interface. */
function routeLines({ name, addressing, routes }: Link): string[] {
  const gateway = addressing.method === 'static' ? addressing.gateway : null;
  return [
    ...(gateway === null ? [] : [`default ${gateway} - ${name}\n`]),
    ...routes.map(({ destination, via }) => `${cidrText(destination)} ${via} - ${name}\n`),
  ];
}

function resolverSettings({ dnsServers, searchDomains }: NetworkModel): SysconfigSetting[] {
  const setting = (name: string, values: readonly string[]): SysconfigSetting[] =>
    values.length === 0 ? [] : [{ path: `${folder}/config`, name, value: values.join(' ') }];
  return [
    ...setting('NETCONFIG_DNS_STATIC_SERVERS', dnsServers),
    ...setting('NETCONFIG_DNS_STATIC_SEARCHLIST', searchDomains),
  ];
}
