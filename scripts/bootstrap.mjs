// The first thing that runs on a fresh machine: Node 20, no node_modules. Installs the locked packages (Node 24 among
// them), then hands over to the script named on the command line. Uses nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname, '..');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.rackside-lock');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stdout.write('Installing the locked packages (about a minute, once) ...\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // EBADENGINE lines of packages that want Node 22 are noise: Node 24 comes with this very installation.
  const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const installed = spawnSync(npm, options, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (installed.status !== 0) {
    process.stderr.write('npm ci failed: see above. Is the package registry reachable?\n');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

const [script, ...args] = process.argv.slice(2);
const bin = join(modules, '.bin');
const node = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const done = spawnSync(node, [join(root, script ?? ''), ...args], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
});
process.exit(done.status ?? 1);
