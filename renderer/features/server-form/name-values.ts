export interface NameValues {
  readonly values: Readonly<Record<string, string>>;
  /** What is none, as it was typed. */
  readonly wrong: readonly string[];
}

/** `name=value`, one a line. */
export function readNameValues(text: string): NameValues {
  const pairs: [string, string][] = [];
  const wrong: string[] = [];
  for (const line of text.split('\n').map(typed => typed.trim())) {
    if (line === '') continue;
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    if (at < 1 || name === '' || pairs.some(([known]) => known === name)) wrong.push(line);
    else pairs.push([name, line.slice(at + 1).trim()]);
  }
  return { values: Object.fromEntries(pairs), wrong };
}

export function textOfNameValues(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}
