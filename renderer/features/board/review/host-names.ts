/** `web-{nn}` and 1, 2 → `web-01`, `web-02`; `{name}` is the server's own. What is no known word stays, and is then no host name. */
export function hostNamesOf(
  pattern: string,
  firstNumber: number,
  names: readonly string[],
): readonly string[] {
  return names.map((name, index) =>
    pattern
      .replaceAll('{name}', name)
      .replaceAll(/\{(n{1,4})\}/g, (_, digits: string) =>
        String(firstNumber + index).padStart(digits.length, '0'),
      ),
  );
}
