import { spawn } from 'node:child_process';

// A script with a child that heeds no SIGTERM of its own accord. Prints both pids; `orderly`: ends 7 after the first
// signal, and says each that it gets.
const child = spawn('/bin/sh', ['-c', 'sleep 1000'], { stdio: 'ignore' });
child.once('spawn', () => process.stdout.write(`${process.pid} ${child.pid}\n`));
if (process.argv[2] === 'orderly')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      process.stdout.write(`${signal}\n`);
      process.exitCode = 7;
      child.kill();
    });
