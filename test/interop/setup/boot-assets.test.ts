import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isBeingBuilt } from '#engine/system/boot-assets.ts';
import { runBuilders } from '#scripts/setup/boot-assets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'rk-builders-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Waits until the test lets it end. */
function builder(name: string, exitCode: number) {
  const script = path.join(folder, `${name}.mjs`);
  const go = path.join(folder, `${name}.go`);
  writeFileSync(
    script,
    `import { existsSync } from 'node:fs';
     const timer = setInterval(() => {
       if (!existsSync(${JSON.stringify(go)})) return;
       clearInterval(timer);
       console.log(${JSON.stringify(name)});
       process.exitCode = ${exitCode};
     }, 20);`,
  );
  return { script, folder: path.join(folder, name), letEnd: () => writeFileSync(go, '') };
}

it('both are brought up to date at each start, each marked until it is, whatever lies there', async () => {
  const complaint = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const boot = builder('boot', 1);
  const ramdisk = builder('ramdisk', 0);
  writeFileSync(ramdisk.folder, 'an older one');
  const log = path.join(folder, 'setup.log');
  const done = runBuilders([boot, ramdisk], log);
  expect([isBeingBuilt(boot.folder), isBeingBuilt(ramdisk.folder)]).toEqual([true, true]);
  boot.letEnd();
  await vi.waitFor(() => expect(isBeingBuilt(boot.folder)).toBe(false), { timeout: 30_000 });
  expect(isBeingBuilt(ramdisk.folder)).toBe(true);
  ramdisk.letEnd();
  await done;
  expect(isBeingBuilt(ramdisk.folder)).toBe(false);
  expect(readFileSync(log, 'utf8')).toBe('boot\nramdisk\n');
  expect(complaint.mock.calls.flat().join('')).toBe(
    `${boot.script} failed: see ${log}. What was built before is used.\n`,
  );
  expect(existsSync(`${boot.folder}.building`)).toBe(false);
  complaint.mockRestore();
});
