import './zod-jitless.ts';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { tellAlarmNotices } from './app/alarm-notices.ts';
import { personCalls } from './app/person-calls.ts';
import { usePreferences } from './app/preferences.ts';
import { followAddress } from './app/route.ts';
import { tellWorldNotices } from './app/world-notices.ts';
import { followAlarms } from './client/alarms.ts';
import { openConnection } from './client/connection-store.ts';
import { followLatestEvents } from './client/latest-events.ts';
import { followWorld, useWorld } from './client/world-store.ts';
import { startI18n } from './i18n/i18n.ts';
import { loadLazyParts } from './ui/lazy-part.tsx';

// First of all: it takes the one-time token out of the address, which then belongs to the routes.
const connection = openConnection();
followAddress();
const call = personCalls(connection.host);
tellWorldNotices(call);
tellAlarmNotices(call);
followWorld(connection.client);
followLatestEvents(connection.client);
followAlarms(connection.client);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
await startI18n(usePreferences.getState().language);
createRoot(root).render(<App connection={connection} />);

// The screen that was asked for comes first.
const stopWaiting = useWorld.subscribe(({ isLoaded }) => {
  if (!isLoaded) return;
  stopWaiting();
  void loadLazyParts();
});
