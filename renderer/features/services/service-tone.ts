import type { Service } from '#shared/contract/index.ts';
import type { Tone } from '../../ui/tone.ts';

export const serviceTone: Readonly<Record<Service['state'], Tone>> = {
  off: 'idle',
  starting: 'busy',
  on: 'good',
  failed: 'failed',
};
