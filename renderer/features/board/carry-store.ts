import { create } from 'zustand';
import type { Held, Target } from './carry.ts';

interface Carry {
  readonly held: Held | null;
  /** By keyboard the focus stays on what is held, and arrow keys move among the places. */
  readonly by: 'pointer' | 'keyboard';
  /** Where it would be put now. */
  readonly over: Target | null;
  /** Spoken, because nothing of it can be seen by everybody. */
  readonly said: string;
}

export const useCarry = create<Carry>(() => ({ held: null, by: 'pointer', over: null, said: '' }));

export function pickUp(held: Held, by: Carry['by'], said = ''): void {
  useCarry.setState({ held, by, over: null, said });
}

export function moveOver(over: Target | null, said = ''): void {
  useCarry.setState({ over, said });
}

export function putDown(said = ''): void {
  useCarry.setState({ held: null, over: null, said });
}

export function say(said: string): void {
  useCarry.setState({ said });
}
