import { beforeEach, describe, expect, it } from 'vitest';
import { type EngineProcess, EngineSupervisor } from '#main/supervisor.ts';
import type { EngineOrder, EngineReport } from '#shared/contract/engine-process.ts';

/** An engine process whose life is in the test's hands. */
class FakeProcess implements EngineProcess {
  readonly orders: EngineOrder[] = [];
  isKilled = false;
  #onReport: (report: EngineReport) => void = () => undefined;
  #onExit: (code: number) => void = () => undefined;

  pid = () => 1;
  order = (order: EngineOrder) => void this.orders.push(order);
  onReport = (callback: (report: EngineReport) => void) => {
    this.#onReport = callback;
  };
  onExit = (callback: (code: number) => void) => {
    this.#onExit = callback;
  };
  kill = () => {
    this.isKilled = true;
  };
  report(report: EngineReport): void {
    this.#onReport(report);
  }
  exit(code: number): void {
    this.#onExit(code);
  }
}

const startOrder: EngineOrder = { t: 'start', dataDir: '/data', sealKey: null };
let processes: FakeProcess[];
let timers: { callback: () => void; delayMs: number }[];
let nowMs: number;
let heard: string[];
let supervisor: EngineSupervisor;

beforeEach(() => {
  processes = [];
  timers = [];
  nowMs = 0;
  heard = [];
  supervisor = new EngineSupervisor({
    launch: () => {
      processes.push(new FakeProcess());
      return last();
    },
    startOrder,
    log: (level, message, context) => void heard.push(`${level} ${message} ${JSON.stringify(context)}`),
    onRunning: () => void heard.push('running'),
    onLost: () => void heard.push('lost'),
    onBusy: deployments => void heard.push(`busy ${deployments}`),
    schedule: (callback, delayMs) => {
      const timer = { callback, delayMs };
      timers.push(timer);
      return () => {
        timers = timers.filter(other => other !== timer);
      };
    },
    now: () => nowMs,
  });
  supervisor.start();
});

const last = (): FakeProcess => {
  const found = processes.at(-1);
  if (found === undefined) throw new Error('no process was started');
  return found;
};
const fireTimers = () => {
  for (const { callback } of timers.splice(0)) callback();
};

describe('the supervisor', () => {
  it('gives the start order first, and runs when the engine says so', () => {
    expect(last().orders).toEqual([startOrder]);
    expect(supervisor.status().state).toBe('starting');
    last().report({ t: 'ready' });
    expect(supervisor.status()).toEqual({ state: 'running', failures: 0, lastFailure: '' });
    expect(heard).toContain('running');
  });

  it('starts a crashed engine again, later each time, up to half a minute, for ever', () => {
    const delays: number[] = [];
    for (let crash = 0; crash < 9; crash += 1) {
      last().exit(139);
      delays.push(timers[0]?.delayMs ?? -1);
      fireTimers();
    }
    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(processes).toHaveLength(10);
    expect(supervisor.status()).toMatchObject({ failures: 9, lastFailure: 'it crashed (exit code 139)' });
  });

  it('counts anew after a minute of good work', () => {
    for (const aliveMs of [10_000, 10_000, 60_000]) {
      last().report({ t: 'ready' });
      nowMs += aliveMs;
      last().exit(1);
      heard.push(`again in ${timers[0]?.delayMs}`);
      fireTimers();
    }
    expect(heard.filter(line => line.startsWith('again'))).toEqual([
      'again in 500',
      'again in 1000',
      'again in 500',
    ]);
  });

  it('tells a crash from an end unasked and from a start that failed with a reason', () => {
    last().exit(0);
    expect(supervisor.status().lastFailure).toBe('it ended unasked');
    fireTimers();
    last().report({ t: 'failed', reason: 'the database is of a newer version' });
    last().exit(1);
    expect(supervisor.status().lastFailure).toBe('the database is of a newer version');
    fireTimers();
    last().exit(6);
    expect(supervisor.status().lastFailure).toBe('it crashed (exit code 6)');
  });

  it('says that a running engine is lost; its deployments are not over, they wait for the next one', () => {
    last().report({ t: 'ready' });
    last().report({ t: 'busy', deployments: 3 });
    heard = [];
    last().exit(9);
    expect(heard[0]).toBe('lost');
    fireTimers();
    last().report({ t: 'busy', deployments: 0 });
    expect(heard.filter(line => line.startsWith('busy'))).toEqual(['busy 0']);
  });

  it('does not wait for the back-off when a person asks, and starts one engine only', () => {
    last().exit(1);
    supervisor.restart();
    expect([processes.length, timers.length]).toEqual([2, 0]);
  });

  it('ends a running engine in good order before a restart that a person asks for', () => {
    last().report({ t: 'ready' });
    supervisor.restart();
    expect(last().orders.at(-1)).toEqual({ t: 'stop' });
    last().exit(0);
    expect(processes).toHaveLength(2);
    expect(supervisor.status()).toMatchObject({ state: 'starting', failures: 0 });
  });

  it('does the same when the engine itself asks for it, after a restore', () => {
    last().report({ t: 'ready' });
    last().report({ t: 'restart' });
    expect(last().orders.at(-1)).toEqual({ t: 'stop' });
    last().exit(0);
    expect(processes).toHaveLength(2);
    expect(supervisor.status()).toMatchObject({ state: 'starting', failures: 0 });
  });

  it('kills an engine that hangs in its start when a person asks for another', () => {
    supervisor.restart();
    expect(last().isKilled).toBe(true);
    last().exit(15);
    expect(processes).toHaveLength(2);
    expect(supervisor.status()).toMatchObject({ state: 'starting', failures: 0 });
  });

  it('kills a running engine that does not listen when a person asks twice', () => {
    last().report({ t: 'ready' });
    supervisor.restart();
    expect(last().isKilled).toBe(false);
    supervisor.restart();
    expect([last().isKilled, timers.length]).toEqual([true, 1]);
  });

  it('stops: asks first, kills what does not listen, and starts nothing any more', async () => {
    last().report({ t: 'ready' });
    const stopped = supervisor.stop();
    expect(last().orders.at(-1)).toEqual({ t: 'stop' });
    expect(last().isKilled).toBe(false);
    fireTimers();
    expect(last().isKilled).toBe(true);
    last().exit(15);
    await stopped;
    expect([processes.length, timers.length, supervisor.status().state]).toEqual([1, 0, 'stopped']);
  });

  it('stops at once while nothing runs', async () => {
    last().exit(1);
    await supervisor.stop();
    expect([processes.length, timers.length]).toEqual([1, 0]);
  });
});
