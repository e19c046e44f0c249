import type { DiscRefusal } from '#engine/media/disc-tree/refusal.ts';
import { ImageRefusedError } from './refusal.ts';

/** A refusal of the disc readers in the terms of the image library. */
export function discRefusedError({ code, offset, reason }: DiscRefusal): ImageRefusedError {
  if (code === 'truncated')
    return new ImageRefusedError({ code: 'image.truncated', details: { part: 'disc', offset, reason } });
  const part = code === 'not_a_disc' || code === 'malformed' ? 'disc' : (`disc.${code}` as const);
  return new ImageRefusedError({ code: 'image.corrupt', details: { part, offset, reason } });
}
