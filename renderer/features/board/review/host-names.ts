import { nameFromPattern } from '../../../ui/name-pattern.ts';

/** `web-{nn}` and 1, 2 → `web-01`, `web-02`; `{name}` is the server's own. What is no known word is no host name then. */
export function hostNamesOf(
  pattern: string,
  firstNumber: number,
  names: readonly string[],
): readonly string[] {
  return names.map((name, index) => nameFromPattern(pattern, firstNumber + index, { name }));
}
