import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Link, NetworkModel } from '#engine/identity/network/model.ts';
import { networkData } from '#engine/identity/network/network-data.ts';
import { planNetworkModel } from '#engine/identity/network/plan-network-model.ts';
import {
  type NetworkFamily,
  networkFamilies,
  renderNetwork,
} from '#engine/identity/network/render-network.ts';
import { wickedBoothook } from '#engine/identity/network/wicked-boothook.ts';
import { bondModes } from '#shared/contract/index.ts';
import { cidrText, type Ipv4, ipv4FromNumber } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { bondId, modelOf, onBond, onPort, type Planned, port, portgroup, portId } from './models.ts';

/** Up to four trunks, each a NIC or a bond of two, with up to three networks; addresses never meet. */
const anyModel: fc.Arbitrary<NetworkModel> = fc
  .record({
    macs: fc.uniqueArray(fc.integer({ min: 0, max: 0xffff_ffff }), { minLength: 8, maxLength: 8 }),
    trunks: fc.array(
      fc.record({
        mode: fc.option(fc.constantFrom(...bondModes)),
        tags: fc.uniqueArray(fc.option(fc.integer({ min: 1, max: 4094 })), { minLength: 1, maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    mtus: fc.array(fc.option(fc.integer({ min: 576, max: 9216 })), { minLength: 12, maxLength: 12 }),
    methods: fc.array(fc.constantFrom('none', 'dhcp', 'static'), { minLength: 12, maxLength: 12 }),
    prefixLength: fc.integer({ min: 16, max: 30 }),
    base: fc.integer({ min: 1, max: 222 }).filter(first => first !== 127),
    domains: fc.array(fc.stringMatching(/^[a-z][a-z0-9]{0,10}\.[a-z]{2,5}$/), { maxLength: 2 }),
  })
  .map(({ macs, trunks, mtus, methods, prefixLength, base, domains }) => {
    const macOf = (index: number) =>
      `52:54:${(macs[index] ?? 0)
        .toString(16)
        .padStart(8, '0')
        .replace(/..(?!$)/g, '$&:')}` as Mac;
    const networks = trunks.flatMap(({ mode, tags }, trunk) =>
      tags.map((vlanId, index): Planned => {
        const place =
          mode === null ? { portId: portId(trunk * 2) } : { portId: null, portgroupId: bondId(trunk) };
        const number = trunk * 3 + index;
        const host = (last: number) => ipv4FromNumber(((base << 24) | (number << 16) | last) >>> 0);
        const method = methods[number] ?? 'none';
        const gateway = number === 0 ? host(1) : null;
        const address =
          method === 'static'
            ? { method, address: host(2), prefixLength, gateway, dns: [host(3)] }
            : ({ method } as const);
        const routes =
          method === 'none' ? [] : [{ destination: `${240 + number}.0.0.0/8`, via: host(1) as Ipv4 }];
        return onPort(0, { ...place, vlanId, address, routes, mtu: mtus[number] ?? null });
      }),
    );
    const planned = planNetworkModel({
      networks,
      ports: trunks.flatMap(({ mode }, trunk) =>
        (mode === null ? [0] : [0, 1]).map(index =>
          port(trunk * 2 + index, mode === null ? null : bondId(trunk), {
            address: macOf(trunk * 2 + index),
          }),
        ),
      ),
      portgroups: trunks.flatMap(({ mode }, trunk) => (mode === null ? [] : [portgroup(trunk, mode)])),
      searchDomains: domains,
    });
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
    return planned.network;
  });

describe('whatever the networks are', () => {
  test.each(networkFamilies)('%s says every value of them', family => {
    fc.assert(
      fc.property(anyModel, model => {
        const { files, settings } = renderNetwork(family, model);
        const texts = [
          ...files.map(({ path, text }) => `${path}\n${text}`),
          ...settings.map(({ value }) => value),
        ].join('\n');
        for (const value of model.links.flatMap(link => valuesOf(link))) expect(texts).toContain(value);
        // A machine without any address asks nobody.
        const isAddressed = model.links.some(({ addressing }) => addressing.method !== 'none');
        for (const value of isAddressed ? [...model.dnsServers, ...model.searchDomains] : [])
          expect(texts).toContain(value);
        expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
        for (const file of files) {
          expect(file.path).toMatch(/^etc\/[A-Za-z0-9/._-]+$/);
          expect(file.text).toMatch(/^[\x20-\x7e\n]+\n$/);
        }
      }),
      { numRuns: 100 },
    );
  });

  function valuesOf({ kind, name, mac, mtu, addressing, routes }: Link): string[] {
    return [
      name,
      ...(kind === 'vlan' ? [] : [mac]),
      ...(mtu === null ? [] : [String(mtu)]),
      ...(addressing.method === 'static' ? [addressing.address] : []),
      ...(addressing.method === 'static' && addressing.gateway !== null ? [addressing.gateway] : []),
      ...routes.flatMap(({ destination, via }) => [cidrText(destination), via]),
    ];
  }

  const dhcpAside: Readonly<Record<NetworkFamily, (text: string, link: Link) => boolean>> = {
    netplan: (text, { kind, name }) => {
      const { network } = parse(text) as { network: Record<string, Record<string, object>> };
      const section = { nic: 'ethernets', bond: 'bonds', vlan: 'vlans' }[kind];
      return 'dhcp4-overrides' in (network[section]?.[name] ?? {});
    },
    eni: (text, { name }) => new RegExp(`^iface ${name} inet dhcp\n    metric 100$`, 'm').test(text),
    ifcfg: text => text.includes('\nDEFROUTE=no\n'),
    nm: text => text.includes('\nnever-default=true\n'),
    wicked: text => text.includes("DHCLIENT_SET_DEFAULT_ROUTE='no'"),
  };

  test.each(networkFamilies)('%s lets one link lead out, whatever DHCP says on others', family => {
    fc.assert(
      fc.property(anyModel, model => {
        const { files } = renderNetwork(family, model);
        const byDhcp = model.links.filter(({ addressing }) => addressing.method === 'dhcp');
        const leading = byDhcp.filter(link => {
          const own = files.find(({ path }) =>
            new RegExp(`[/-]${link.name.replace('.', '\\.')}(.nmconnection)?$`).test(path),
          );
          return !dhcpAside[family]((own ?? files[0])?.text ?? '', link);
        });
        const gateways = model.links.filter(
          ({ addressing }) => addressing.method === 'static' && addressing.gateway !== null,
        );
        const ways = [...leading, ...gateways].map(({ name }) => name);
        expect(ways).toEqual(model.leadsOut === null ? [] : [model.leadsOut]);
      }),
      { numRuns: 100 },
    );
  });

  test.each(['nm', 'ifcfg'] as const)("%s gives no MAC to a bond that takes its member's", family => {
    for (const [policy, isGiven] of [
      ['none', true],
      ['active', false],
      ['follow', false],
    ] as const) {
      const model = modelOf({
        networks: [onBond(1)],
        ports: [port(1, bondId(1)), port(2, bondId(1))],
        portgroups: [portgroup(1, 'active-backup', { fail_over_mac: policy })],
      });
      const { files } = renderNetwork(family, model);
      const bond = files.find(({ path }) => path.includes('bond0'))?.text ?? '';
      expect(/^(cloned-mac-address|MACADDR)=/m.test(bond)).toBe(isGiven);
      const { links } = networkData(model) as { links: object[] };
      expect('ethernet_mac_address' in (links.at(-1) ?? {})).toBe(isGiven);
    }
  });

  test('netplan gets MACs, MTUs and addresses as YAML 1.1 and 1.2 both read them', () => {
    fc.assert(
      fc.property(anyModel, model => {
        const text = renderNetwork('netplan', model).files[0]?.text ?? '';
        const read = parse(text, { version: '1.1' }) as { network: Record<string, Record<string, object>> };
        expect(parse(text, { version: '1.2' })).toEqual(read);
        for (const { kind, name, mac, mtu, addressing } of model.links) {
          const section = { nic: 'ethernets', bond: 'bonds', vlan: 'vlans' }[kind];
          expect(read.network[section]?.[name]).toMatchObject({
            ...(kind === 'nic' ? { match: { macaddress: mac } } : {}),
            ...(kind === 'bond' ? { macaddress: mac } : {}),
            ...(mtu === null ? {} : { mtu }),
            ...(addressing.method === 'static'
              ? { addresses: [`${addressing.address}/${addressing.subnet.prefixLength}`] }
              : {}),
          });
        }
      }),
      { numRuns: 100 },
    );
  });

  test('network_data.json links everything to something that is there', () => {
    fc.assert(
      fc.property(anyModel, model => {
        const { links, networks } = networkData(model) as Record<string, Record<string, unknown>[]>;
        const ids = (links ?? []).map(link => link['id']);
        expect(new Set(ids).size).toBe(model.links.length);
        for (const link of links ?? []) {
          expect(ids).toEqual(expect.arrayContaining((link['bond_links'] as unknown[] | undefined) ?? []));
          if (link['type'] === 'vlan') expect(ids).toContain(link['vlan_link']);
        }
        for (const network of networks ?? []) expect(ids).toContain(network['link']);
      }),
      { numRuns: 100 },
    );
  });

  test('the names fit into an interface name, and the boothook ends each file where it ends', () => {
    fc.assert(
      fc.property(anyModel, model => {
        for (const { name } of model.links) expect(name).toMatch(/^[a-z][a-z0-9.]{0,14}$/);
        const { files } = renderNetwork('wicked', model);
        const hook = wickedBoothook(model);
        for (const { path, text } of files)
          expect(hook).toContain(`cat > /${path} <<'RACKSIDE'\n${text}RACKSIDE\n`);
        expect(hook.match(/^RACKSIDE$/gm)).toHaveLength(files.length);
      }),
      { numRuns: 100 },
    );
  });

  test('the same model gives the same text', () => {
    fc.assert(
      fc.property(anyModel, model => {
        for (const family of networkFamilies)
          expect(renderNetwork(family, structuredClone(model))).toEqual(renderNetwork(family, model));
      }),
      { numRuns: 20 },
    );
  });
});
