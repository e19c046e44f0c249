// The first thing that runs on a fresh machine: Node 20, no node_modules. Installs the locked packages (Node 24 among
// them), then hands over to the script named on the command line. Uses nothing but Node itself.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const isWindows = process.platform === 'win32';
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** So long a script may take to end in good order what it started, and then again what it left behind. */
const leaveTimeoutMs = 20_000;
const lookForParentMs = 500;
/** One Ctrl+C comes twice: from the terminal and from npm. */
const sameSignalMs = 1000;

/** Runs a program in a process group of its own: a signal reaches it once, through us, and nothing of it stays behind. */
async function run(program, args, options) {
  const child = spawn(program, args, { cwd: root, detached: !isWindows, ...options });
  let lastAt = Number.NEGATIVE_INFINITY;
  const forward = signal => {
    // A Windows console tells all its programs by itself.
    if (isWindows || performance.now() - lastAt < sameSignalMs) return;
    lastAt = performance.now();
    child.kill(signal);
    setTimeout(() => child.kill('SIGKILL'), leaveTimeoutMs).unref();
  };
  for (const signal of signals) process.on(signal, forward);
  const watch = onParentGone(() => forward('SIGTERM'));
  const ended = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  if (!isWindows) await endGroup(child.pid);
  for (const signal of signals) process.off(signal, forward);
  clearInterval(watch);
  return ended;
}

/** Between npm and us is a shell, which passes on no signal: npm ends it, and then itself. */
function onParentGone(callback) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    callback();
  }, lookForParentMs);
  watch.unref();
  return watch;
}

/** What a script left behind when it died: asked to end, then killed. */
async function endGroup(pid) {
  const deadline = performance.now() + leaveTimeoutMs;
  try {
    process.kill(-pid, 'SIGTERM');
    for (; performance.now() < deadline; await sleep(50)) process.kill(-pid, 0);
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: nobody is left
  }
}

async function installModules() {
  const stamp = join(modules, '.rackside-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stdout.write('Installing the locked packages (about a minute, once) ...\n');
  // EBADENGINE lines of packages that want Node 22 are noise: Node 24 comes with this very installation.
  const options = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const ended = await run(isWindows ? 'npm.cmd' : 'npm', options, { stdio: 'inherit', shell: isWindows });
  if (ended.code !== 0) {
    process.stderr.write('npm ci failed: see above. Is the package registry reachable?\n');
    await leave(ended);
  }
  writeFileSync(stamp, lock);
}

/** As the program ended, so do we: npm and CI look at both. Never resolves. */
function leave({ code, signal }) {
  if (signal === null) process.exit(code);
  process.kill(process.pid, signal);
  return sleep(leaveTimeoutMs);
}

await installModules();
const [script, ...args] = process.argv.slice(2);
const node = join(modules, 'node', 'bin', isWindows ? 'node.exe' : 'node');
const withParent = pathToFileURL(join(root, 'scripts', 'with-parent.mjs')).href;
const ended = await run(node, ['--import', withParent, join(root, script ?? ''), ...args], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: {
    ...process.env,
    PATH: `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}`,
    // An engine loads in half the time: what V8 made of its files is kept for the next one.
    NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
  },
});
await leave(ended);
