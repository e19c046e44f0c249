import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';

const sources = [
  '{renderer,shared,electron}/**/*.{ts,tsx,html,css}',
  'assets/icons/page/*',
  'electron.vite.config.ts',
  'package-lock.json',
];
const product = 'out/renderer/index.html';

/** Builds window, engine and page with electron-vite; nothing to do when nothing changed since. */
export function build(): boolean {
  const builtAt = existsSync(product) ? statSync(product).mtimeMs : 0;
  const changed = globSync(sources).some(file => statSync(file).mtimeMs > builtAt);
  if (!changed) return true;
  process.stdout.write('Building the page and the desktop shell ...\n');
  return spawnSync('electron-vite', ['build', '--logLevel', 'warn'], { stdio: 'inherit' }).status === 0;
}

if (import.meta.main) process.exit(build() ? 0 : 1);
