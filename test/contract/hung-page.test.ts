import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { portMainTransport } from '#engine/hosts/port-main-transport.ts';
import { messagePortTransport } from '#shared/contract/message-port-transport.ts';
import { maxUnreadFrames } from '#shared/contract/unread-frames.ts';
import { asPortMain } from './rigs.ts';

const ends = {
  'a MessagePort': messagePortTransport,
  "Electron's MessagePortMain": (port: MessageChannel['port1']) => portMainTransport(asPortMain(port)),
};

describe.each(Object.entries(ends))('a page that hangs behind %s', (_name, engineEnd) => {
  it('is cut off instead of filling the memory', async () => {
    const { port1, port2 } = new MessageChannel();
    const engine = engineEnd(port1);
    const closed = new Promise<void>(resolve => engine.onClose(resolve));
    engine.onFrame(() => undefined);
    let posted = 0;
    const post = port1.postMessage.bind(port1);
    port1.postMessage = message => {
      posted += 1;
      post(message);
    };
    for (let count = 0; count < 3 * maxUnreadFrames; count += 1) engine.send({ count });
    await closed;
    expect(posted).toBe(maxUnreadFrames + 1);
    port2.close();
  });

  it('is not what a page is that reads, however much it was sent', async () => {
    const { port1, port2 } = new MessageChannel();
    const engine = engineEnd(port1);
    const page = messagePortTransport(port2);
    let isClosed = false;
    engine.onClose(() => {
      isClosed = true;
    });
    engine.onFrame(() => undefined);
    const frames = 3 * maxUnreadFrames;
    let read = 0;
    await new Promise<void>(resolve => {
      page.onFrame(() => {
        read += 1;
        if (read === frames) resolve();
        if (read % 1000 === 0 && read < frames) send(1000);
      });
      const send = (count: number) => {
        for (let sent = 0; sent < count; sent += 1) engine.send({ t: 'patch' });
      };
      send(1000);
    });
    expect([read, isClosed]).toEqual([frames, false]);
    engine.close();
  });
});
