import { describe, expect, it } from 'vitest';
import {
  firstSessionState,
  noticeAfter,
  type SessionState,
} from '#renderer/features/consoles/session/session-state.ts';
import type { ServerConsole } from '#shared/contract/index.ts';
import type { ConsoleViewId } from '#shared/model/ids.ts';
import { nodeId } from '#test/fakes/rows.ts';

const mine = '60000000-0000-4000-8000-000000000001' as ConsoleViewId;
const other = '60000000-0000-4000-8000-000000000002' as ConsoleViewId;

function stateWith(row: Partial<ServerConsole>, change: Partial<SessionState> = {}): SessionState {
  const watchers = [
    { viewId: mine, name: 'here', since: 1 },
    { viewId: other, name: 'there', since: 1 },
  ];
  const console: ServerConsole = {
    nodeId,
    state: 'connected',
    since: 1,
    retryAt: null,
    error: null,
    writer: null,
    watchers,
    recordingId: null,
    ...row,
  };
  return { ...firstSessionState, viewId: mine, console, ...change };
}

describe('what a console tells a person', () => {
  it('is who took the keyboard, to the one who had it', () => {
    const before = stateWith({ writer: mine });
    expect(noticeAfter(before, stateWith({ writer: other }))).toEqual({ is: 'taken', by: 'there' });
    expect(noticeAfter(before, stateWith({ writer: null }))).toBeNull();
    expect(noticeAfter(stateWith({ writer: null }), stateWith({ writer: other }))).toBeNull();
  });

  it('is over once the reason is: the keyboard is free again, the connection is there', () => {
    const refused = stateWith({ writer: other }, { notice: { is: 'read-only', writer: 'there' } });
    expect(noticeAfter(refused, stateWith({ writer: other }))).toEqual({ is: 'read-only', writer: 'there' });
    expect(noticeAfter(refused, stateWith({ writer: null }))).toBeNull();
    const away = stateWith({ state: 'waiting' }, { notice: { is: 'not-connected' } });
    expect(noticeAfter(away, stateWith({ state: 'connecting' }))).toEqual({ is: 'not-connected' });
    expect(noticeAfter(away, stateWith({}))).toBeNull();
    const told = stateWith({}, { notice: { is: 'told', text: 'pxe' } });
    expect(noticeAfter(told, stateWith({}))).toEqual({ is: 'told', text: 'pxe' });
  });
});
