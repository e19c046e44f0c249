import type { PaletteCommand } from './feature.ts';

/** More lines than a person reads. */
const mostResults = 60;

/**
 * Every word must be found in label, group or keywords. Labels that begin with the text come first, then those that
 * have a word beginning with it, then the rest; otherwise the given order.
 */
export function searchCommands(commands: readonly PaletteCommand[], text: string): readonly PaletteCommand[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return commands.slice(0, mostResults);
  const found: { readonly command: PaletteCommand; readonly score: number }[] = [];
  for (const command of commands) {
    const score = scoreOf(command, words);
    if (score !== null) found.push({ command, score });
  }
  return found
    .sort((a, b) => a.score - b.score)
    .slice(0, mostResults)
    .map(entry => entry.command);
}

/** Lower is better; null when a word is nowhere. */
function scoreOf({ label, group, keywords = '' }: PaletteCommand, words: readonly string[]): number | null {
  const lowLabel = label.toLowerCase();
  const all = `${lowLabel}\n${group.toLowerCase()}\n${keywords.toLowerCase()}`;
  let score = 0;
  for (const word of words) {
    if (!all.includes(word)) return null;
    if (lowLabel.startsWith(word)) continue;
    if (lowLabel.includes(` ${word}`)) score += 1;
    else score += lowLabel.includes(word) ? 2 : 4;
  }
  return score;
}
