import { type ParentPort, runUtilityHost } from '#engine/hosts/utility-host.ts';
import { createEngine } from './fake-engine.ts';

// The engine's process in the desktop program, with the fake engine.
const { parentPort } = process as unknown as { parentPort: ParentPort };
runUtilityHost(parentPort, async () => createEngine);
