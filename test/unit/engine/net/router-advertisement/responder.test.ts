import { expect, test } from 'vitest';
import {
  createRouterAdvertisementResponder,
  type RouterAdvertisementEvent,
} from '#engine/net/router-advertisement/responder.ts';
import type { Mac } from '#shared/model/mac.ts';

const mac = '52:54:00:aa:00:fe' as Mac;
const solicitation = Uint8Array.of(133, 0, 0, 0, 0, 0, 0, 0);
const linkLocal = Uint8Array.from([0xfe, 0x80, ...new Uint8Array(13), 1]);
const noAddress = new Uint8Array(16);

function createRig(fails = false) {
  const sent: { to: Uint8Array | 'all_nodes'; type: number | undefined }[] = [];
  const events: RouterAdvertisementEvent[] = [];
  const respond = createRouterAdvertisementResponder(
    {
      mac,
      send(payload, to) {
        if (fails) throw new Error('ENETDOWN');
        sent.push({ to, type: payload[0] });
      },
    },
    event => events.push(event),
  );
  return { respond, sent, events };
}

test('a host with an address is answered there, one without by multicast', () => {
  const { respond, sent } = createRig();
  respond({ payload: solicitation, source: linkLocal, hopLimit: 255 });
  respond({ payload: solicitation, source: noAddress, hopLimit: 255 });
  expect(sent).toEqual([
    { to: linkLocal, type: 134 },
    { to: 'all_nodes', type: 134 },
  ]);
});

test.each([64, 254, undefined])('a solicitation with hop limit %s did not come from this link', hopLimit => {
  const { respond, sent, events } = createRig();
  respond({ payload: solicitation, source: linkLocal, hopLimit });
  expect([sent, events]).toEqual([[], []]);
});

test('rubbish is reported and not answered', () => {
  const { respond, sent, events } = createRig();
  respond({ payload: Uint8Array.of(133), source: linkLocal, hopLimit: 255 });
  expect(sent).toEqual([]);
  expect(events).toMatchObject([{ kind: 'malformed', offset: 1 }]);
});

test('an interface that cannot send is reported', () => {
  const { respond, events } = createRig(true);
  respond({ payload: solicitation, source: linkLocal, hopLimit: 255 });
  expect(events).toMatchObject([{ kind: 'failed', error: { message: 'ENETDOWN' } }]);
});
