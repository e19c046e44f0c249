import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, logFile } from '#engine/system/log.ts';
import { Secret } from '#engine/system/secret.ts';

function recording(level: 'info' | 'trace' = 'info') {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>);
  const log = createLogger({ sink: { write, close: () => undefined }, level, now: () => 0 });
  return { log, lines };
}

describe('a secret', () => {
  it('shows itself to nobody but who reveals it', () => {
    const secret = new Secret('hunter2');
    expect([`${String(secret)} ${JSON.stringify({ secret })} ${inspect({ secret })}`]).toEqual([
      '[redacted] {"secret":"[redacted]"} { secret: [redacted] }',
    ]);
    expect(secret.reveal()).toBe('hunter2');
  });
});

describe('the log', () => {
  it('writes one JSON line with time, level, subsystem and what the child carries', () => {
    const { log, lines } = recording();
    log
      .child('dhcp', { interfaceName: 'enp3s0' })
      .child('lease', { mac: '52:54:00:00:00:01' })
      .info('offered', { address: '10.0.0.5' });
    expect(lines).toEqual([
      {
        t: '1970-01-01T00:00:00.000Z',
        level: 'info',
        subsystem: 'lease',
        msg: 'offered',
        interfaceName: 'enp3s0',
        mac: '52:54:00:00:00:01',
        address: '10.0.0.5',
      },
    ]);
  });

  it('drops what is below its level', () => {
    const { log, lines } = recording();
    log.debug('packet');
    log.warn('degraded');
    expect(lines.map(line => line['msg'])).toEqual(['degraded']);
  });

  it('redacts what is named like a secret, at any depth, and keeps the rest', () => {
    const { log, lines } = recording();
    const bmc = { address: '10.0.0.9', username: 'admin', password: 'planted', passwordLength: 7 };
    log.info('enroll', {
      request: { bmc, rootPassword: 'planted', agentToken: 'planted' },
      Authorization: 'planted',
    });
    expect(JSON.stringify(lines)).not.toContain('"planted"');
    expect(lines[0]).toMatchObject({ request: { bmc: { address: '10.0.0.9', passwordLength: 7 } } });
  });

  it('writes errors with their causes, bytes as hex, and survives what is no JSON', () => {
    const { log, lines } = recording();
    const error = new Error('could not offer', { cause: new Error('pool exhausted') });
    log.error('failed', { error, bytes: new Uint8Array([1, 255]), count: 3n });
    expect(lines[0]).toMatchObject({
      error: { message: 'could not offer', cause: { message: 'pool exhausted' } },
      bytes: '01ff',
      count: '3',
    });
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    log.error('cycle', { cycle });
    expect(lines[1]).toMatchObject({ msg: 'cycle' });
  });

  it('does not let a message pretend to be another line or field', () => {
    const { log, lines } = recording();
    log.info('one\n{"level":"error"}', { level: 'error', msg: 'fake' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 'info', msg: 'one\n{"level":"error"}' });
  });
});

describe('log files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'rk-log-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('begin anew at each start and at their size, and the oldest go', () => {
    for (const start of ['a', 'b', 'c']) {
      const file = logFile({ folder: path.join(folder, 'logs'), name: 'engine', maxBytes: 10, keep: 2 });
      for (const line of [`${start}1 long enough\n`, `${start}2\n`]) file.write(line);
      file.close();
    }
    const found = readdirSync(path.join(folder, 'logs')).sort();
    expect(found).toEqual(['engine.1.log', 'engine.2.log', 'engine.log']);
    const texts = found.map(name => readFileSync(path.join(folder, 'logs', name), 'utf8'));
    expect(texts).toEqual(['c1 long enough\n', 'b2\n', 'c2\n']);
    expect(statSync(path.join(folder, 'logs', 'engine.log')).mode & 0o777).toBe(0o600);
  });
});
