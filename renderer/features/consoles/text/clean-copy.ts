/** A selection as a person wants it in a file: no spaces that only filled the screen, no empty lines at its end, `\n` line ends. */
export function cleanCopy(selection: string): string {
  return selection
    .replaceAll('\u00a0', ' ')
    .split(/\r?\n/)
    .map(line => line.trimEnd())
    .join('\n')
    .replace(/\n+$/, '');
}
