import type { ConsoleState } from '#shared/contract/index.ts';
import type { Tone } from '../../ui/tone.ts';

export const consoleTone: Readonly<Record<ConsoleState, Tone>> = {
  off: 'idle',
  connecting: 'busy',
  connected: 'good',
  waiting: 'waiting',
  stopped: 'failed',
};
