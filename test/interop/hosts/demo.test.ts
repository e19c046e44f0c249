import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = path.join(import.meta.dirname, 'demo-with-fault-process.ts');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'rk-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Result {
  readonly result: string;
  readonly nodes: number;
  readonly wrong: readonly string[];
}

/** `rackside demo --json` with a fault in its first server; its temporary files go to `folder`. */
async function demo(fault: string, args: readonly string[], stopWith?: NodeJS.Signals) {
  const child = spawn(process.execPath, [program, fault, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', line => {
    if (lines.length === 0 && stopWith !== undefined) child.kill(stopWith);
    lines.push(line);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, result: JSON.parse(lines.at(-1) ?? '{}') as Result };
}

describe('rackside demo', () => {
  it('deploys every server, says so, ends with 0 and leaves nothing behind', async () => {
    const { code, result } = await demo('none', ['--nodes', '2']);
    expect(result).toEqual({ result: 'ok', nodes: 2, wrong: [] });
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends with 1 when a BMC is silent, and deploys the others', async () => {
    const { code, result } = await demo('bmc-silent', ['--nodes', '2']);
    expect(result).toMatchObject({
      result: 'failed',
      wrong: [expect.stringMatching(/^virtual-01: .*(answer|silent)/)],
    });
    expect(code).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends with 1 when a disk fails', async () => {
    const { code, result } = await demo('disk-fails', ['--nodes', '2']);
    expect(result.wrong).toEqual(['virtual-01: write-image: Input/output error']);
    expect(code).toBe(1);
  });

  it('ends with 1 when its time is over, and names who was not ready', async () => {
    const { code, result } = await demo('stuck', ['--nodes', '1', '--timeout', '3']);
    expect(result.wrong).toEqual(['virtual-01 (available): not over after 3 s']);
    expect(code).toBe(1);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stopped by %s leaves nothing behind and ends with %i', async (signal, expected) => {
    const { code } = await demo('none', ['--nodes', '2'], signal);
    expect(code).toBe(expected);
    expect(readdirSync(folder)).toEqual([]);
  });
});
