import { useWorld } from '../client/world-store.ts';
import { lazyPart } from '../ui/lazy-part.tsx';
import { GoneDialog } from './GoneDialog.tsx';
import { useOverlays } from './overlay.ts';
import { missingThing } from './overlay-subject.ts';

const OverlayDialog = lazyPart(async () => (await import('./OverlayDialog.tsx')).OverlayDialog);

/** The dialog that was asked for. */
export function OpenOverlay() {
  const overlay = useOverlays(({ stack }) => stack.at(-1));
  const missing = useWorld(world => (overlay === undefined ? null : missingThing(world, overlay)));
  if (overlay === undefined) return null;
  // Those of a profile hold texts that are nowhere else: they stay open and say it themselves.
  if (missing !== null && missing !== 'profile') return <GoneDialog thing={missing} />;
  return <OverlayDialog overlay={overlay} />;
}
