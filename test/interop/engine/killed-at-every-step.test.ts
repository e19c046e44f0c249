import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskImageSteps } from '#engine/provision/deploy/disk-image/steps.ts';
import { openDatabase } from '#engine/store/database.ts';

const program = join(import.meta.dirname, 'engine-that-dies.ts');

function runEngine(
  dataDir: string,
  ...args: string[]
): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [program, dataDir, ...args], {
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

describe('a deployment whose engine is killed with SIGKILL', () => {
  // A machine of the virtual rack lives in the engine's process: the kill is also the machine's power cut.
  it.each(diskImageSteps.map(step => step.name))(
    'when %s begins is finished by the next start',
    async name => {
      const dataDir = mkdtempSync(join(tmpdir(), 'rk-killed-'));
      try {
        expect(await runEngine(dataDir, 'step.started', name)).toMatchObject({ signal: 'SIGKILL' });
        expect(await runEngine(dataDir, 'never', '')).toMatchObject({ code: 0, stderr: '' });

        const db = openDatabase(join(dataDir, 'rackside.db'));
        const one = <T>(sql: string) => db.prepare(sql).get() as T;
        const image = one<{ sha256: string; size: number }>(
          'SELECT sha256, raw_size_bytes AS size FROM images',
        );
        expect(one('SELECT state FROM deployments')).toEqual({ state: 'succeeded' });
        expect(one('SELECT provision_state AS state, boot_target AS target FROM nodes')).toEqual({
          state: 'active',
          target: 'disk',
        });
        expect(one("SELECT count(*) AS n FROM events WHERE message = 'deployment.resumed'")).toEqual({
          n: 1,
        });
        db.close();
        const disk = readdirSync(join(dataDir, 'virtual-rack')).find(file => file.endsWith('.disk')) ?? '';
        const written = headOf(join(dataDir, 'virtual-rack', disk), image.size);
        expect(createHash('sha256').update(written).digest('hex')).toBe(image.sha256);
      } finally {
        rmSync(dataDir, { recursive: true, force: true });
      }
    },
  );
});
