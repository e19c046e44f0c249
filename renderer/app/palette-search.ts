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
  const meant = best(commands, command => scoreOf(command, words, command.more?.words ?? ''));
  const all = meant.flatMap(command => [command, ...(command.more?.commands() ?? [])]);
  return best(all, command => scoreOf(command, words));
}

function best(
  commands: readonly PaletteCommand[],
  score: (command: PaletteCommand) => number | null,
): readonly PaletteCommand[] {
  return commands
    .map(command => ({ command, score: score(command) }))
    .filter(({ score }) => score !== null)
    .sort((a, b) => (a.score ?? 0) - (b.score ?? 0))
    .slice(0, mostResults)
    .map(({ command }) => command);
}

/** Lower is better; null when a word is nowhere. */
function scoreOf(
  { label, group, keywords = '' }: PaletteCommand,
  words: readonly string[],
  further = '',
): number | null {
  const lowLabel = label.toLowerCase();
  const all = `${lowLabel}\n${group}\n${keywords}\n${further}`.toLowerCase();
  let score = 0;
  for (const word of words) {
    if (!all.includes(word)) return null;
    if (lowLabel.startsWith(word)) continue;
    if (lowLabel.includes(` ${word}`)) score += 1;
    else score += lowLabel.includes(word) ? 2 : 4;
  }
  return score;
}
