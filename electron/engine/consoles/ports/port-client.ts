import { type AttachedConsolePatch, CodedError } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Consoles } from '../consoles.ts';

/** The way to a program that was let in. */
export interface ClientWire {
  /** `onSent`: the bytes have left this process. */
  readonly send: (bytes: Uint8Array, onSent: () => void) => void;
}

export interface PortClient {
  /** Resolves when the machine may be told more: until then nothing more is read from the program. */
  readonly typed: (bytes: Uint8Array) => Promise<void>;
  /** The program has gone. */
  readonly end: () => void;
}

interface Attachment {
  readonly consoles: Consoles;
  readonly nodeId: NodeId;
  /** What windows read of it. */
  readonly name: string;
  readonly mayWrite: boolean;
  readonly wire: ClientWire;
}

/** Of a paste, between two looks at what came back. */
const pieceBytes = 4096;

/**
 * A program at a console's port is a window like any other: it looks at its own pace, and it types when nobody else does.
 * What the wire cannot carry (missing bytes, who types) is a line in brackets. Throws what `consoles.view` throws.
 */
export function attachClient({ consoles, nodeId, name, mayWrite, wire }: Attachment): PortClient {
  const open = consoles.view(nodeId, name);
  const { view, server } = open;
  /** The refusal that was told last: one that goes on is told once. */
  let refusal = '';

  const say = (text: string) => wire.send(Buffer.from(`\r\n[Rackside: ${text}]\r\n`), () => undefined);

  function onPatch(patch: AttachedConsolePatch): void {
    switch (patch.op) {
      case 'output': {
        const bytes = Buffer.from(patch.data, 'base64');
        wire.send(bytes, () => view.taken(patch.offset + bytes.length));
        return;
      }
      case 'skipped':
        say(`${patch.to - patch.from} bytes left out, this client was too slow`);
        return;
      case 'gap':
        say(`the console was not connected here: ${patch.why}`);
        return;
      case 'console':
        return;
    }
  }

  async function writeOrSay(piece: Uint8Array): Promise<boolean> {
    try {
      await server.write(view, piece);
      refusal = '';
      return true;
    } catch (error) {
      const text = error instanceof CodedError ? error.message : 'this was not typed';
      if (text !== refusal) say(text);
      refusal = text;
      return false;
    }
  }

  const first = view.snapshot(server.row());
  const tail = Buffer.from(first.tail, 'base64');
  wire.send(tail, () => view.taken(first.offset + tail.length));
  view.start(onPatch);
  return {
    async typed(bytes) {
      if (!mayWrite) return;
      for (let at = 0; at < bytes.length; at += pieceBytes)
        if (!(await writeOrSay(bytes.subarray(at, at + pieceBytes)))) return;
    },
    end: () => consoles.closeView(open),
  };
}
