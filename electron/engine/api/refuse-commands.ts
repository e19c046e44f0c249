import type { CodedError } from '#shared/contract/errors.ts';
import type { ContractShape, Handlers } from '#shared/contract/procedure.ts';

type Handler = (...input: readonly unknown[]) => unknown;

/** The same handlers, but for commands as soon as there is a reason against all of them. Questions are answered still. */
export function refuseCommands<C extends ContractShape>(
  contract: C,
  handlers: Handlers<C>,
  refusal: () => CodedError | undefined,
): Handlers<C> {
  const guarded =
    (handler: Handler) =>
    async (...input: readonly unknown[]) => {
      const error = refusal();
      if (error !== undefined) throw error;
      return handler(...input);
    };
  const all = handlers as Readonly<Record<string, Readonly<Record<string, Handler>>>>;
  const namespaces = Object.entries(all).map(([namespace, procedures]) => {
    const own = Object.entries(procedures).map(([name, handler]) => {
      const isCommand = contract[namespace]?.[name]?.kind === 'command';
      return [name, isCommand ? guarded(handler) : handler];
    });
    return [namespace, Object.fromEntries(own)];
  });
  return Object.fromEntries(namespaces) as Handlers<C>;
}
