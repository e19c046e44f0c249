import { useState } from 'react';

export interface Undo<State> {
  readonly state: State;
  /** Changes to the same `part` in quick succession (a person types) are undone together. */
  readonly set: (state: State, part: string) => void;
  readonly undo: () => void;
  readonly canUndo: boolean;
}

interface Story<State> {
  readonly past: readonly State[];
  readonly present: State;
  readonly part: string;
  readonly changedAt: number;
}

const pauseMs = 1000;
const stepsMax = 200;

/** A form's state with its past. Back at the start it is the very object that it began with. */
export function useUndo<State>(start: State): Undo<State> {
  const [story, setStory] = useState<Story<State>>({ past: [], present: start, part: '', changedAt: 0 });
  return {
    state: story.present,
    set: (present, part) => {
      const changedAt = Date.now();
      setStory(known => {
        const isSame = part === known.part && changedAt - known.changedAt < pauseMs;
        const past = isSame ? known.past : [...known.past, known.present].slice(-stepsMax);
        return { past, present, part, changedAt };
      });
    },
    undo: () =>
      setStory(known => {
        const present = known.past.at(-1);
        if (present === undefined) return known;
        return { past: known.past.slice(0, -1), present, part: '', changedAt: 0 };
      }),
    canUndo: story.past.length > 0,
  };
}
