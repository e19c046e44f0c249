import type { BmcSession } from '#engine/net/ipmi/client.ts';
import type { BmcCommand } from '#engine/net/ipmi/commands/command.ts';
import { completionText } from '#engine/net/ipmi/completion-code.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import { readAnswer } from '#engine/net/ipmi/request.ts';

/** What an odd BMC does with a command: a completion code, data of its own, another command, or nothing special. */
export type Oddity =
  | { readonly code: number }
  | { readonly data: Buffer }
  | { readonly instead: Pick<BmcCommand<unknown>, 'netFn' | 'command' | 'data'> }
  | undefined;

/** A session with a BMC that treats some commands in its own way; `asked` are all of them. */
export function oddSession(
  session: BmcSession,
  oddity: (command: BmcCommand<unknown>) => Oddity,
): BmcSession & { readonly asked: BmcCommand<unknown>[] } {
  const asked: BmcCommand<unknown>[] = [];
  return {
    ...session,
    asked,
    async run<T>(command: BmcCommand<T>): Promise<T> {
      asked.push(command);
      const odd = oddity(command);
      if (odd === undefined) return session.run(command);
      if ('code' in odd) throw refusal(command, odd.code);
      if ('instead' in odd) return session.run({ ...command, ...odd.instead });
      const { netFn, command: code, data } = { ...command, data: odd.data };
      return readAnswer(command, {
        to: 0x81,
        from: 0x20,
        netFn: netFn | 1,
        toLun: 0,
        fromLun: 0,
        sequence: 0,
        command: code,
        data,
        completionCode: 0,
      });
    },
  };
}

function refusal(command: BmcCommand<unknown>, code: number): BmcError {
  const text = completionText(command.netFn, command.command, code);
  return new BmcError({ kind: 'completion_code', code, text, command: command.name });
}
