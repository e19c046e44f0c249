import { isSameViewName, type RacksideClient, type RackView } from '#shared/contract/index.ts';
import { notify } from '../../../app/notifications.ts';
import { toCodedError } from '../../../client/coded-error.ts';
import { useWorld } from '../../../client/world-store.ts';
import { offerUndo } from '../undo.ts';
import { takeView, useShownRack } from './rack-view-store.ts';

const noViews: readonly RackView[] = [];

export function useStoredViews(): readonly RackView[] {
  return useWorld(world => world.settings?.rackViews ?? noViews);
}

/** Stores it under its name, and goes on from it. The one that had this name can be brought back. */
export async function storeView(client: RacksideClient, view: RackView): Promise<void> {
  const stored = useWorld.getState().settings?.rackViews ?? noViews;
  const before = stored.find(({ name }) => isSameViewName(name, view.name));
  await saveView(client, view);
  if (before === undefined) return;
  offerUndo({
    text: t => t('view.updated', { name: view.name }),
    undo: again => saveView(again, before),
  });
}

async function saveView(client: RacksideClient, view: RackView): Promise<void> {
  await client.rackViews.save(view);
  takeView(view);
}

/** The stored view of this name becomes this one. */
export async function replaceView(client: RacksideClient, view: RackView): Promise<void> {
  try {
    await storeView(client, view);
  } catch (thrown) {
    notify('failed', { error: toCodedError(thrown) });
  }
}

export async function removeView(client: RacksideClient, view: RackView): Promise<void> {
  try {
    await client.rackViews.remove({ name: view.name });
    useShownRack.setState({ viewName: null });
    offerUndo({
      text: t => t('view.removed', { name: view.name }),
      undo: again => saveView(again, view),
    });
  } catch (thrown) {
    notify('failed', { error: toCodedError(thrown) });
  }
}
