import { expect, it } from 'vitest';
import { withEvents } from '#renderer/client/latest-events.ts';
import { nodeId } from '#test/fakes/rows.ts';
import { anEvent } from '../rows.ts';

it('the newest event of a server is kept, in whatever order they come', () => {
  const state = withEvents({ byNode: new Map() }, [
    anEvent({ seq: 5, message: 'agent.inspected' }),
    anEvent({ seq: 3, message: 'agent.hello', kind: 'dhcp' }),
    anEvent({ seq: 9, nodeId: null }),
  ]);
  expect(state.byNode.get(nodeId)?.seq).toBe(5);
  expect(state.byNode.size).toBe(1);
});
