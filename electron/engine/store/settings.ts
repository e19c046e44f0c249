import { type Settings, settings as settingsShape } from '#shared/contract/index.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';

export const defaultSettings: Settings = {
  httpPort: 8088,
  tftpPort: 69,
  powerPollSeconds: 60,
  callBackTimeoutSeconds: 1800,
  timelineDays: 90,
  kernelConsole: 'console=tty0 console=ttyS0,115200',
  cleanOnRelease: false,
  cleanMethod: 'metadata',
  syslogPort: 5514,
  defaultSshKeys: [],
  rackViews: [],
};

export interface SettingsRepository {
  get(): Settings;
  update(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings;
}

export function settingsRepository(
  db: Database,
  feed: ChangeFeed,
  defaults = defaultSettings,
): SettingsRepository {
  const all = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM settings');
  const put = db.prepare(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const get = (): Settings =>
    settingsShape.parse({
      ...defaults,
      ...Object.fromEntries(all.all().map(({ key, value }) => [key, JSON.parse(value) as unknown])),
    });
  return {
    get,
    update(change) {
      for (const [key, value] of Object.entries(change))
        if (value !== undefined) put.run(key, JSON.stringify(value));
      const row = get();
      feed.publish({ op: 'put', table: 'settings', row });
      return row;
    },
  };
}
