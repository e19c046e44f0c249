import { changedPlan, emptyPlan, type Plan, type PlanChange } from './plan.ts';

/** The plan with what can be undone and done again. */
export interface PlanHistory {
  readonly past: readonly Plan[];
  readonly present: Plan;
  readonly future: readonly Plan[];
  /** What was changed last, and when: a person who types makes one change, not one a letter. */
  readonly part: string;
  readonly changedAt: number;
}

const stepsMax = 100;
const pauseMs = 1000;

export const newHistory: PlanHistory = {
  past: [],
  present: emptyPlan,
  future: [],
  part: '',
  changedAt: 0,
};

export function afterChange(history: PlanHistory, change: PlanChange, now: number): PlanHistory {
  const present = changedPlan(history.present, change);
  if (present === history.present) return history;
  // What the engine has made cannot be undone here.
  if (change.is === 'bond-made') return { ...newHistory, present };
  const part = partOf(change);
  const isSame = part !== '' && part === history.part && now - history.changedAt < pauseMs;
  const past = isSame ? history.past : [...history.past, history.present].slice(-stepsMax);
  return { past, present, future: [], part, changedAt: now };
}

export function undone(history: PlanHistory): PlanHistory {
  const present = history.past.at(-1);
  if (present === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    part: '',
    changedAt: 0,
  };
}

export function redone(history: PlanHistory): PlanHistory {
  const [present, ...future] = history.future;
  if (present === undefined) return history;
  return { past: [...history.past, history.present], present, future, part: '', changedAt: 0 };
}

/** Of what is typed: the field. Empty: each change is one of its own. */
function partOf(change: PlanChange): string {
  if (change.is === 'for-all') return Object.keys(change.change).join();
  if (change.is === 'server') return `${change.nodeId} ${Object.keys(change.change).join()}`;
  return '';
}
