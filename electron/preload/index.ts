import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { HostBridge, HostCalls, HostFacts } from '#shared/contract/host.ts';
import {
  engineLostMessage,
  enginePortMessage,
  hostBridgeName,
  hostChannels,
  hostProcedures,
} from '#shared/contract/host-names.ts';

// Runs in the sandbox, before the page. What it hands over are plain functions that say one fixed thing each.
const calls = Object.fromEntries(
  hostProcedures.map(name => [name, (input: unknown) => ipcRenderer.invoke(hostChannels.call, name, input)]),
) as unknown as HostCalls;

const bridge: HostBridge = {
  calls,
  pathOfFile: file => webUtils.getPathForFile(file),
  facts: () => ipcRenderer.invoke(hostChannels.facts) as Promise<HostFacts>,
  requestEnginePort: () => ipcRenderer.send(hostChannels.requestEnginePort),
};
contextBridge.exposeInMainWorld(hostBridgeName, bridge);

ipcRenderer.on(hostChannels.enginePort, event => {
  window.postMessage(enginePortMessage, location.origin, [...event.ports]);
});
ipcRenderer.on(hostChannels.engineLost, () => window.postMessage(engineLostMessage, location.origin));
