import { z } from 'zod';
import { printable } from '#engine/net/syslog/printable.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import type { DeploymentStep } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { eventLine, hookPhases } from './hook-words.ts';
import { isChatter, type ProgressTable, phraseIn, waitsForPerson } from './phrase-table.ts';

export type InstallPhase = NonNullable<DeploymentStep['phase']>;

/** Why it cannot end well any more. */
export const installFailure = z.object({ phase: z.string(), text: z.string() });

export interface InstallState {
  /** Null until the machine has been given its installer in this attempt. */
  readonly phase: InstallPhase | null;
  readonly failure: Readonly<z.infer<typeof installFailure>> | null;
  /** How long we have listened since its last word. */
  readonly silentMs: number;
  readonly lookedAtMs: number;
}

export type InstallObservation =
  /** The machine asked for a boot program, and its installer is what it gets. */
  | { readonly kind: 'given'; readonly atMs: number }
  | { readonly kind: 'log'; readonly line: string; readonly atMs: number }
  /** A word of the installer's own scripts, or `answers`: it fetched its answer file. */
  | { readonly kind: 'hook'; readonly word: string; readonly text: string; readonly atMs: number }
  /** The machine asked for a boot program, though its installer runs. */
  | { readonly kind: 'booted-again'; readonly atMs: number }
  /** We looked, and there was nothing. */
  | { readonly kind: 'tick'; readonly atMs: number };

export interface InstallStep {
  readonly state: InstallState;
  /** What a person should know of, in order. */
  readonly changes: readonly ToldEvent[];
}

type Place = Pick<InstallPhase, 'name' | 'percent'>;

const keptLines = 10;
const keptCharacters = 500;
const failureCharacters = 2000;
/** Ticks come every few seconds. One that is later tells that we slept, and whoever sleeps has not listened. */
const longestLookMs = 15_000;
/** For phases that are in no row (any more), and before the first one. */
const usualQuietSeconds = 900;
const loading: Place = { name: 'loading', percent: 0 };
const begun: Place = { name: 'begun', percent: 1 };
/** From here on an installer has little left to do: one whose last word we missed may have done it. */
const latePercent = 90;

/** It has said or asked for something: from now on a second start would begin anew on a disk that is half written. */
export function hasBegun(phase: InstallPhase | null): boolean {
  return phase !== null && phase.percent > loading.percent;
}

/** As it was before this process began, from what is stored of it. */
export function resumedInstall(
  phase: InstallPhase | null,
  failure: InstallState['failure'],
  atMs: number,
): InstallState {
  return { phase, failure, silentMs: 0, lookedAtMs: atMs };
}

/** Percent never falls, and nothing counts after 100 or a failure: installers repeat themselves while they clean up. */
export function observeInstall(
  state: InstallState,
  observation: InstallObservation,
  table: ProgressTable,
): InstallStep {
  if (state.failure !== null || state.phase?.percent === 100) return { state, changes: [] };
  const { atMs } = observation;
  const looked = { ...state, lookedAtMs: atMs };
  switch (observation.kind) {
    case 'given':
      return { state: { ...looked, phase: looked.phase ?? newPhase(loading, atMs) }, changes: [] };
    case 'log':
      return hearLine(looked, observation.line, atMs, table, table.lastWordIsHook === true);
    case 'hook':
      return hearHook(looked, observation.word, observation.text, atMs, table);
    case 'booted-again':
      return bootedAgain(looked, atMs, table);
    case 'tick':
      return look(looked, atMs - state.lookedAtMs, table);
    default:
      return assertNever(observation);
  }
}

/** A machine whose log had said that all is done restarts as it should, though our script's word was lost. */
function bootedAgain(state: InstallState, atMs: number, { phrases }: ProgressTable): InstallStep {
  const { phase } = state;
  const saidDone =
    phase?.percent === heardEndPercent &&
    phrases.some(row => row.percent === 100 && row.phase === phase.name);
  if (saidDone) return advance(state, { name: phase.name, percent: 100 }, atMs);
  const may = (phase?.percent ?? 0) >= latePercent;
  return {
    state: failed(
      state,
      may
        ? 'the machine booted from the network again; it may have finished while we did not listen: look at its disk before you try again, which erases it'
        : 'the machine booted from the network again before its installer had finished',
    ),
    changes: [{ message: 'installer.booted_again' }],
  };
}

/** The most that a log says where our own script has the last word: anybody on the wire can send a datagram. */
const heardEndPercent = 99;

function hearLine(
  state: InstallState,
  line: string,
  atMs: number,
  table: ProgressTable,
  lastWordIsHook = false,
): InstallStep {
  const kept = withLine(state, line);
  if (waitsForPerson(line, table.waits)) return needsPerson(kept, line, atMs);
  const row = phraseIn(line, table.phrases);
  if (row !== undefined) {
    const percent = lastWordIsHook ? Math.min(row.percent, heardEndPercent) : row.percent;
    return advance(kept, { name: row.phase, percent }, atMs);
  }
  return isChatter(line) ? { state: kept, changes: [] } : goOn({ ...kept, silentMs: 0 });
}

/** What our script forwards of a log that the installer only writes to a file. */
function hearLines(state: InstallState, text: string, atMs: number, table: ProgressTable): InstallStep {
  const changes: ToldEvent[] = [];
  let heard = state;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const step = hearLine(heard, line, atMs, table, table.lastWordIsHook === true);
    changes.push(...step.changes);
    heard = step.state;
  }
  return { state: heard, changes };
}

function hearHook(
  state: InstallState,
  word: string,
  text: string,
  atMs: number,
  table: ProgressTable,
): InstallStep {
  if (word === 'events') {
    const line = eventLine(text);
    return line === undefined ? { state, changes: [] } : hearLine(state, line, atMs, table);
  }
  if (word === 'log') return hearLines(state, text, atMs, table);
  if (word === 'failed') {
    const reason = printable(text).slice(0, failureCharacters);
    return { state: failed(withLine(state, `failed: ${text}`), reason || 'it did not say why'), changes: [] };
  }
  const phase = hookPhases.get(word);
  const kept = word === 'answers' ? state : withLine(state, text === '' ? word : `${word}: ${text}`);
  if (phase === undefined) return goOn({ ...kept, silentMs: 0 });
  return advance(kept, { name: phase.phase, percent: phase.percent }, atMs);
}

function advance(state: InstallState, heard: Place, atMs: number): InstallStep {
  const { phase } = state;
  const isPlace = { ...state, silentMs: 0 };
  if (phase !== null && heard.percent <= phase.percent) return goOn(isPlace);
  const { name, percent } = heard;
  const resumed = phase === null || phase.trouble === null ? [] : [goesOn(name)];
  const next = { ...newPhase({ name, percent }, atMs), lines: phase?.lines ?? [] };
  return {
    state: { ...isPlace, phase: next },
    changes: [...resumed, { message: 'installer.phase', details: { phase: name, percent } }],
  };
}

/** Any word ends a stall; a person's answer shows only in progress. */
function goOn(state: InstallState): InstallStep {
  const { phase } = state;
  if (phase?.trouble !== 'stalled') return { state, changes: [] };
  return { state: { ...state, phase: { ...phase, trouble: null } }, changes: [goesOn(phase.name)] };
}

function goesOn(phase: string): ToldEvent {
  return { message: 'installer.goes_on', details: { phase } };
}

function needsPerson(state: InstallState, line: string, atMs: number): InstallStep {
  const before = state.phase ?? newPhase(begun, atMs);
  const phase = hasBegun(before) ? before : { ...before, ...begun, changedAt: atMs };
  const waiting: InstallState = {
    ...state,
    silentMs: 0,
    phase: { ...phase, trouble: 'needs-person' },
  };
  if (phase.trouble === 'needs-person') return { state: waiting, changes: [] };
  const told: ToldEvent = { message: 'installer.needs_person', details: { line: shown(line) } };
  return { state: waiting, changes: [told] };
}

function look(state: InstallState, sinceMs: number, table: ProgressTable): InstallStep {
  const { phase } = state;
  const silentMs = state.silentMs + Math.min(Math.max(0, sinceMs), longestLookMs);
  const next = { ...state, silentMs };
  const usualSeconds = quietSecondsOf(phase, table);
  // Whoever waits for a person is silent, and that was said.
  if (phase === null || phase.trouble !== null || silentMs <= usualSeconds * 1000)
    return { state: next, changes: [] };
  const details = {
    phase: phase.name,
    seconds: Math.round(silentMs / 1000),
    usualSeconds,
    line: phase.lines.at(-1) ?? '',
  };
  return {
    state: { ...next, phase: { ...phase, trouble: 'stalled' } },
    changes: [{ message: 'installer.stalled', details }],
  };
}

/** Looked up anew each time: a row that a person changes counts from then on, and only the phase is stored. */
function quietSecondsOf(phase: InstallPhase | null, { phrases }: ProgressTable): number {
  if (phase === null) return usualQuietSeconds;
  const isThis = (row: Place) => row.percent === phase.percent && row.name === phase.name;
  const hook = [...hookPhases.values()].find(row => isThis({ name: row.phase, percent: row.percent }));
  const row = phrases.find(candidate => isThis({ name: candidate.phase, percent: candidate.percent }));
  return row?.quietSeconds ?? hook?.quietSeconds ?? usualQuietSeconds;
}

function newPhase({ name, percent }: Place, atMs: number): InstallPhase {
  return { name, percent, changedAt: atMs, trouble: null, lines: [] };
}

function failed(state: InstallState, text: string): InstallState {
  return { ...state, failure: { phase: state.phase?.name ?? begun.name, text } };
}

/** Lines are kept with a phase. */
function withLine(state: InstallState, line: string): InstallState {
  const { phase } = state;
  if (phase === null) return state;
  return { ...state, phase: { ...phase, lines: [...phase.lines, shown(line)].slice(-keptLines) } };
}

function shown(line: string): string {
  return printable(line).slice(0, keptCharacters);
}
