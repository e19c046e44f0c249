import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type InstallObservation,
  type InstallState,
  observeInstall,
  resumedInstall,
} from '#engine/provision/deploy/linux-installer/progress/install-progress.ts';
import type { ProgressTable } from '#engine/provision/deploy/linux-installer/progress/phrase-table.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';

const table: ProgressTable = {
  phrases: [
    { words: 'disks', phase: 'partitioning', percent: 20, quietSeconds: 60 },
    { words: 'unpack*package', phase: 'packages', percent: 40, quietSeconds: 120 },
    { words: 'done', phase: 'finished', percent: 100, quietSeconds: 10 },
  ],
  waits: ['press enter'],
};

/** An installation that is watched; time passes only when a test says so. */
function watched(begin = resumedInstall(null, null, 0)) {
  let state: InstallState = begin;
  let atMs = begin.lookedAtMs;
  const observe = (observation: InstallObservation): readonly ToldEvent[] => {
    const step = observeInstall(state, observation, table);
    state = step.state;
    return step.changes;
  };
  return {
    get state() {
      return state;
    },
    get lines() {
      return state.phase?.lines ?? [];
    },
    log: (line: string) => observe({ kind: 'log', line, atMs }),
    hook: (word: string, text = '') => observe({ kind: 'hook', word, text, atMs }),
    bootAgain: () => observe({ kind: 'booted-again', atMs }),
    /** Looks every five seconds, as the deployment does. */
    wait(seconds: number): ToldEvent[] {
      const changes: ToldEvent[] = [];
      for (const end = atMs + seconds * 1000; atMs < end; ) {
        atMs += 5000;
        changes.push(...observe({ kind: 'tick', atMs }));
      }
      return changes;
    },
    /** The computer sleeps, or its clock is set. */
    leap(seconds: number) {
      atMs += seconds * 1000;
      return observe({ kind: 'tick', atMs });
    },
  };
}

const phase = (name: string, percent: number): ToldEvent => ({
  message: 'installer.phase',
  details: { phase: name, percent },
});
const watchedPhase = { name: 'packages', changedAt: 0, trouble: null, lines: [] };
const goesOn = (name: string): ToldEvent => ({ message: 'installer.goes_on', details: { phase: name } });

describe('where an installer is', () => {
  it('is unknown until it says or asks for something', () => {
    const install = watched();
    expect(install.log('kernel: Linux version 6.1')).toEqual([]);
    expect(install.state.phase).toBeNull();
    expect(install.hook('answers')).toEqual([phase('answers read', 2)]);
  });

  it('follows its log and never goes back', () => {
    const install = watched();
    expect(install.log('found DISKS')).toEqual([phase('partitioning', 20)]);
    expect(install.log('unpacking a package')).toEqual([phase('packages', 40)]);
    expect(install.log('found disks')).toEqual([]);
    expect(install.log('unpacking a package')).toEqual([]);
    expect(install.state.phase).toMatchObject({ name: 'packages', percent: 40 });
  });

  it('follows the lines that its script forwards, each by itself', () => {
    const install = watched();
    expect(install.hook('log', 'found disks\nnothing\n\nunpacking a package\n')).toEqual([
      phase('partitioning', 20),
      phase('packages', 40),
    ]);
    expect(install.lines).toEqual(['nothing', 'unpacking a package']);
    expect(install.hook('log', 'press enter')).toEqual([
      { message: 'installer.needs_person', details: { line: 'press enter' } },
    ]);
  });

  it('is told the end by its script alone where the answer file is ours, also if its log says so', () => {
    const state = resumedInstall({ ...watchedPhase, percent: 40 }, null, 0);
    const heard = { kind: 'hook', word: 'log', text: 'done', atMs: 0 } as const;
    expect(observeInstall(state, heard, { ...table, lastWordIsHook: true }).state.phase?.percent).toBe(99);
    expect(observeInstall(state, heard, table).state.phase?.percent).toBe(100);
  });

  it('follows the words of its scripts too', () => {
    const install = watched();
    const words = ['answers', 'started', 'partitioned', 'packages', 'post', 'finished'];
    expect(words.flatMap(word => [...install.hook(word)])).toEqual([
      phase('answers read', 2),
      phase('started', 3),
      phase('partitioned', 25),
      phase('software', 65),
      phase('scripts', 90),
      phase('finished', 100),
    ]);
  });

  it('reads the events that Ubuntu’s installer posts like lines of a log', () => {
    const install = watched();
    const event = {
      name: 'subiquity/disks',
      description: '',
      event_type: 'start',
      origin: 'curtin',
      level: 'INFO',
    };
    expect(install.hook('events', JSON.stringify(event))).toEqual([phase('partitioning', 20)]);
    const finish = { ...event, event_type: 'finish', result: 'SUCCESS', description: 'all of it' };
    install.hook('events', JSON.stringify(finish));
    expect(install.lines).toEqual(['finish: subiquity/disks: SUCCESS: all of it']);
  });

  it.each(['', '{', '7', 'null', '[]', '{"name":1}', '{"event_type":"start"}'])(
    'ignores an event that is none: %j',
    body => {
      const install = watched();
      expect(install.hook('events', body)).toEqual([]);
      expect(install.state.phase).toBeNull();
    },
  );

  it("does not take a command's text for the installer's own words", () => {
    const install = watched();
    const name = 'subiquity/Error/run/command_0';
    const event = { name, event_type: 'start', description: 'grep "done" and disks in the log' };
    install.hook('events', JSON.stringify(event));
    expect(install.state.phase).toBeNull();
  });

  it('is over at 100: nothing that comes later counts', () => {
    const install = watched();
    install.log('done');
    const { state } = install;
    expect(install.hook('failed', 'too late')).toEqual([]);
    expect(install.log('press enter')).toEqual([]);
    expect(install.bootAgain()).toEqual([]);
    expect(install.wait(3600)).toEqual([]);
    expect(install.state).toBe(state);
  });

  it('keeps the ten newest lines, fit to be shown and not too long', () => {
    const install = watched();
    install.log('disks');
    for (let count = 0; count < 30; count += 1) install.log(`line ${count} \x1b[2J${'x'.repeat(5000)}`);
    expect(install.lines).toHaveLength(10);
    expect(install.lines[9]).toMatch(/^line 29 \\x1b\[2Jx+$/);
    expect(install.lines[9]).toHaveLength(500);
  });
});

describe('an installer that fails', () => {
  it('gives its reason, and what it says later changes nothing', () => {
    const install = watched();
    install.log('disks');
    install.hook('failed', 'no such disk\n');
    expect(install.state.failure).toEqual({ phase: 'partitioning', text: String.raw`no such disk\n` });
    expect(install.hook('finished')).toEqual([]);
    expect(install.state.phase?.percent).toBe(20);
  });

  it('fails without a reason too', () => {
    const install = watched();
    install.hook('failed');
    expect(install.state.failure).toEqual({ phase: 'begun', text: 'it did not say why' });
  });

  it('has failed when its machine boots from the network again', () => {
    const install = watched();
    install.log('disks');
    expect(install.bootAgain()).toEqual([{ message: 'installer.booted_again' }]);
    expect(install.state.failure).toMatchObject({ phase: 'partitioning' });
    expect(install.bootAgain()).toEqual([]);
  });
});

describe('silence', () => {
  it('is a stall beyond what the phase is used to, told once with the last line', () => {
    const install = watched();
    install.log('disks');
    install.log('wiping signatures');
    expect(install.wait(60)).toEqual([]);
    expect(install.wait(600)).toEqual([
      {
        message: 'installer.stalled',
        details: { phase: 'partitioning', seconds: 65, usualSeconds: 60, line: 'wiping signatures' },
      },
    ]);
    expect(install.state.phase?.trouble).toBe('stalled');
  });

  it('ends with the next line, and may begin again', () => {
    const install = watched();
    install.log('disks');
    install.wait(70);
    expect(install.log('still here')).toEqual([goesOn('partitioning')]);
    expect(install.state.phase?.trouble).toBeNull();
    expect(install.wait(60)).toEqual([]);
    expect(install.wait(5)).toMatchObject([{ message: 'installer.stalled' }]);
    expect(install.log('unpacking a package')).toEqual([goesOn('packages'), phase('packages', 40)]);
  });

  it('is measured by the phase: packages may take longer than disks', () => {
    const install = watched();
    install.log('unpacking a package');
    expect(install.wait(120)).toEqual([]);
    expect(install.wait(5)).toMatchObject([{ message: 'installer.stalled', details: { usualSeconds: 120 } }]);
  });

  it('is not ended by what a machine logs in any case', () => {
    const install = watched();
    install.log('disks');
    install.wait(55);
    for (const line of ['kernel: [7.1] eth0: link up', 'dhclient[812]: DHCPACK', 'systemd-timesyncd[7]: x'])
      expect(install.log(line)).toEqual([]);
    expect(install.wait(10)).toMatchObject([{ message: 'installer.stalled' }]);
    expect(install.lines.at(-1)).toBe('systemd-timesyncd[7]: x');
    expect(install.log('kernel: [9.1] eth0: link down')).toEqual([]);
    expect(install.state.phase?.trouble).toBe('stalled');
  });

  it('is not what passed while this computer slept, or while its clock was set', () => {
    const install = watched();
    install.log('disks');
    expect(install.leap(8 * 3600)).toEqual([]);
    expect(install.leap(-2 * 3600)).toEqual([]);
    expect(install.wait(45)).toEqual([]);
    expect(install.wait(5)).toMatchObject([{ message: 'installer.stalled' }]);
  });

  it('is nothing before the installer has begun', () => {
    expect(watched().wait(36_000)).toEqual([]);
  });

  it('is counted anew after a restart of ours, by what the stored phase is used to', () => {
    const stored = { name: 'packages', percent: 40, changedAt: 5, trouble: null, lines: ['last'] };
    const install = watched(resumedInstall(stored, null, 1_000_000));
    expect(install.wait(120)).toEqual([]);
    expect(install.wait(5)).toMatchObject([{ details: { usualSeconds: 120, line: 'last' } }]);
  });

  it('has a measure in a phase that no row has any more', () => {
    const stored = { name: 'gone', percent: 41, changedAt: 5, trouble: null, lines: [] };
    const install = watched(resumedInstall(stored, null, 0));
    expect(install.wait(900)).toEqual([]);
    expect(install.wait(5)).toMatchObject([{ details: { usualSeconds: 900, line: '' } }]);
  });
});

describe('an installer that waits for a person', () => {
  it('is told once, with its line, and its silence is no stall', () => {
    const install = watched();
    install.log('disks');
    expect(install.log('an error. Press ENTER')).toEqual([
      { message: 'installer.needs_person', details: { line: 'an error. Press ENTER' } },
    ]);
    expect(install.log('an error. Press ENTER')).toEqual([]);
    expect(install.wait(3600)).toEqual([]);
    expect(install.state.phase?.trouble).toBe('needs-person');
  });

  it('has got its answer when it gets further, not when it just says something', () => {
    const install = watched();
    install.log('disks');
    install.log('press enter');
    expect(install.log('nobody there')).toEqual([]);
    expect(install.log('unpacking a package')).toEqual([goesOn('packages'), phase('packages', 40)]);
    expect(install.state.phase?.trouble).toBeNull();
  });

  it('may do so before anything else', () => {
    const install = watched();
    expect(install.log('press enter')).toMatchObject([{ message: 'installer.needs_person' }]);
    expect(install.state.phase).toMatchObject({ name: 'begun', percent: 1, trouble: 'needs-person' });
  });
});

it('never throws, never goes back and never ends twice, whatever comes', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('disks', 'unpack package', 'done', 'press enter'));
  const atMs = fc.integer({ min: -1e9, max: 1e9 });
  const observation: fc.Arbitrary<InstallObservation> = fc.oneof(
    fc.record({ kind: fc.constant('log'), line: text, atMs }),
    fc.record({
      kind: fc.constant('hook'),
      word: fc.oneof(fc.string(), fc.constantFrom('started', 'post', 'events', 'failed')),
      text: fc.oneof(fc.string(), fc.json()),
      atMs,
    }),
    fc.record({ kind: fc.constantFrom('given', 'tick', 'booted-again'), atMs }),
  );
  fc.assert(
    fc.property(fc.array(observation, { maxLength: 40 }), observations => {
      let state = resumedInstall(null, null, 0);
      let ends = 0;
      for (const seen of observations) {
        const before = state.phase?.percent ?? 0;
        const step = observeInstall(state, seen, table);
        state = step.state;
        expect(state.phase?.percent ?? 0).toBeGreaterThanOrEqual(before);
        ends += step.changes.filter(
          change => change.message === 'installer.phase' && change.details.percent === 100,
        ).length;
      }
      expect(ends).toBeLessThanOrEqual(1);
    }),
  );
});
