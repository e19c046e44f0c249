import type { RacksideClient } from '#shared/contract/index.ts';
import { toCodedError } from '../../../client/coded-error.ts';
import { encodeTyped } from '../text/code-page.ts';
import { base64OfBytes } from './kept-tail.ts';
import type { SessionNotice, SessionStore } from './session-state.ts';
import { newTypeQueue } from './type-queue.ts';
import { mayType, writerName } from './writers.ts';

export interface Typing {
  /** Sends it if this window may type; false: it was not sent, and the notice says why. */
  readonly type: (text: string) => boolean;
  /** Sends it without a look at who may: for answers that nobody typed. */
  readonly send: (text: string) => boolean;
}

export function newTyping(consoles: Pick<RacksideClient['consoles'], 'write'>, state: SessionStore): Typing {
  const tell = (notice: SessionNotice) => state.setState({ notice });
  const queue = newTypeQueue(
    async bytes => {
      const { viewId } = state.getState();
      if (viewId !== null) await consoles.write({ viewId, data: base64OfBytes(bytes) });
    },
    thrown => {
      const error = toCodedError(thrown);
      const { console: row } = state.getState();
      // Somebody was faster; the row that says who it is came before the refusal.
      if (error.code === 'console.not_writer' && row !== null)
        tell({ is: 'read-only', writer: writerName(row) });
      else tell({ is: 'failed', error });
    },
  );
  const send = (text: string) => queue.add(encodeTyped(text, state.getState().codePage));
  return {
    send,
    type(text) {
      const { viewId, console: row } = state.getState();
      if (viewId === null || row?.state !== 'connected') tell({ is: 'not-connected' });
      else if (!mayType(row, viewId)) tell({ is: 'read-only', writer: writerName(row) });
      else return send(text);
      return false;
    },
  };
}
