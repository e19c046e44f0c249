/** Sections of an INI file, keys in lower case. Never fails: a line that is neither is left out. */
export type IniFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** `.treeinfo` as Python's configparser reads it (productmd writes it): `key = value` or `key: value`, `;` and `#` comments. */
export function parseIni(text: string): IniFile {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (section !== undefined) {
      current = sections.get(section) ?? new Map();
      sections.set(section, current);
      continue;
    }
    const separator = line.search(/[=:]/);
    if (separator < 1 || /^[;#\s]/.test(line)) continue;
    current?.set(line.slice(0, separator).trim().toLowerCase(), line.slice(separator + 1).trim());
  }
  return sections;
}
