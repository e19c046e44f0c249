import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OverlayOf } from '#renderer/app/overlay.ts';
import { worldFrom } from '#renderer/client/world.ts';
import { useWorld } from '#renderer/client/world-store.ts';
import { forgetUndo, forgetUndoBy, offerUndo, useUndoable } from '#renderer/features/rack/undo.ts';
import { emptyBulk } from '#renderer/features/server-form/bulk/bulk-form.ts';
import { undoEdit } from '#renderer/features/server-form/bulk/undo-edit.ts';
import type { Node, RacksideClient } from '#shared/contract/index.ts';
import { aNode } from '#test/fakes/rows.ts';
import { aSnapshot } from '../../rows.ts';

const before = aNode({ resourceClass: 'old' });
const form = { ...emptyBulk, on: new Set(['resourceClass'] as const), resourceClass: 'big' };
const edit: OverlayOf<'undo-edit'> = { is: 'undo-edit', form, before: [before] };
const text = () => 'changed';

afterEach(forgetUndo);

describe('a change of several servers', () => {
  it('stays to be taken back until its dialog has taken all of it back', () => {
    offerUndo({ text, dialog: edit });
    forgetUndoBy({ ...edit });
    expect(useUndoable.getState().last).not.toBeNull();
    forgetUndoBy(edit);
    expect(useUndoable.getState().last).toBeNull();
  });

  it('that was taken back does not take the place of what was done meanwhile', () => {
    offerUndo({ text, dialog: edit });
    const newer = { text, undo: async () => undefined };
    offerUndo(newer);
    forgetUndoBy(edit);
    expect(useUndoable.getState().last).toBe(newer);
  });
});

describe('a server of it', () => {
  const update = vi.fn(async () => undefined);
  const client = { nodes: { update } } as unknown as RacksideClient;
  const undoneFrom = async (...nodes: Node[]) => {
    useWorld.setState(worldFrom(aSnapshot({ nodes })));
    await undoEdit(client, form, before);
    return update.mock.calls;
  };
  beforeEach(() => update.mockClear());

  it('gets back what it had', async () => {
    expect(await undoneFrom(aNode({ resourceClass: 'big' }))).toEqual([
      [{ id: before.id, resourceClass: 'old' }],
    ]);
  });

  it('is left alone when it was changed back or otherwise already, or is gone', async () => {
    expect(await undoneFrom(aNode({ resourceClass: 'old' }))).toEqual([]);
    expect(await undoneFrom(aNode({ resourceClass: 'other' }))).toEqual([]);
    expect(await undoneFrom()).toEqual([]);
  });
});
