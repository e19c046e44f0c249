import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Link, NetworkModel } from '#engine/identity/network/model.ts';
import { nicsOf } from '#engine/identity/network/model-relations.ts';
import { type NetworkFamily, renderNetwork } from '#engine/identity/network/render-network.ts';
import { bonds, models, unrecordedModels } from '../../unit/engine/identity/network/models.ts';

/** What netplan, ifupdown and NetworkManager themselves read in our files. */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-network-peers-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const unpacked = path.join(import.meta.dirname, '../../../.cache/unpacked');
const cases: [string, NetworkModel][] = Object.entries({
  ...models,
  ...unrecordedModels,
  ...bonds,
});

/** Its output; anything on stderr is a complaint about our file. */
function run(program: string, args: readonly string[], input = ''): string {
  const result = spawnSync(program, args, { encoding: 'utf8', input });
  expect(result.error).toBeUndefined();
  expect(result.stderr).toBe('');
  expect(result.status).toBe(0);
  return result.stdout;
}

/** The rendering as files of a system of its own. */
function systemWith(family: NetworkFamily, model: NetworkModel): string {
  const root = mkdtempSync(path.join(directory, `${family}-`));
  for (const file of renderNetwork(family, model).files) {
    const target = path.join(root, file.path);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.text, { mode: file.mode });
  }
  return root;
}

describe('netplan makes of it for systemd-networkd', () => {
  test.each(cases)('%s', (_name, model) => {
    const root = systemWith('netplan', model);
    run(path.join(unpacked, 'usr/libexec/netplan/generate'), ['--root-dir', root]);
    const folder = path.join(root, 'run/systemd/network');
    const units = readdirSync(folder).map(
      name => [name, readFileSync(path.join(folder, name), 'utf8')] as const,
    );
    const unit = (name: string) => new Map(units).get(name) ?? '';
    for (const link of model.links) {
      const network = unit(`10-netplan-${link.name}.network`);
      expect(network.split('\n')).toEqual(expect.arrayContaining(networkLines(model, link)));
      const device = unit(`10-netplan-${link.name}.netdev`);
      expect(device.split('\n')).toEqual(expect.arrayContaining(deviceLines(link)));
      // One line for the mode and each option, whatever networkd calls it; a member itself says that it is primary.
      const options = device.split('[Bond]\n')[1]?.trim().split('\n') ?? [];
      if (link.kind === 'bond')
        expect(options).toHaveLength(1 + Object.keys(link.options).filter(name => name !== 'primary').length);
    }
  });

  function networkLines(model: NetworkModel, link: Link): string[] {
    const { addressing } = link;
    const bond = model.links.find(other => other.kind === 'bond' && other.members.includes(link.name));
    return [
      link.kind === 'nic' ? `PermanentMACAddress=${link.mac}` : `Name=${link.name}`,
      ...(bond === undefined ? [] : [`Bond=${bond.name}`]),
      ...(bond?.kind === 'bond' && bond.options['primary'] === link.name ? ['PrimarySlave=true'] : []),
      ...(addressing.method === 'dhcp' ? ['DHCP=ipv4'] : []),
      ...(addressing.method === 'static'
        ? [`Address=${addressing.address}/${addressing.subnet.prefixLength}`]
        : []),
      ...(addressing.method === 'static' && addressing.gateway !== null
        ? [`Gateway=${addressing.gateway}`]
        : []),
      ...link.routes.map(
        ({ destination }) => `Destination=${destination.address}/${destination.prefixLength}`,
      ),
    ];
  }

  function deviceLines(link: Link): string[] {
    switch (link.kind) {
      case 'nic':
        return [];
      case 'vlan':
        return ['Kind=vlan', `Id=${link.vlanId}`];
      case 'bond':
        return [
          'Kind=bond',
          `Mode=${link.mode}`,
          `MACAddress=${link.mac}`,
          ...('miimon' in link.options ? [`MIIMonitorSec=${link.options['miimon']}ms`] : []),
          ...('arp_ip_target' in link.options
            ? [`ARPIPTargets=${link.options['arp_ip_target']?.replaceAll(',', ' ')}`]
            : []),
        ];
    }
  }
});

describe('ifupdown does with it', () => {
  test.each(cases)('%s', (_name, model) => {
    const file = path.join(systemWith('eni', model), 'etc/network/interfaces');
    const members = model.links.flatMap(link => (link.kind === 'bond' ? link.members : []));
    const own = model.links.filter(({ name }) => !members.includes(name));
    const listed = run(path.join(unpacked, 'sbin/ifquery'), ['--list', '-i', file]);
    expect(listed.trim().split('\n')).toEqual(['lo', ...own.map(({ name }) => name)]);
    for (const link of own) {
      const options = run(path.join(unpacked, 'sbin/ifquery'), ['-i', file, link.name]).split('\n');
      expect(options).toEqual(expect.arrayContaining(optionLines(link)));
      const ifup = ['--no-act', '--verbose', '--no-scripts', '--force', '-i', file, link.name];
      const acts = spawnSync(path.join(unpacked, 'sbin/ifup'), ifup, { encoding: 'utf8' }).stderr;
      for (const act of commands(link)) expect(acts).toContain(act);
    }
  });

  function optionLines(link: Link): string[] {
    const { addressing } = link;
    return [
      ...(addressing.method === 'static' ? [`address: ${addressing.address}`] : []),
      ...(addressing.method === 'static' && addressing.gateway !== null
        ? [`gateway: ${addressing.gateway}`]
        : []),
      ...(link.kind === 'bond' ? [`bond-slaves: ${link.members.join(' ')}`, `bond-mode: ${link.mode}`] : []),
    ];
  }

  function commands({ kind, name, mtu, addressing, ...link }: Link): string[] {
    return [
      ...(kind === 'vlan'
        ? [`ip link add link ${name.split('.')[0]} name ${name} type vlan id ${name.split('.')[1]}`]
        : []),
      ...(mtu === null ? [] : [`mtu ${mtu}`]),
      ...(addressing.method === 'dhcp' ? [`dhclient`] : []),
      ...link.routes.map(({ via }) => `via ${via}`),
    ];
  }
});

describe('NetworkManager reads all of it', () => {
  test.each(cases)('%s', (_name, model) => {
    const root = systemWith('nm', model);
    const folder = path.join(root, 'etc/NetworkManager/system-connections');
    expect(readdirSync(folder)).toHaveLength(model.links.length);
    for (const file of readdirSync(folder)) {
      const ours = readFileSync(path.join(folder, file), 'utf8');
      // It writes back what it understood, in its own order.
      const nmcli = path.join(unpacked, 'usr/bin/nmcli');
      const theirs = run(nmcli, ['--offline', 'connection', 'modify', 'connection.autoconnect', 'yes'], ours);
      const understood = keys(theirs);
      expect([...keys(ours)].filter(line => !understood.has(line))).toEqual([]);
    }
    expect(nicsOf(model).length).toBeGreaterThan(0);
  });

  /** `section.key=value`, with the gateway as NetworkManager says it: behind the address. */
  function keys(text: string): Set<string> {
    let section = '';
    const lines = text.split('\n').flatMap(line => {
      if (line.startsWith('[')) section = line;
      if (!line.includes('=')) return [];
      const [, address, gateway] = /^address1=([^,]*),(.*)$/.exec(line) ?? [];
      const parts = address === undefined ? [line] : [`address1=${address}`, `gateway=${gateway}`];
      return parts.map(part => `${section} ${part.toLowerCase()}`);
    });
    return new Set(lines);
  }
});
