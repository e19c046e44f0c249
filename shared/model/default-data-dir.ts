export interface Surroundings {
  /** As Node names it: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/**
 * Where this person's data lies, the same for desktop, browser and scripts: `RACKSIDE_DATA`, or XDG's place on Linux and
 * each system's own elsewhere.
 */
export function defaultDataDir({ platform, env, home }: Surroundings): string {
  const chosen = env['RACKSIDE_DATA'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (platform === 'win32') return `${env['LOCALAPPDATA'] ?? `${home}\\AppData\\Local`}\\rackside`;
  if (platform === 'darwin') return `${home}/Library/Application Support/rackside`;
  const xdg = env['XDG_DATA_HOME'];
  // XDG base directory specification: a relative path is to be ignored.
  return `${xdg?.startsWith('/') === true ? xdg : `${home}/.local/share`}/rackside`;
}
