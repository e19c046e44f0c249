import type { RacksideClient, RackView } from '#shared/contract/index.ts';
import { notify } from '../../../app/notifications.ts';
import { toCodedError } from '../../../client/coded-error.ts';
import { useWorld } from '../../../client/world-store.ts';
import { offerUndo } from '../undo.ts';
import { withoutView, withView } from './rack-view.ts';
import { takeView, useShownRack } from './rack-view-store.ts';

const noViews: readonly RackView[] = [];

export function useStoredViews(): readonly RackView[] {
  return useWorld(world => world.settings?.rackViews ?? noViews);
}

function storedNow(): readonly RackView[] {
  return useWorld.getState().settings?.rackViews ?? noViews;
}

/** Stores it under its name, and goes on from it. */
export async function storeView(client: RacksideClient, view: RackView): Promise<void> {
  await client.settings.update({ rackViews: withView(storedNow(), view) });
  takeView(view);
}

/** The stored view of this name becomes this one. */
export async function replaceView(client: RacksideClient, view: RackView): Promise<void> {
  const before = storedNow().find(({ name }) => name === view.name);
  try {
    await storeView(client, view);
    if (before === undefined) return;
    offerUndo({
      text: t => t('view.updated', { name: view.name }),
      undo: again => storeView(again, before),
    });
  } catch (thrown) {
    notify('failed', { error: toCodedError(thrown) });
  }
}

export async function removeView(client: RacksideClient, view: RackView): Promise<void> {
  try {
    await client.settings.update({ rackViews: withoutView(storedNow(), view.name) });
    useShownRack.setState({ viewName: null });
    offerUndo({
      text: t => t('view.removed', { name: view.name }),
      undo: again => storeView(again, view),
    });
  } catch (thrown) {
    notify('failed', { error: toCodedError(thrown) });
  }
}
