import { defaultSettings, type Settings, settings as settingsShape } from '#shared/contract/index.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';

export interface SettingsRepository {
  get(): Settings;
  update(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings;
}

export function settingsRepository(db: Database, feed: ChangeFeed): SettingsRepository {
  const all = db.prepare<[], { key: string; value: string }>('SELECT key, value FROM settings');
  const put = db.prepare(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const putAll = db.transaction((change: Parameters<SettingsRepository['update']>[0]) => {
    for (const [key, value] of Object.entries(change))
      if (value !== undefined) put.run(key, JSON.stringify(value));
  });
  const get = (): Settings =>
    settingsShape.parse({
      ...defaultSettings,
      ...Object.fromEntries(all.all().map(({ key, value }) => [key, JSON.parse(value) as unknown])),
    });
  return {
    get,
    update(change) {
      putAll(change);
      const row = get();
      feed.publish({ op: 'put', table: 'settings', row });
      return row;
    },
  };
}
