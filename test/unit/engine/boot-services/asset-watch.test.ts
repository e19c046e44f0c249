import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { missingRamdisk, watchAssets } from '#engine/boot-services/asset-watch.ts';
import { createServiceBoard } from '#engine/boot-services/service-board.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { buildingMark } from '#engine/system/boot-assets.ts';

/** Above every system's limit: nobody's. */
const deadPid = 2 ** 30;

let root: string;
let store: Store;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'rk-assets-'));
  store = openStore(':memory:', new Uint8Array(32), () => 0);
});
afterEach(() => {
  store.close();
  rmSync(root, { recursive: true });
});

function watched() {
  const assets = { bootDir: path.join(root, 'boot'), ramdiskDir: path.join(root, 'ramdisk') };
  const board = createServiceBoard(['ramdisk', 'boot-programs'], store, () => 0);
  const watch = watchAssets(board, assets);
  watch.stop();
  const states = () => {
    watch.look();
    return board.list().map(({ state }) => state);
  };
  return { assets, board, states };
}

function putAll(): void {
  for (const file of ['boot/undionly.kpxe', 'boot/snponly.efi', 'ramdisk/vmlinuz', 'ramdisk/ramdisk.img']) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '');
  }
}

it('what is not there has failed, with the command that makes it', () => {
  const { assets, board, states } = watched();
  expect(states()).toEqual(['failed', 'failed']);
  expect(board.row('ramdisk').error).toMatchObject({
    code: 'setup.missing',
    details: { command: 'npm run ramdisk' },
  });
  expect(missingRamdisk(assets)).toBeDefined();
});

it('what is being built is starting and not yet served, even where an older one lies', () => {
  const { assets, board, states } = watched();
  putAll();
  writeFileSync(buildingMark(assets.ramdiskDir), String(process.pid));
  expect(states()).toEqual(['starting', 'on']);
  expect(board.row('ramdisk').error).toBeNull();
  expect(missingRamdisk(assets)).toBeDefined();
  rmSync(buildingMark(assets.ramdiskDir));
  expect(states()).toEqual(['on', 'on']);
  expect(missingRamdisk(assets)).toBeUndefined();
});

it('a set-up that was killed builds nothing any more', () => {
  const { assets, states } = watched();
  for (const text of [String(deadPid), '']) {
    writeFileSync(buildingMark(assets.ramdiskDir), text);
    expect(states()).toEqual(['failed', 'failed']);
  }
});
