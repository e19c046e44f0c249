import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as electron from '#test/fakes/electron/electron.ts';

vi.mock('electron', () => import('#test/fakes/electron/electron.ts'));

const root = path.join(import.meta.dirname, '..', '..', '..');
const bin = (name: string) => path.join(root, 'node_modules', '.bin', name);
/** What `dependencies` of package.json brings; everything else must have been bundled. */
const productionModules = ['better-sqlite3', 'koffi', '@koromix', 'node-addon-api'];

let project: string;
let resources: string;
let listed: string[];

/**
 * Stands for Electron's runtime, which cannot be had here: a program with the fuse wire of a real one
 * (@electron/fuses: sentinel, version, length, a character for each fuse).
 */
function writeStandInRuntime(folder: string): void {
  mkdirSync(path.join(folder, 'resources'), { recursive: true });
  const fuseWire = Buffer.concat([
    Buffer.from('#!/bin/sh\nexit 0\ndL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'),
    Buffer.from([1, 9]),
    Buffer.from('101100110'),
  ]);
  writeFileSync(path.join(folder, 'electron'), fuseWire, { mode: 0o755 });
  writeFileSync(path.join(folder, 'version'), '45.4.1');
}

/** A copy of what packaging needs, so that neither `out` nor `dist` of the checkout is touched. */
function makeProject(): string {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(path.join(root, '.cache', 'package-test-'));
  for (const file of ['package.json', 'package-lock.json', 'electron-builder.yml'])
    copyFileSync(path.join(root, file), path.join(folder, file));
  for (const name of productionModules)
    cpSync(path.join(root, 'node_modules', name), path.join(folder, 'node_modules', name), {
      recursive: true,
    });
  cpSync(path.join(root, 'assets', 'icons'), path.join(folder, 'assets', 'icons'), { recursive: true });
  mkdirSync(path.join(folder, '.cache', 'boot'), { recursive: true });
  mkdirSync(path.join(folder, '.cache', 'ramdisk'), { recursive: true });
  for (const file of ['boot/snponly.efi', 'ramdisk/vmlinuz', 'ramdisk/ramdisk.img', 'ramdisk/build.log'])
    writeFileSync(path.join(folder, '.cache', file), file);
  writeStandInRuntime(path.join(folder, 'runtime'));
  return folder;
}

beforeAll(() => {
  project = makeProject();
  const env = { ...process.env, NODE_ENV: 'production', RACKSIDE_OUT: path.join(project, 'out') };
  execFileSync(bin('electron-vite'), ['build', '--logLevel', 'error'], { cwd: root, env, stdio: 'pipe' });
  const options = ['-c.electronDist=runtime', '-c.electronVersion=45.4.1'];
  execFileSync(bin('electron-builder'), ['--linux', 'dir', '--x64', '--publish', 'never', ...options], {
    cwd: project,
    stdio: 'pipe',
  });
  resources = path.join(project, 'dist', 'linux-unpacked', 'resources');
  const asar = execFileSync(bin('asar'), ['list', path.join(resources, 'app.asar')], { encoding: 'utf8' });
  listed = asar.trim().split('\n');
}, 300_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the package', () => {
  it('holds main, engine, import worker, preload and page, and the entry that package.json names', () => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { main: string };
    const wanted = [
      `/${manifest.main}`,
      '/out/engine/utility.js',
      '/out/engine/image-import-worker.js',
      '/out/preload/index.cjs',
      '/out/renderer/index.html',
      '/out/renderer/icon.png',
      '/package.json',
    ];
    for (const file of wanted) expect(listed).toContain(file);
    const page = readFileSync(path.join(project, 'out', 'renderer', 'index.html'), 'utf8');
    const scripts = [...page.matchAll(/ src="\.(\/assets\/[^"]+\.js)"/g)].map(
      ([, file]) => `/out/renderer${file}`,
    );
    expect(scripts.length).toBeGreaterThan(0);
    expect(listed).toEqual(expect.arrayContaining(scripts));
  });

  it('holds no sources, maps, tests or modules besides the native ones', () => {
    const tops = new Set(listed.map(file => file.split('/')[1]));
    expect(tops).toEqual(new Set(['node_modules', 'out', 'package.json']));
    expect(listed.filter(file => /\.(ts|tsx|map|c|cc|h|md)$/.test(file))).toEqual([]);
    const modules = new Set(
      listed
        .filter(file => file.endsWith('/package.json') && file.startsWith('/node_modules/'))
        .map(file => path.posix.dirname(file.slice('/node_modules/'.length))),
    );
    expect(modules).toEqual(new Set(['@koromix/koffi-linux-x64', 'better-sqlite3', 'koffi']));
  });

  it('holds the native programs of this platform only, outside the archive', () => {
    const native = listed.filter(file => file.endsWith('.node'));
    expect(native).toContain('/node_modules/better-sqlite3/prebuilds/linux-x64.node');
    expect(native.filter(file => /win32|darwin|arm64/.test(file))).toEqual([]);
    for (const file of native) expect(existsSync(path.join(resources, 'app.asar.unpacked', file))).toBe(true);
  });

  it('brings what machines boot from beside the archive, and nothing of how it was made', () => {
    const found = ['boot/snponly.efi', 'ramdisk/vmlinuz', 'ramdisk/ramdisk.img', 'ramdisk/build.log'].filter(
      file => existsSync(path.join(resources, file)),
    );
    expect(found).toEqual(['boot/snponly.efi', 'ramdisk/vmlinuz', 'ramdisk/ramdisk.img']);
  });

  it('has its fuses blown: read back from the program', () => {
    const program = path.join(project, 'dist', 'linux-unpacked', 'rackside');
    const text = execFileSync(bin('electron-fuses'), ['read', '--app', program], { encoding: 'utf8' });
    const states = Object.fromEntries(
      [...text.matchAll(/^\s+(\w+) is (\w+)$/gm)].map(([, name, state]) => [name, state]),
    );
    expect(states).toMatchObject({
      RunAsNode: 'Disabled',
      EnableCookieEncryption: 'Enabled',
      EnableNodeOptionsEnvironmentVariable: 'Disabled',
      EnableNodeCliInspectArguments: 'Disabled',
      EnableEmbeddedAsarIntegrityValidation: 'Enabled',
      OnlyLoadAppFromAsar: 'Enabled',
      GrantFileProtocolExtraPrivileges: 'Disabled',
    });
  });

  it('has a preload that the sandbox can run: one CommonJS file that requires only electron', () => {
    const preload = readFileSync(path.join(project, 'out', 'preload', 'index.cjs'), 'utf8');
    expect([...preload.matchAll(/require\(([^)]*)\)/g)].map(([, name]) => name)).toEqual(['"electron"']);
    expect(preload).not.toMatch(/^import /m);
    expect(preload.length).toBeLessThan(5000);
  });
});

describe('the built program', () => {
  afterAll(async () => {
    await electron.closeDouble();
    await electron.closeBrowser();
    vi.unstubAllEnvs();
  });

  it('runs: built main, preload, page and the real engine together, within the policy', async () => {
    vi.stubEnv('RACKSIDE_DATA', path.join(project, 'data'));
    await electron.openDouble({ closesPorts: true });
    const complaints: string[] = [];
    electron.onPage(page => {
      page.on('console', message => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', error => complaints.push(error.message));
    });
    await import(path.join(project, 'out', 'main', 'index.js'));
    await vi.waitFor(() => expect(electron.windows[0]?.isVisible()).toBe(true), { timeout: 60_000 });
    const page = electron.windows[0]?.webContents.page;
    // Only a snapshot tells the page which services there are and that the rack is empty.
    await page?.getByRole('button', { name: /^Boot programs: / }).waitFor({ timeout: 60_000 });
    await page?.getByRole('button', { name: 'Start the virtual rack' }).waitFor();
    expect(existsSync(path.join(project, 'data', 'rackside.db'))).toBe(true);
    const icon = String(electron.recorded.windowOptions[0]?.['icon']);
    expect([icon.endsWith('/out/renderer/icon.png'), existsSync(icon)]).toEqual([true, true]);
    const state = await page?.evaluate(async () => {
      const host = (
        window as unknown as {
          racksideHost: { calls: { engineStatus(input: object): Promise<{ state: string }> } };
        }
      ).racksideHost;
      return (await host.calls.engineStatus({})).state;
    });
    expect(state).toBe('running');
    expect(complaints).toEqual([]);
  });
});
