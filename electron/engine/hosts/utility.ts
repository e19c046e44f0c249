import { type ParentPort, runUtilityHost } from './utility-host.ts';

// Entry of the engine's process in the desktop program.
const { parentPort } = process as unknown as { parentPort: ParentPort };
runUtilityHost(parentPort, async () => (await import('#engine/engine.ts')).createEngine);
