import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { BondLink, Link, NetworkModel } from '#engine/identity/network/model.ts';
import { bondAbove } from '#engine/identity/network/model-relations.ts';
import { renderNetwork } from '#engine/identity/network/render-network.ts';
import { cidrText } from '#shared/model/ip.ts';
import { readWicked } from '../../../../fixtures/network/read-wicked.ts';
import { bonds, models } from './models.ts';

const recorded = readWicked();

describe('wicked 0.6.80 read in our files', () => {
  test.each(Object.entries({ ...models, ...bonds }))('%s', (name, model) => {
    const { files } = renderNetwork('wicked', model);
    const reading = recorded.get(name);
    const sha256 = createHash('sha256').update(JSON.stringify(files)).digest('hex');
    expect(sha256, 'the files are not those that wicked read: record it anew').toBe(reading?.sha256);
    expect(reading?.interfaces.size).toBe(model.links.length);
    for (const link of model.links) {
      const xml = reading?.interfaces.get(link.name) ?? '';
      for (const element of elements(model, link)) expect(xml).toContain(element);
    }
  });
});

function elements(model: NetworkModel, link: Link): string[] {
  const bond = bondAbove(model, link.name);
  const { addressing, mtu } = link;
  return [
    `<mode>${bond === undefined ? 'boot' : 'hotplug'}</mode>`,
    ...(bond === undefined ? [] : [`<master>${bond.name}</master>`]),
    ...(mtu === null ? [] : [`<mtu>${mtu}</mtu>`]),
    ...(link.kind === 'bond' ? bondElements(link) : []),
    ...(link.kind === 'vlan' ? [`<device>${link.over}</device>`, `<tag>${link.vlanId}</tag>`] : []),
    ...(addressing.method === 'none' ? ['<ipv4><enabled>false</enabled></ipv4>'] : []),
    ...(addressing.method === 'dhcp' ? ['<ipv4:dhcp><enabled>true</enabled>'] : []),
    ...(addressing.method === 'static'
      ? [`<local>${addressing.address}/${addressing.subnet.prefixLength}</local>`]
      : []),
    ...(addressing.method === 'static' && addressing.gateway !== null
      ? [route('0.0.0.0/0', addressing.gateway)]
      : []),
    ...link.routes.map(({ destination, via }) => route(cidrText(destination), via)),
  ];
}

function route(destination: string, via: string): string {
  const gateway = `<nexthop><gateway>${via}</gateway></nexthop>`;
  return `<route><destination>${destination}</destination>${gateway}</route>`;
}

/** Where wicked's element is called otherwise than the kernel's option. */
const elementNames: Readonly<Record<string, string>> = {
  miimon: 'frequency',
  arp_interval: 'interval',
  arp_validate: 'validate',
  arp_all_targets: 'validate-targets',
};

function bondElements({ mac, mode, options }: BondLink): string[] {
  const values = Object.entries(options).flatMap(([name, value]) => {
    if (name === 'arp_ip_target') return value.split(',').map(target => `<ipv4-address>${target}<`);
    const element = elementNames[name] ?? name.replaceAll('_', '-');
    // It leaves out what is the kernel's own default.
    if (value === 'none') return [];
    if (name === 'xmit_hash_policy') return [`<${element}>${value.replace(/(\d)\+(\d)/, '$1$2')}<`];
    if (name === 'all_slaves_active') return [`<${element}>${value === '1'}<`];
    return [`<${element}>${value}<`];
  });
  return [`<bond><mode>${mode.replace('802.3ad', 'ieee802-3ad')}<`, `<address>${mac}<`, ...values];
}
