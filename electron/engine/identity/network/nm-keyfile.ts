import { createHash } from 'node:crypto';
import { assertNever } from '#shared/model/assert-never.ts';
import { cidrText } from '#shared/model/ip.ts';
import { takesMemberMac } from './bond-options.ts';
import type { Link, NetworkModel } from './model.ts';
import { bondAbove, isAside, nicsNeedNames, resolverLink } from './model-relations.ts';
import { nicNamesFile } from './nic-names.ts';
import type { NetworkFile, RenderedNetwork } from './rendered-network.ts';

/** NetworkManager's keyfiles (nm-settings-keyfile(5)): RHEL 9 and later, SLES 16. */
export function renderNmKeyfiles(model: NetworkModel): RenderedNetwork {
  const files = model.links.map(
    (link): NetworkFile => ({
      path: `etc/NetworkManager/system-connections/${link.name}.nmconnection`,
      text: keyfile({ ...deviceSections(model, link), ...addressSections(model, link) }),
      mode: 0o600, // else NetworkManager refuses to read it
    }),
  );
  return { files: nicsNeedNames(model) ? [...files, nicNamesFile(model)] : files, settings: [] };
}

type Section = Readonly<Record<string, string | number>>;
type Sections = Readonly<Record<string, Section>>;

function keyfile(sections: Sections): string {
  return Object.entries(sections)
    .filter(([, entries]) => Object.keys(entries).length > 0)
    .map(([name, entries]) => {
      const lines = Object.entries(entries).map(([key, value]) => `${key}=${value}\n`);
      return `[${name}]\n${lines.join('')}`;
    })
    .join('\n');
}

function deviceSections(model: NetworkModel, link: Link): Sections {
  const connection = { id: link.name, uuid: connectionUuid(link) };
  const ethernet: Section = link.mtu === null ? {} : { mtu: link.mtu };
  switch (link.kind) {
    case 'nic': {
      const bond = bondAbove(model, link.name);
      const member: Section =
        bond === undefined ? {} : { master: connectionUuid(bond), 'slave-type': 'bond' };
      return {
        connection: { ...connection, type: 'ethernet', ...member },
        ethernet: { 'mac-address': link.mac, ...ethernet },
      };
    }
    case 'bond':
      return {
        connection: { ...connection, type: 'bond', 'interface-name': link.name },
        bond: { mode: link.mode, ...link.options },
        ethernet: {
          ...(takesMemberMac(link.options) ? {} : { 'cloned-mac-address': link.mac }),
          ...ethernet,
        },
      };
    case 'vlan': {
      const below = model.links.find(({ name }) => name === link.over);
      return {
        connection: { ...connection, type: 'vlan', 'interface-name': link.name },
        vlan: { id: link.vlanId, parent: below === undefined ? link.over : connectionUuid(below) },
        ethernet,
      };
    }
    default:
      return assertNever(link);
  }
}

function addressSections(model: NetworkModel, link: Link): Sections {
  const { addressing } = link;
  if (link.kind === 'nic' && bondAbove(model, link.name) !== undefined) return {};
  const routes = Object.fromEntries(
    link.routes.map(({ destination, via }, index) => [
      `route${index + 1}`,
      `${cidrText(destination)},${via}`,
    ]),
  );
  const more = { ...routes, ...(link === resolverLink(model) ? resolver(model) : {}) };
  switch (addressing.method) {
    case 'none':
      return { ipv4: { method: 'disabled' }, ipv6: { method: 'link-local' } };
    case 'dhcp': {
      const way: Section = isAside(model, link) ? { 'never-default': 'true' } : {};
      return { ipv4: { method: 'auto', ...way, ...more }, ipv6: { method: 'auto' } };
    }
    case 'static': {
      const { address, subnet, gateway } = addressing;
      const way: Section = gateway === null ? { 'never-default': 'true' } : { gateway };
      return {
        ipv4: { method: 'manual', address1: `${address}/${subnet.prefixLength}`, ...way, ...more },
        ipv6: { method: 'auto' },
      };
    }
    default:
      return assertNever(addressing);
  }
}

function resolver({ dnsServers, searchDomains }: NetworkModel): Section {
  const list = (values: readonly string[]) => values.map(value => `${value};`).join('');
  return {
    ...(dnsServers.length === 0 ? {} : { dns: list(dnsServers) }),
    ...(searchDomains.length === 0 ? {} : { 'dns-search': list(searchDomains) }),
  };
}

/** RFC 9562 §5.5: the same link of the same machine has the same connection each time it is rendered. */
function connectionUuid({ name, mac }: Link): string {
  const hash = createHash('sha1').update(`rackside connection ${mac} ${name}`).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
