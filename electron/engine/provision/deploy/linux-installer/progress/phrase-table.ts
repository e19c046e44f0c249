import type { ProgressPhrase } from '#shared/contract/index.ts';

/** What an installer's log says, and what it means. */
export interface ProgressTable {
  readonly phrases: readonly ProgressPhrase[];
  /** After such a line the installer goes on only when a person has answered it; the same wildcard. */
  readonly waits: readonly string[];
  /** The answer file is ours: its script says when all is done, and a log alone does not. */
  readonly lastWordIsHook?: boolean;
}

/** All that it knows a line by. */
export function wordsOf({ phrases, waits }: ProgressTable): string[] {
  return [...phrases.map(({ words }) => words), ...waits];
}

/** The first row whose words are in the line. */
export function phraseIn(line: string, phrases: readonly ProgressPhrase[]): ProgressPhrase | undefined {
  const folded = line.toLowerCase();
  return phrases.find(({ words }) => hasWords(folded, words));
}

export function waitsForPerson(line: string, waits: readonly string[]): boolean {
  const folded = line.toLowerCase();
  return waits.some(words => hasWords(folded, words));
}

/**
 * What machines log whether or not their installer is alive: a lease that is renewed says nothing about a dialog that
 * nobody answers.
 */
const chatterers: ReadonlySet<string> = new Set([
  'audit',
  'chronyd',
  'dhclient',
  'kernel',
  'networkmanager',
  'rsyslogd',
  'systemd',
  'udhcpc',
]);

export function isChatter(line: string): boolean {
  const sender = /^[^\s:[]*/.exec(line)?.[0].toLowerCase() ?? '';
  return chatterers.has(sender) || sender.startsWith('systemd-');
}

/**
 * Each part between `*` in its order, the earliest place of each: if that fails no other choice can succeed, so a person's
 * phrase costs one pass over the line whatever it is.
 */
function hasWords(folded: string, words: string): boolean {
  let from = 0;
  for (const part of words.toLowerCase().split('*')) {
    const at = folded.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
