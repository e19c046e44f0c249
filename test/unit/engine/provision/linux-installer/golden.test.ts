import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import { assets, extensions, families, fixtures, gibibyte, plainPlan, profiles, sataDisk } from './plans.ts';

/** `UPDATE_GOLDEN=1` writes them anew; read the difference before you commit it. */
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

describe.each(families)('the answer files of %s', family => {
  const folder = path.join(fixtures, family);

  test.each(Object.entries(profiles))('%s is what was read and agreed', (name, planOf) => {
    const rendered = renderAnswerFile({ plan: planOf(family), assets });
    expect(rendered.problems).toEqual([]);
    const file = path.join(folder, `${name}.${extensions[family]}`);
    if (isUpdate) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, rendered.text ?? '');
    }
    expect(rendered.text).toBe(readFileSync(file, 'utf8'));
  });

  test('no file is left over from a profile that is gone', () => {
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(profiles)
        .map(name => `${name}.${extensions[family]}`)
        .sort(),
    );
  });
});

test("a kickstart's array members have a name each, with a group and many disks too", () => {
  const disks = Array.from({ length: 12 }, (_, index) => ({ ...sataDisk, serial: `S${index}`, wwn: '' }));
  const partitions = ['/boot', '/', '/a', '/b', '/c', '/d', '/e', '/f', '/g', '/h', '/i'].map(mountPoint => ({
    mountPoint,
    fileSystem: 'ext4' as const,
    size: 2 * gibibyte,
  }));
  const volumeGroup = {
    name: 'data',
    volumes: [{ name: 'srv', mountPoint: '/srv', fileSystem: 'xfs' as const, size: 'rest' as const }],
  };
  const layout = { partitionTable: 'gpt' as const, raidLevel: '1' as const, partitions, volumeGroup };
  const plan = { ...plainPlan('anaconda'), disks, layout };
  const { text, problems } = renderAnswerFile({ plan, assets });
  expect(problems).toEqual([]);
  const names = [...(text ?? '').matchAll(/^part (raid\.\w+) /gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(100);
  expect(names).toHaveLength(new Set(names).size);
  const used = [...(text ?? '').matchAll(/^raid .*/gm)].flatMap(([line]) => line.match(/raid\.\w+/g) ?? []);
  expect(new Set(used)).toEqual(new Set(names));
});

test('a failure of Anaconda is told on Kylin V10, and what ran after it stays nowhere', () => {
  const text = readFileSync(path.join(fixtures, 'anaconda/bank-zh.ks'), 'utf8');
  expect(text).toContain('\n%onerror\n');
  expect(text).toMatch(/%post --erroronfail\n#.*\nrm -f -- "\$0"\n/);
});
