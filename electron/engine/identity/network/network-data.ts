import { assertNever } from '#shared/model/assert-never.ts';
import { type Ipv4, netmask } from '#shared/model/ip.ts';
import { takesMemberMac } from './bond-options.ts';
import type { Link, NetworkModel, Route } from './model.ts';
import { hasPrimary } from './model-relations.ts';

/**
 * OpenStack's network_data.json (nova `network_data` schema), the form that cloud-init, Ignition's Afterburn, glean and
 * cloudbase-init read. NICs are given by MAC and keep the system's own names, unless a bond names its `primary`: then
 * cloud-init's `name` is there too, which is in no schema but in its `convert_net_json`.
 */
export function networkData(model: NetworkModel): object {
  const named = new Set(
    model.links.filter(hasPrimary).flatMap(link => (link.kind === 'bond' ? link.members : [])),
  );
  const dns = { services: services(model), dns_nameservers: model.dnsServers };
  const search = model.searchDomains.length === 0 ? {} : { dns_search: model.searchDomains };
  return {
    links: model.links.map(link => ({
      id: link.name,
      ...linkData(link),
      ...(named.has(link.name) ? { name: link.name } : {}),
      ...(link.mtu === null ? {} : { mtu: link.mtu }),
    })),
    networks: model.links.flatMap(link => {
      const network = networkOf(link);
      if (network === undefined) return [];
      // Wherever a reader looks for them; without `dns_nameservers` cloud-init 22.4 writes NetworkManager connections
      // that have none. A DHCP network gets its own from its server.
      const withDns = link.addressing.method === 'static' ? { ...dns, ...search } : {};
      return [{ id: `network-${link.name}`, link: link.name, ...network, ...withDns }];
    }),
    services: services(model),
  };
}

function linkData(link: Link): object {
  switch (link.kind) {
    case 'nic':
      return { type: 'phy', ethernet_mac_address: link.mac };
    case 'bond':
      return {
        type: 'bond',
        ...(takesMemberMac(link.options) ? {} : { ethernet_mac_address: link.mac }),
        bond_links: link.members,
        bond_mode: link.mode,
        ...Object.fromEntries(
          Object.entries(link.options).map(([name, value]) => [
            `bond_${name}`,
            /^\d+$/.test(value) ? Number(value) : value,
          ]),
        ),
      };
    case 'vlan':
      return { type: 'vlan', vlan_link: link.over, vlan_id: link.vlanId, vlan_mac_address: link.mac };
    default:
      return assertNever(link);
  }
}

function networkOf({ addressing, routes }: Link): object | undefined {
  switch (addressing.method) {
    case 'none':
      return undefined;
    case 'dhcp':
      return { type: 'ipv4_dhcp', ...(routes.length === 0 ? {} : { routes: routes.map(routeData) }) };
    case 'static': {
      const { address, subnet, gateway } = addressing;
      const toEverywhere = gateway === null ? [] : [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway }];
      return {
        type: 'ipv4',
        ip_address: address,
        netmask: netmask(subnet),
        routes: [...toEverywhere, ...routes.map(routeData)],
      };
    }
    default:
      return assertNever(addressing);
  }
}

function routeData({ destination, via }: Route): object {
  return { network: destination.address, netmask: netmask(destination), gateway: via };
}

function services({ dnsServers }: NetworkModel): { type: 'dns'; address: Ipv4 }[] {
  return dnsServers.map(address => ({ type: 'dns', address }));
}
