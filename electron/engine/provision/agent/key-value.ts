/** Key-value text of the agent protocol (`assets/ramdisk/protocol.md`, "All calls"). */
export type KeyValues = Readonly<Record<string, string>>;

export function encodeKeyValues(values: KeyValues): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${encodeURIComponent(value)}\n`)
    .join('');
}

/** Undefined for text that is not of this form; unknown keys are the caller's to ignore. */
export function decodeKeyValues(text: string): KeyValues | undefined {
  const values: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, key, value] = /^([a-z][a-z0-9-]*)(?: (\S*))?$/.exec(line) ?? [];
    if (key === undefined || Object.hasOwn(values, key)) return undefined;
    try {
      values[key] = decodeURIComponent(value ?? '');
    } catch {
      return undefined; // a broken %XX escape
    }
  }
  return values;
}
