import { z } from 'zod';

interface HookPhase {
  readonly phase: string;
  readonly percent: number;
  readonly quietSeconds: number;
}

/**
 * What the scripts in our answer files tell (`report`, assets/templates). The same for every installer, so the percent of
 * each lies where all their tables are then: `packages` comes before them from debian-installer, after them from the others.
 */
export const hookPhases: ReadonlyMap<string, HookPhase> = new Map([
  ['answers', { phase: 'answers read', percent: 2, quietSeconds: 900 }],
  ['started', { phase: 'started', percent: 3, quietSeconds: 900 }],
  ['partitioned', { phase: 'partitioned', percent: 25, quietSeconds: 1800 }],
  ['packages', { phase: 'software', percent: 65, quietSeconds: 1800 }],
  ['post', { phase: 'scripts', percent: 90, quietSeconds: 3600 }],
  ['finished', { phase: 'finished', percent: 100, quietSeconds: 900 }],
]);

/** What Ubuntu's installer posts (curtin's reporting events). */
const curtinEvent = z.object({
  event_type: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  result: z.string().nullish(),
});

/** As its own log has it: `finish: subiquity/Install/install: FAIL: …`. Undefined for anything else. */
export function eventLine(text: string): string | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined; // a machine may send what it likes
  }
  const event = curtinEvent.safeParse(json);
  if (!event.success) return undefined;
  const { event_type: type, name, result } = event.data;
  // Of a command that is run the description is its whole text, which is not the installer's own words.
  const description = /\/command_\d+$/.test(name) ? null : event.data.description;
  return [type, name, result, description].filter(part => part != null && part !== '').join(': ');
}
