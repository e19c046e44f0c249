/** One scenario's run: its folder, its clock, its phases, and what has to be undone at its end, whatever happens. */
import { appendFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './program.ts';

export type LabRun = {
  readonly scenario: string;
  /** Logs stay here; disks and the product's data are deleted when the run ends, unless they are to be looked at. */
  readonly directory: string;
  readonly keepsAll: boolean;
  readonly elapsedMs: () => number;
  readonly log: (text: string) => void;
  /** The last phase ends and this one begins. */
  readonly phase: (name: string) => void;
  /** Run in reverse order when the scenario is over. */
  readonly atEnd: (what: string, task: () => Promise<void> | void) => void;
  readonly phaseSeconds: () => readonly { readonly phase: string; readonly seconds: number }[];
  readonly end: () => Promise<void>;
};

export type Scenario = (run: LabRun) => Promise<void>;

const runsDir = join(repositoryRoot, '.cache', 'lab', 'runs');
const keptRuns = 12;

export async function openRun(
  scenario: string,
  keepsAll: boolean,
  print: (line: string) => void,
): Promise<LabRun> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  const directory = join(runsDir, `${stamp}-${scenario}-${process.pid}`);
  await mkdir(directory, { recursive: true });
  await forgetOldRuns();
  const startedAt = performance.now();
  const elapsedMs = (): number => performance.now() - startedAt;
  const phases: { readonly phase: string; readonly startMs: number }[] = [];
  const tasks: { readonly what: string; readonly task: () => Promise<void> | void }[] = [];
  const log = (text: string): void => {
    const line = `[${(elapsedMs() / 1000).toFixed(1).padStart(6)}] ${scenario}: ${text}`;
    print(line);
    appendFileSync(join(directory, 'scenario.log'), `${line}\n`);
  };
  return {
    scenario,
    directory,
    keepsAll,
    elapsedMs,
    log,
    phase: name => {
      phases.push({ phase: name, startMs: elapsedMs() });
      log(`-- ${name}`);
    },
    atEnd: (what, task) => tasks.unshift({ what, task }),
    phaseSeconds: () =>
      phases.map(({ phase, startMs }, index) => {
        const endMs = phases[index + 1]?.startMs ?? elapsedMs();
        return { phase, seconds: Math.round((endMs - startMs) / 100) / 10 };
      }),
    end: async () => {
      for (const { what, task } of tasks.splice(0)) {
        try {
          await task();
        } catch (error) {
          log(`while ending ${what}: ${String(error)}`);
        }
      }
      if (!keepsAll) await removeBulk(directory);
    },
  };
}

async function forgetOldRuns(): Promise<void> {
  const runs = (await readdir(runsDir)).toSorted();
  for (const name of runs.slice(0, -keptRuns)) {
    const pid = Number(/-(\d+)$/.exec(name)?.[1] ?? 0);
    if (pid !== process.pid) await rm(join(runsDir, name), { recursive: true, force: true });
  }
}

async function removeBulk(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (/\.(qcow2|raw|uefi-variables)$/.test(name)) await rm(join(directory, name), { force: true });
  }
}
