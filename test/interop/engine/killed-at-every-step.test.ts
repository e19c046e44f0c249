import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { diskImageSteps } from '#engine/provision/deploy/disk-image/steps.ts';
import { openDatabase } from '#engine/store/database.ts';

const program = join(import.meta.dirname, 'engine-that-dies.ts');

const folder = mkdtempSync(join(tmpdir(), 'rk-killed-'));
const prepared = (nodes: number) => join(folder, `of-${nodes}`);
const dataDir = join(folder, 'data');

beforeAll(async () => {
  for (const nodes of [1, 2]) {
    mkdirSync(prepared(nodes));
    expect(await runEngine(prepared(nodes), 'prepare', String(nodes))).toMatchObject({ code: 0, stderr: '' });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rack as it was before anything was deployed; its disks are sparse files of many GiB. */
const takeRack = (nodes: number) => execFileSync('cp', ['-a', '--sparse=always', prepared(nodes), dataDir]);
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function runEngine(
  data: string,
  ...args: string[]
): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [program, data, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', part => {
      stderr += String(part);
    });
    child.on('exit', (code, signal) => resolve({ code, signal, stderr }));
  });
}

/** The disk is a sparse file of many GiB. */
function headOf(file: string, sizeBytes: number): Buffer {
  const head = Buffer.alloc(sizeBytes);
  const handle = openSync(file, 'r');
  readSync(handle, head, 0, sizeBytes, 0);
  closeSync(handle);
  return head;
}

/** What the database says at the end. */
function outcome() {
  const db = openDatabase(join(dataDir, 'rackside.db'));
  const one = <T>(sql: string) => db.prepare(sql).get() as T;
  const found = {
    ...one<{ state: string }>('SELECT state FROM deployments'),
    ...one<{ node: string; target: string }>(
      'SELECT provision_state AS node, boot_target AS target FROM nodes',
    ),
    image: one<{ sha256: string; size: number }>('SELECT sha256, raw_size_bytes AS size FROM images'),
    resumed: one<{ n: number }>("SELECT count(*) AS n FROM events WHERE message = 'deployment.resumed'").n,
  };
  db.close();
  return found;
}

function expectInstalled(): void {
  const { image, ...rest } = outcome();
  expect(rest).toEqual({ state: 'succeeded', node: 'active', target: 'disk', resumed: 1 });
  const disk = readdirSync(join(dataDir, 'virtual-rack')).find(file => file.endsWith('.disk')) ?? '';
  const written = headOf(join(dataDir, 'virtual-rack', disk), image.size);
  expect(createHash('sha256').update(written).digest('hex')).toBe(image.sha256);
}

// A machine of the virtual rack lives in the engine's process: the kill is also the machine's power cut.
describe('a deployment whose engine is killed with SIGKILL', () => {
  beforeEach(() => takeRack(1));

  it.each([
    ...diskImageSteps.map(({ name }) => [`when ${name} begins`, 'step', name] as const),
    ['between an agent’s result and its record', 'write', 'agent_results'] as const,
    ['when the boot policy has turned to the disk', 'write', 'nodes=disk'] as const,
    ...['1', '6', '12', '18'].map(count => [`after commit ${count}`, 'commit', count] as const),
    ['right after it is tried again', 'retry', '1'] as const,
    ['while it is tried again', 'retry', '6'] as const,
  ])('%s is finished by the next start', async (_when, how, what) => {
    expect(await runEngine(dataDir, how, what)).toMatchObject({ signal: 'SIGKILL' });
    expect(await runEngine(dataDir)).toMatchObject({ code: 0, stderr: '' });
    expectInstalled();
  });

  it.each(['1', '2'])('after commit %s of its cancel is cancelled by the next start', async count => {
    expect(await runEngine(dataDir, 'cancel', count)).toMatchObject({ signal: 'SIGKILL' });
    expect(await runEngine(dataDir)).toMatchObject({ code: 0, stderr: '' });
    expect(outcome()).toMatchObject({
      state: 'cancelled',
      node: 'deploy failed',
      target: 'nothing',
      resumed: 0,
    });
  });
});

describe('a batch of two, one at a time, whose engine is killed with SIGKILL', () => {
  beforeEach(() => takeRack(2));

  it.each([
    ['when it was made', 'batches'],
    ['when its first server has its place', 'batch_servers=running'],
    ['when its first server is done', 'batch_servers=succeeded'],
  ])('%s is finished by the next start, each server once', async (_when, write) => {
    expect(await runEngine(dataDir, 'batch', write)).toMatchObject({ signal: 'SIGKILL' });
    expect(await runEngine(dataDir)).toMatchObject({ code: 0, stderr: '' });
    const db = openDatabase(join(dataDir, 'rackside.db'));
    const states = (sql: string) => db.prepare(sql).pluck().all();
    expect(states('SELECT state FROM batches')).toEqual(['ended']);
    expect(states('SELECT state FROM batch_servers')).toEqual(['succeeded', 'succeeded']);
    expect(states('SELECT state FROM deployments')).toEqual(['succeeded', 'succeeded']);
    expect(states('SELECT node_id FROM batch_plans')).toEqual([]);
    db.close();
  });
});
