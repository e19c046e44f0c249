import { expect, it } from 'vitest';
import type { Overlay } from '#renderer/app/overlay.ts';
import { missingThing } from '#renderer/app/overlay-subject.ts';
import { worldFrom } from '#renderer/client/world.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { aNode, aProfile } from '#test/fakes/rows.ts';
import { aSnapshot } from '../rows.ts';

const profile = aProfile();
const node = aNode();
const overlays: readonly Overlay[] = [
  { is: 'edit-server', nodeId: node.id },
  { is: 'answer-files', profileId: profile.id },
  { is: 'serve-full', networkId: 'no-network' as NetworkId },
  { is: 'add-server' },
];
const missing = (...[change]: Parameters<typeof aSnapshot>) =>
  overlays.map(overlay => missingThing(worldFrom(aSnapshot(change)), overlay));

it('a dialog whose row was removed is known, one about no row always stands', () => {
  expect(missing({ nodes: [node], profiles: [profile] })).toEqual([null, null, 'network', null]);
  expect(missing()).toEqual(['node', 'profile', 'network', null]);
});
