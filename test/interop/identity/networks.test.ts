import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { networkFamilies, renderNetwork } from '#engine/identity/network/render-network.ts';
import {
  bondsOfImages,
  models as recordedModels,
  unrecordedModels,
} from '../../unit/engine/identity/network/models.ts';
import { renderByCloudInit } from './cloud-init-networks.ts';
import { differences } from './network-differences.ts';
import { factsOf } from './network-facts.ts';

/** Our renderings beside what the real cloud-init makes of our own network_data.json. */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-networks-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const models = { ...recordedModels, ...unrecordedModels };
let theirs: ReturnType<typeof renderByCloudInit>;
let fromNoCloud: ReturnType<typeof renderByCloudInit>;
beforeAll(() => {
  theirs = renderByCloudInit(directory, models);
  const { [refused]: _left, ...others } = models;
  fromNoCloud = renderByCloudInit(directory, others, 'network-config');
});

/** cloud-init does not know netplan's word `arp-ip-targets` and stops at it. */
const refused = 'a bond watched by ARP';

const met = new Set<number>();

describe.each(networkFamilies)('%s differs from cloud-init only where that is explained', family => {
  test.each(Object.entries(models))('%s', (name, model) => {
    const files = renderNetwork(family, model).files.map(file => [file.path, file.text] as const);
    const facts = { ours: factsOf(family, new Map(files)), theirs: factsOf(family, theirs(name, family)) };
    const shared = [...facts.ours].filter(fact => facts.theirs.has(fact));
    expect(shared.length).toBeGreaterThan(1);
    const unexplained = (['ours', 'theirs'] as const).flatMap(side =>
      [...facts[side]]
        .filter(fact => !shared.includes(fact))
        .filter(fact => {
          const found = differences.findIndex(
            known => known.family === family && known.side === side && known.facts.test(fact),
          );
          met.add(found);
          return found === -1;
        })
        .map(fact => `${side}: ${fact}`),
    );
    expect(unexplained).toEqual([]);
  });
});

test('every difference that is explained is still there', () => {
  expect(differences.filter((_, index) => !met.has(index))).toEqual([]);
});

/** What cloud-init loses or adds on the way from netplan's form. */
const noCloudDifferences = [
  /^\S+ dns \{/, // it writes its own Python value as an option, which ifupdown ignores
  /^resolv\.conf search |^lo dns-search /, // for all files, not for the NIC alone
  /^bond0 hwaddress |^ifcfg-bond0 (MACADDR|LLADDR)=/, // it forgets the bond's macaddress: the kernel takes a member's
  /^\S+\.\d+ hwaddress /, // the same as below it
  / metric 200$| METRIC=200$/, // of a link aside, which network_data.json has no word for
  /^bond0\.200 dns-nameservers |^ifcfg-bond0\.200 DNS1=/, // said at one link only
];

describe("NoCloud's network-config gives what the config drive's network_data.json gives", () => {
  test.each(Object.entries(models).filter(([name]) => name !== refused))('%s', name => {
    for (const family of ['eni', 'ifcfg', 'wicked'] as const) {
      const noCloud = factsOf(family, fromNoCloud(name, family));
      const configDrive = factsOf(family, theirs(name, family));
      const different = [
        ...[...noCloud].filter(fact => !configDrive.has(fact)),
        ...[...configDrive].filter(fact => !noCloud.has(fact)),
      ];
      const unexplained = different.filter(fact => !noCloudDifferences.some(known => known.test(fact)));
      expect(unexplained).toEqual([]);
    }
  });

  test('but for ARP targets, at which cloud-init stops without netplan', () => {
    const only = { [refused]: models[refused] };
    expect(() => renderByCloudInit(directory, only, 'network-config')).toThrow(/KeyError: 'arp-ip-targets'/);
  });
});

/** What netplan refuses or does not know leaves the machine without a network: there is nobody to say so. */
describe("an image's bond has in netplan's words, as cloud-init writes them, all that it was given", () => {
  const parametersOf = (files: ReadonlyMap<string, string>) =>
    [...factsOf('netplan', files)].filter(fact => fact.startsWith('bonds bond0 parameters ')).toSorted();
  let written: ReturnType<typeof renderByCloudInit>;
  beforeAll(() => {
    written = renderByCloudInit(path.join(directory, 'bonds'), bondsOfImages);
    renderByCloudInit(path.join(directory, 'bonds'), bondsOfImages, 'network-config');
  });

  test.each(Object.entries(bondsOfImages))('%s', (name, model) => {
    const files = renderNetwork('netplan', model).files.map(file => [file.path, file.text] as const);
    const ours = parametersOf(new Map(files));
    expect(ours.length).toBeGreaterThan(1);
    expect(parametersOf(written(name, 'netplan'))).toEqual(ours);
  });
});
