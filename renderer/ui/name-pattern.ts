const number = /^n+$/;

/** `{n}` is the number, `{nn}` with a zero before it; other words are the asker's, and what is no known word stays. */
export function nameFromPattern(
  pattern: string,
  count: number,
  words: Readonly<Record<string, string>> = {},
): string {
  return pattern.replaceAll(/\{(\w+)\}/g, (whole, word: string) => {
    if (number.test(word)) return String(count).padStart(word.length, '0');
    return Object.hasOwn(words, word) ? (words[word] ?? whole) : whole;
  });
}

/** A number would tell the names apart. */
export function isNumbered(pattern: string): boolean {
  return /\{n+\}/.test(pattern);
}
