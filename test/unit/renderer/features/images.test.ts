import { describe, expect, it } from 'vitest';
import { compareChecksum } from '#renderer/features/images/compare-checksum.ts';
import { usesKey } from '#renderer/features/images/image-uses.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { aBatch, aDeployment, anImage, anInstaller, aProfile, imageId } from '#test/fakes/rows.ts';

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

  it('is neither equal nor different where nobody counted that of the file', () => {
    expect(compareChecksum('b2'.repeat(32), { ...image, sourceSha256: '' })).toBe('not-counted');
    expect(compareChecksum('a1'.repeat(32), { ...image, sourceSha256: '' })).toBe('same-content');
  });
});

it('who uses an image is asked anew when that may be somebody else, and not with each byte that is written', () => {
  const deployment = (digit: number, change: object) => {
    const id = `33333333-3333-4333-8333-33333333333${digit}` as DeploymentId;
    return [id, aDeployment({ id, ...change })] as const;
  };
  const world = {
    deployments: new Map([deployment(1, { state: 'running' }), deployment(2, { state: 'failed' })]),
    batches: new Map([['a', aBatch()]]),
    profiles: new Map([['a', aProfile()]]),
    images: new Map(),
  };
  const key = (change: object) => usesKey({ ...world, ...change }, anImage());
  const same = [
    { deployments: new Map([...world.deployments, deployment(1, { state: 'running', hostName: 'other' })]) },
    { batches: new Map([['a', aBatch({ concurrency: 9 })]]) },
  ];
  expect(same.map(key)).toEqual([key({}), key({})]);
  const others = [
    { deployments: new Map([...world.deployments, deployment(1, { state: 'succeeded' })]) },
    { deployments: new Map([...world.deployments, deployment(3, { state: 'running', imageId: null })]) },
    { batches: new Map([['a', aBatch({ state: 'ended' })]]) },
    { batches: new Map([['a', aBatch({ servers: [] })]]) },
    { profiles: new Map([['a', aProfile({ updatedAt: 9 })]]) },
    { profiles: new Map() },
    { images: new Map([['b', anImage({ installer: anInstaller({ kernelImageId: imageId }) })]]) },
  ];
  expect(new Set([key({}), ...others.map(key)]).size).toBe(8);
});
