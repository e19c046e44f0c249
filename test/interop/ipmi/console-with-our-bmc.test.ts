import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ChassisPort } from '#engine/net/ipmi/bmc/chassis-port.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import { openSolConsole } from '#engine/net/ipmi/sol/console.ts';
import { createListener } from './listener.ts';
import { startOurBmc } from './our-bmc.ts';
import { createOurSerial } from './our-serial.ts';

test.each([3, 17] as const)('suite %i, with lost, doubled and overtaking packets', async suite => {
  const machine = createOurSerial();
  const chassis: ChassisPort = {
    power: () => 'on',
    control: () => 'unsupported',
    identify: () => undefined,
  };
  const serial = { serial: machine.port, serialBufferBytes: 2 ** 20 };
  const rack = await startOurBmc({ ...serial, chassis, cipherSuites: [suite] });
  const listener = createListener();
  const console = await openSolConsole(createBmcClient(), {
    host: '127.0.0.1',
    port: rack.port,
    username: 'admin',
    password: 'labpass',
    onData: listener.onData,
  });
  Object.assign(rack.server.faults, { loss: 0.05, copies: 2, jitterMs: 4 });
  const typed = randomBytes(16_384);
  const printed = randomBytes(16_384);
  machine.say(printed);
  await console.write(typed);
  await listener.until(printed.length);
  expect(machine.heard.bytes().equals(typed)).toBe(true);
  expect(listener.bytes().equals(printed)).toBe(true);
  Object.assign(rack.server.faults, { loss: 0, copies: 1, jitterMs: 0 });
  await console.close();
  expect(rack.bmc.activeSessions).toBe(0);
  rack.server.close();
});
