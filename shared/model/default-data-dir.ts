export interface Surroundings {
  /** As Node names it: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Where this person's data lies, the same for desktop, browser and scripts: XDG on Linux, each system's place elsewhere. */
export function defaultDataDir({ platform, env, home }: Surroundings): string {
  if (platform === 'win32') return `${env['LOCALAPPDATA'] ?? `${home}\\AppData\\Local`}\\rackside`;
  if (platform === 'darwin') return `${home}/Library/Application Support/rackside`;
  const xdg = env['XDG_DATA_HOME'];
  // XDG base directory specification: a relative path is to be ignored.
  return `${xdg?.startsWith('/') === true ? xdg : `${home}/.local/share`}/rackside`;
}
