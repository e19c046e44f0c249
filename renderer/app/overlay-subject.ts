import { assertNever } from '#shared/model/assert-never.ts';
import type { World } from '../client/world.ts';
import type { Overlay } from './overlay.ts';

const tables = {
  node: 'nodes',
  image: 'images',
  network: 'networks',
  profile: 'profiles',
} as const satisfies Readonly<Record<string, keyof World>>;
export type Thing = keyof typeof tables;

/** The kind of the row that a dialog is about when that row is not there; null: nothing is missing. */
export function missingThing(world: World, overlay: Overlay): Thing | null {
  const subject = subjectOf(overlay);
  if (subject === null || world[tables[subject.thing]].has(subject.id)) return null;
  return subject.thing;
}

function subjectOf(overlay: Overlay): { readonly thing: Thing; readonly id: string } | null {
  switch (overlay.is) {
    case 'add-server':
    case 'scan':
    case 'edit-servers':
    case 'undo-edit':
    case 'run-action':
    case 'import-servers':
    case 'import-image':
    case 'create-profile':
    case 'create-network':
      return null;
    case 'edit-server':
    case 'move-server':
    case 'confirm-action':
    case 'deploy':
    case 'clean':
      return { thing: 'node', id: overlay.nodeId };
    case 'correct-installer':
      return { thing: 'image', id: overlay.imageId };
    case 'edit-network':
    case 'serve-full':
      return { thing: 'network', id: overlay.networkId };
    case 'edit-profile':
    case 'answer-files':
      return { thing: 'profile', id: overlay.profileId };
    default:
      return assertNever(overlay);
  }
}
