import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { NetworkModel } from '#engine/identity/network/model.ts';
import { nicsOf } from '#engine/identity/network/model-relations.ts';
import { networkConfig } from '#engine/identity/network/netplan.ts';
import { networkData } from '#engine/identity/network/network-data.ts';

/** The renderers of cloud-init, each for a distribution that has it. */
const cloudInitRenderers = {
  netplan: 'ubuntu',
  eni: 'debian',
  ifcfg: 'rhel',
  nm: 'rhel',
  wicked: 'sles',
} as const;
type Family = keyof typeof cloudInitRenderers;
const kinds = {
  netplan: 'netplan',
  eni: 'eni',
  ifcfg: 'sysconfig',
  nm: 'network-manager',
  wicked: 'sysconfig',
};

/** What of ours cloud-init is given: the config drive's form or NoCloud's. */
const sources = {
  'network_data.json': {
    kind: 'network_data.json',
    text: (model: NetworkModel) => JSON.stringify(networkData(model)),
  },
  'network-config': { kind: 'yaml', text: networkConfig },
} as const;

/** What the real cloud-init renders from it: files by path, by model and family. */
export function renderByCloudInit(
  parent: string,
  models: Readonly<Record<string, NetworkModel>>,
  source: keyof typeof sources = 'network_data.json',
): (name: string, family: Family) => ReadonlyMap<string, string> {
  const directory = path.join(parent, source);
  const { kind, text } = sources[source];
  const names = Object.keys(models);
  const target = (name: string, family: string) => path.join(directory, `${names.indexOf(name)}-${family}`);
  const families = Object.keys(kinds) as Family[];
  const lines = Object.entries(models).flatMap(([name, model]) => {
    const data = path.join(directory, `${names.indexOf(name)}`);
    mkdirSync(directory, { recursive: true });
    writeFileSync(data, text(model));
    const macs = nicsOf(model).flatMap(nic => ['-m', `${nic.name},${nic.mac}`]);
    return families.map(family =>
      JSON.stringify(
        ['-p', data, '-k', kind, '-D', cloudInitRenderers[family], '-O', kinds[family]].concat(macs, [
          '-d',
          target(name, family),
        ]),
      ),
    );
  });
  const script = path.join(import.meta.dirname, 'convert-networks.py');
  execFileSync('/usr/bin/python3', [script], {
    input: lines.join('\n'),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  return (name, family) => {
    const root = target(name, family);
    const entries = readdirSync(root, { recursive: true, withFileTypes: true });
    return new Map(
      entries
        .filter(entry => entry.isFile())
        .map(entry => {
          const file = path.join(entry.parentPath, entry.name);
          return [path.relative(root, file), readFileSync(file, 'utf8')] as const;
        }),
    );
  };
}
