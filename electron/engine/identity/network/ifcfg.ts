import { assertNever } from '#shared/model/assert-never.ts';
import { cidrText } from '#shared/model/ip.ts';
import { takesMemberMac } from './bond-options.ts';
import type { Link, NetworkModel } from './model.ts';
import { bondAbove, isAside, resolverLink } from './model-relations.ts';
import { nicNamesFile } from './nic-names.ts';
import type { NetworkFile, RenderedNetwork } from './rendered-network.ts';

const folder = 'etc/sysconfig/network-scripts';

/**
 * RHEL's ifcfg files (initscripts, sysconfig.txt; NetworkManager's ifcfg-rh plugin reads the same ones, so nothing says
 * `NM_CONTROLLED=no`). `HWADDR` ties a file to its NIC; `DEVICE` is there because members and VLANs name the NIC.
 */
export function renderIfcfg(model: NetworkModel): RenderedNetwork {
  const files = model.links.flatMap((link): NetworkFile[] => {
    const variables = { ...deviceVariables(model, link), ...addressVariables(model, link) };
    const text = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}\n`);
    const routes = link.routes.map(({ destination, via }) => `${cidrText(destination)} via ${via}\n`);
    return [
      { path: `${folder}/ifcfg-${link.name}`, text: text.join(''), mode: 0o644 },
      ...(routes.length === 0
        ? []
        : [{ path: `${folder}/route-${link.name}`, text: routes.join(''), mode: 0o644 } as const]),
    ];
  });
  return { files: [...files, nicNamesFile(model)], settings: [] };
}

type Variables = Readonly<Record<string, string>>;

function deviceVariables(model: NetworkModel, link: Link): Variables {
  const every = {
    DEVICE: link.name,
    ONBOOT: 'yes',
    ...(link.mtu === null ? {} : { MTU: String(link.mtu) }),
  };
  switch (link.kind) {
    case 'nic': {
      const bond = bondAbove(model, link.name);
      const member: Variables = bond === undefined ? {} : { MASTER: bond.name, SLAVE: 'yes' };
      return { ...every, TYPE: 'Ethernet', HWADDR: link.mac, ...member };
    }
    case 'bond': {
      const options = Object.entries({ mode: link.mode, ...link.options });
      return {
        ...every,
        TYPE: 'Bond',
        BONDING_MASTER: 'yes',
        BONDING_OPTS: options.map(([name, value]) => `${name}=${value}`).join(' '),
        ...(takesMemberMac(link.options) ? {} : { MACADDR: link.mac }),
      };
    }
    case 'vlan':
      return { ...every, TYPE: 'Vlan', VLAN: 'yes', PHYSDEV: link.over, VLAN_ID: String(link.vlanId) };
    default:
      return assertNever(link);
  }
}

function addressVariables(model: NetworkModel, link: Link): Variables {
  const resolver = link === resolverLink(model) ? resolverVariables(model) : {};
  const { addressing } = link;
  switch (addressing.method) {
    case 'none':
      return { BOOTPROTO: 'none' };
    case 'dhcp':
      return { BOOTPROTO: 'dhcp', ...(isAside(model, link) ? { DEFROUTE: 'no' } : {}), ...resolver };
    case 'static':
      return {
        BOOTPROTO: 'none',
        IPADDR: addressing.address,
        PREFIX: String(addressing.subnet.prefixLength),
        ...(addressing.gateway === null
          ? { DEFROUTE: 'no' }
          : { DEFROUTE: 'yes', GATEWAY: addressing.gateway }),
        ...resolver,
      };
    default:
      return assertNever(addressing);
  }
}

function resolverVariables({ dnsServers, searchDomains }: NetworkModel): Variables {
  return {
    ...Object.fromEntries(dnsServers.map((server, index) => [`DNS${index + 1}`, server])),
    ...(searchDomains.length === 0 ? {} : { DOMAIN: searchDomains.join(' ') }),
  };
}

/** The files are shell: initscripts source them. All values are of these characters, so quotes only hold blanks. */
function quoted(value: string): string {
  return value.includes(' ') ? `"${value}"` : value;
}
