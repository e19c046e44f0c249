export const savedKinds = ['backup', 'support'] as const;
export type SavedKind = (typeof savedKinds)[number];

/** Folders of the data directory with files for a person: the engine writes them, the desktop shell copies them out. */
export const savedFolders: Readonly<Record<SavedKind, string>> = { backup: 'backups', support: 'support' };
