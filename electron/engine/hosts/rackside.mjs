#!/usr/bin/env node
// Entry of the `rackside` command in a checkout. Plain JavaScript, because the Node that runs it may be an old one that
// cannot read our TypeScript: then it runs itself again with the Node that the checkout brings.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);

if (process.features.typescript) {
  dieWithParent();
  const { main } = await import('./rackside.ts');
  await main(process.argv.slice(2));
} else {
  runWithOwnNode();
}

function runWithOwnNode() {
  const root = path.resolve(path.dirname(self), '..', '..', '..');
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = path.join(root, 'node_modules', 'node', 'bin', name);
  if (!existsSync(node)) {
    process.stderr.write(
      `rackside: Node ${process.versions.node} is too old and ${node} is not there: npm ci\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [self, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, RACKSIDE_PARENT: 'rackside.mjs' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
}

/** Whoever kills the process that was started means this one: no engine stays behind unseen. */
function dieWithParent() {
  if (process.env.RACKSIDE_PARENT !== 'rackside.mjs' || process.channel === undefined) return;
  delete process.env.RACKSIDE_PARENT;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}
