import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rackViewHandlers } from '#engine/api/rack-views.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { contract, mostRackViews, type RackView } from '#shared/contract/index.ts';

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
});
afterEach(() => store.close());

const { signal } = new AbortController();
const view = (name: string, change: Partial<RackView> = {}): RackView => ({
  name,
  filter: { text: '', states: [], racks: [], models: [], problemsOnly: false },
  sort: { columnId: 'name', isDescending: false },
  grouping: 'none',
  columnIds: ['name'],
  ...change,
});
const save = (one: RackView) => rackViewHandlers(store).save(one, signal);
const names = () => store.settings.get().rackViews.map(({ name }) => name);

describe('views of the inventory', () => {
  it('that two windows save in the same moment are both kept', async () => {
    await Promise.all([save(view('Web')), save(view('Database'))]);
    expect(names()).toEqual(['Web', 'Database']);
  });

  it('take the place of the one of their name, whatever its case', async () => {
    await save(view('Web'));
    await save(view('Old'));
    await save(view('web', { grouping: 'rack' }));
    expect(store.settings.get().rackViews).toEqual([view('web', { grouping: 'rack' }), view('Old')]);
  });

  it('are removed by name; one that is gone already is no error', async () => {
    await save(view('Web'));
    await rackViewHandlers(store).remove({ name: 'WEB' }, signal);
    await rackViewHandlers(store).remove({ name: 'Web' }, signal);
    expect(names()).toEqual([]);
  });

  it('are not more than a list can be looked at', async () => {
    for (let number = 0; number < mostRackViews; number += 1) await save(view(`v${number}`));
    await expect(save(view('one more'))).rejects.toMatchObject({ code: 'input.invalid' });
    await save(view('v0', { grouping: 'model' }));
    expect(names()).toHaveLength(mostRackViews);
  });

  it('are not among what a change of the settings takes', () => {
    expect(contract.settings.update.input.parse({ rackViews: [] })).toEqual({});
  });
});
