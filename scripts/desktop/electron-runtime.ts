import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const packageFolder = path.join(import.meta.dirname, '..', '..', 'node_modules', 'electron');
const programs: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};
const reachTimeoutMs = 4000;
const fetchTimeoutMs = 5 * 60_000;

/** Electron's program: the one that `ELECTRON_OVERRIDE_DIST_PATH` names, the fetched one, or undefined. */
export function findElectron(): string | undefined {
  const name = programs[process.platform] ?? 'electron';
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(packageFolder, 'dist');
  const program = path.join(folder, name);
  return existsSync(program) ? program : undefined;
}

/** Fetches the runtime by the package's own script, which checks its checksum; not at all if its server does not answer. */
export async function fetchElectron(): Promise<string | undefined> {
  if (process.env['ELECTRON_SKIP_BINARY_DOWNLOAD'] !== undefined || !(await isReachable())) return undefined;
  process.stdout.write('Fetching the Electron runtime (about 120 MB, once) ...\n');
  const script = path.join(packageFolder, 'install.js');
  const fetched = spawnSync(process.execPath, [script], { stdio: 'ignore', timeout: fetchTimeoutMs });
  return fetched.status === 0 ? findElectron() : undefined;
}

async function isReachable(): Promise<boolean> {
  const mirror =
    process.env['ELECTRON_MIRROR'] ?? process.env['npm_config_electron_mirror'] ?? 'https://github.com/';
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(reachTimeoutMs) });
    return true;
  } catch {
    return false; // no network, no name, or no answer in time
  }
}
