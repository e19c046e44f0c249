import { describe, expect, it } from 'vitest';
import { compareChecksum } from '#renderer/features/images/compare-checksum.ts';
import { usesOf } from '#renderer/features/images/image-uses.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { aDeployment, anImage, aProfile, imageId } from '#test/fakes/rows.ts';

describe('a checksum that a person pastes', () => {
  const image = { sha256: 'a1'.repeat(32), sourceSha256: 'b2'.repeat(32) };

  it.each([
    ['', 'empty'],
    ['  \n', 'empty'],
    ['hello', 'none-given'],
    ['b2'.repeat(31), 'none-given'],
    ['b2'.repeat(33), 'none-given'],
    ['B2'.repeat(32), 'same-file'],
    [`${'b2'.repeat(32)} *debian.qcow2`, 'same-file'],
    [`SHA256 (debian.iso) = ${'b2'.repeat(32)}`, 'same-file'],
    [`${'c3'.repeat(32)}  other\n${'b2'.repeat(32)}  debian`, 'same-file'],
    ['a1'.repeat(32), 'same-content'],
    ['c3'.repeat(32), 'different'],
  ])('%s is %s', (text, result) => {
    expect(compareChecksum(text, image)).toBe(result);
  });

  it('is not equal to one that nobody counted', () => {
    expect(compareChecksum('b2'.repeat(32), { ...image, sourceSha256: '' })).toBe('different');
  });
});

it('an image is used by what runs with it, by profiles that name it, and by servers that it was last installed on', () => {
  const deployment = (digit: number, change: object) => {
    const id = `33333333-3333-4333-8333-33333333333${digit}` as DeploymentId;
    return [id, aDeployment({ id, ...change })] as const;
  };
  const repository = { name: 'r', suite: '', checkSignatures: false };
  const naming = aProfile({ repositories: [{ ...repository, url: `image:${imageId}/BaseOS` }] });
  const world = {
    deployments: new Map([
      deployment(1, { state: 'running' }),
      deployment(2, { state: 'succeeded' }),
      deployment(3, { state: 'failed' }),
      deployment(4, { state: 'running', imageId: null }),
    ]),
    profiles: new Map([
      ['a', naming],
      ['b', aProfile({ repositories: [{ ...repository, url: `image:${imageId}0/BaseOS` }] })],
    ]),
  };
  const { running, installed, profiles } = usesOf(world, anImage());
  expect(running.map(({ id }) => id.at(-1))).toEqual(['1']);
  expect(installed.map(({ id }) => id.at(-1))).toEqual(['2']);
  expect(profiles).toEqual([naming]);
});
