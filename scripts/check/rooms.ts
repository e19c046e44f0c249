/**
 * Who may import whom: `docs/architecture.md`, "Who may import whom", as data. A file belongs to the room with the
 * longest matching prefix; `*` stands for one folder name and means "its own" on the right-hand side.
 */
export interface Room {
  readonly prefix: string;
  readonly mayImport: readonly string[];
}

const product = [
  'electron/engine/net',
  'electron/engine/media',
  'electron/engine/store',
  'electron/engine/system',
  'shared',
];

export const rooms: readonly Room[] = [
  { prefix: 'shared', mayImport: ['shared'] },
  { prefix: 'shared/model', mayImport: ['shared/model'] },
  { prefix: 'shared/placement', mayImport: ['shared/placement', 'shared/contract', 'shared/model'] },
  { prefix: 'renderer', mayImport: ['renderer', 'shared'] },
  { prefix: 'electron/main', mayImport: ['electron/main', 'shared'] },
  { prefix: 'electron/preload', mayImport: ['electron/preload', 'shared'] },
  {
    prefix: 'electron/engine/net/*',
    mayImport: ['electron/engine/net/*', 'electron/engine/net/file-source', 'shared/model'],
  },
  {
    prefix: 'electron/engine/media/*',
    mayImport: ['electron/engine/media/*', 'electron/engine/media/disc-tree', 'shared/model'],
  },
  { prefix: 'electron/engine/store', mayImport: ['electron/engine/store', 'shared'] },
  { prefix: 'electron/engine/system', mayImport: ['electron/engine/system', 'shared'] },
  { prefix: 'electron/engine/inventory', mayImport: ['electron/engine/inventory', ...product] },
  {
    prefix: 'electron/engine/health',
    mayImport: ['electron/engine/health', 'electron/engine/inventory', ...product],
  },
  { prefix: 'electron/engine/images', mayImport: ['electron/engine/images', ...product] },
  { prefix: 'electron/engine/identity', mayImport: ['electron/engine/identity', ...product] },
  {
    prefix: 'electron/engine/provision',
    mayImport: [
      'electron/engine/provision',
      'electron/engine/health',
      'electron/engine/inventory',
      'electron/engine/images',
      'electron/engine/identity',
      ...product,
    ],
  },
  { prefix: 'electron/engine/support', mayImport: ['electron/engine/support', ...product] },
  {
    prefix: 'electron/engine/report',
    mayImport: ['electron/engine/report', 'electron/engine/support', ...product],
  },
  {
    prefix: 'electron/engine/backup',
    mayImport: ['electron/engine/backup', 'electron/engine/provision', 'electron/engine/images', ...product],
  },
  {
    prefix: 'electron/engine/boot-services',
    mayImport: [
      'electron/engine/boot-services',
      'electron/engine/provision',
      'electron/engine/inventory',
      ...product,
    ],
  },
  {
    prefix: 'electron/engine/virtual-rack',
    mayImport: [
      'electron/engine/virtual-rack',
      'electron/engine/boot-services',
      'electron/engine/inventory',
      'electron/engine/images',
      ...product,
    ],
  },
  {
    prefix: 'electron/engine/api',
    mayImport: [
      'electron/engine/api',
      'electron/engine/provision',
      'electron/engine/health',
      'electron/engine/inventory',
      'electron/engine/images',
      'electron/engine/identity',
      'electron/engine/boot-services',
      'electron/engine/virtual-rack',
      'electron/engine/backup',
      'electron/engine/support',
      'electron/engine/report',
      'electron/engine/store',
      'electron/engine/system',
      'shared',
    ],
  },
  { prefix: 'electron/engine', mayImport: ['electron/engine', 'shared'] },
  { prefix: 'electron/engine/hosts', mayImport: ['electron/engine', 'shared'] },
  { prefix: 'assets', mayImport: ['assets', 'shared'] },
  { prefix: 'scripts', mayImport: ['scripts', 'assets', 'shared', 'electron/engine'] },
  { prefix: 'test', mayImport: ['test', 'scripts', 'assets', 'shared', 'electron', 'renderer'] },
];

/** Rooms that must never see a package: they run where it does not exist or must not be trusted. */
export const bannedPackages: readonly { readonly prefix: string; readonly packages: RegExp }[] = [
  { prefix: 'shared', packages: /^(node:|electron$|react|better-sqlite3|koffi|ws$)/ },
  { prefix: 'renderer', packages: /^(node:|electron$|better-sqlite3|koffi|ws$)/ },
  { prefix: 'electron/engine', packages: /^(electron$|react|@mui\/)/ },
  { prefix: 'electron/main', packages: /^(react|@mui\/|better-sqlite3|koffi)/ },
];
