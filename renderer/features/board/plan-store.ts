import { create } from 'zustand';
import type { NodeId } from '#shared/model/ids.ts';
import { changedPlan, type PlanChange } from './plan.ts';
import { afterChange, newHistory, type PlanHistory, redone, undone } from './plan-history.ts';
import { readPlan } from './stored-plan.ts';

/** Of this window: another one may plan something else. A reload keeps what is staged, and its past. */
const storageKey = 'rackside.board';
const keptSteps = 20;

export const usePlan = create<PlanHistory>(() => readStored());

export function stage(change: PlanChange): void {
  set(afterChange(usePlan.getState(), change, Date.now()));
}

export function undo(): void {
  set(undone(usePlan.getState()));
}

export function redo(): void {
  set(redone(usePlan.getState()));
}

/** After Deploy there is nothing to go back to: what was staged for these is a batch now. */
export function forgetStaged(nodeIds: readonly NodeId[]): void {
  set({ ...newHistory, present: changedPlan(usePlan.getState().present, { is: 'take-out', nodeIds }) });
}

function set(history: PlanHistory): void {
  usePlan.setState(history);
  const { past, present } = history;
  if (!keep({ present, past: past.slice(-keptSteps) })) keep({ present, past: [] });
}

function keep(stored: Pick<PlanHistory, 'past' | 'present'>): boolean {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(stored));
    return true;
  } catch {
    return false; // full or forbidden: what is staged lives as long as the page
  }
}

function readStored(): PlanHistory {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? 'null');
    return { ...newHistory, ...readPlan(stored) };
  } catch {
    return newHistory;
  }
}
