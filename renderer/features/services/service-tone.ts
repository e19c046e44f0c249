import type { Service } from '#shared/contract/index.ts';
import type { PlainKey } from '../../i18n/catalogue.ts';
import type { Tone } from '../../ui/tone.ts';

export const serviceTone: Readonly<Record<Service['state'], Tone>> = {
  off: 'idle',
  starting: 'busy',
  on: 'good',
  failed: 'failed',
};

/** The word for its state; what the set-up makes is not starting but being built. */
export function serviceStateKey({ name, state }: Service): PlainKey {
  const isBuilt = name === 'ramdisk' || name === 'boot-programs';
  return isBuilt && state === 'starting' ? 'serviceState.building' : `serviceState.${state}`;
}
