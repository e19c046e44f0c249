import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { emptyWorld, patchWorld } from '#renderer/client/world.ts';
import { useWorld } from '#renderer/client/world-store.ts';
import { noteRemoved, useRemovedImages } from '#renderer/features/images/removed-images.ts';
import type { Image } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { anImage } from '#test/fakes/rows.ts';

const other = '22222222-2222-4222-8222-222222222223' as ImageId;
const hear = (row: Image) =>
  useWorld.setState(world => patchWorld(world, [{ op: 'put', table: 'images', row }]));
const offered = () => useRemovedImages.getState().removed.map(({ name }) => name);

beforeEach(() => {
  vi.useFakeTimers();
  useWorld.setState({ ...emptyWorld, isLoaded: true });
});
afterEach(() => {
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
});

it('a deleted image is offered back for a minute', () => {
  noteRemoved(anImage());
  vi.advanceTimersByTime(59_000);
  expect(offered()).toEqual(['debian 12']);
  vi.advanceTimersByTime(1000);
  expect(offered()).toEqual([]);
});

it('and no longer when an import has begun, in whichever window: its file is gone then', () => {
  hear(anImage({ id: other, state: 'importing' }));
  noteRemoved(anImage());
  hear(anImage({ id: other, state: 'importing', progress: { doneBytes: 1, totalBytes: 2, phase: 'copy' } }));
  hear(anImage({ id: other, state: 'failed' }));
  expect(offered()).toEqual(['debian 12']);
  hear(anImage({ id: other, state: 'importing' }));
  expect(offered()).toEqual([]);
});
