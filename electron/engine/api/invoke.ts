import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { databaseFault } from '#engine/store/database.ts';
import type { Logger } from '#engine/system/log.ts';
import { CodedError, type ErrorData, errorKinds } from '#shared/contract/errors.ts';
import type { ContractShape, Handlers, Procedure, StreamSource } from '#shared/contract/procedure.ts';

type CallHandler = (input: unknown, signal: AbortSignal) => Promise<unknown>;
type StreamHandler = (input: unknown) => StreamSource<unknown, unknown>;

/** A contract with its handlers, found by path. */
export interface Api {
  readonly contract: ContractShape;
  readonly handlers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function apiOf<C extends ContractShape>(contract: C, handlers: Handlers<C>): Api {
  return { contract, handlers: handlers as Api['handlers'] };
}

export function procedureKind(api: Api, path: string): Procedure['kind'] | undefined {
  return findProcedure(api, path)?.kind;
}

/** Checks the input, runs a query or command, and gives the output in the contract's form: what it does not name stays here. */
export async function invoke(api: Api, path: string, input: unknown, signal: AbortSignal): Promise<unknown> {
  const procedure = findProcedure(api, path);
  if (procedure === undefined || procedure.kind === 'stream') throw unknownProcedure(path);
  const handler = handlerAt(api, path) as CallHandler;
  const output = await handler(checkedInput(procedure.input, input), signal);
  return procedure.output.parse(output);
}

export interface CheckedSource {
  snapshot(): unknown;
  /** `onFault`: a patch that does not fit the contract. The feed that sent it must not notice. */
  subscribe(onPatch: (patch: unknown) => void, onFault: (error: unknown) => void): () => void;
}

/** Checks the input and gives the source of a stream, with values in the contract's form. */
export function openSource(api: Api, path: string, input: unknown): CheckedSource {
  const procedure = findProcedure(api, path);
  if (procedure?.kind !== 'stream') throw unknownProcedure(path);
  const source = (handlerAt(api, path) as StreamHandler)(checkedInput(procedure.input, input));
  return {
    snapshot: () => procedure.snapshot.parse(source.snapshot()),
    subscribe: (onPatch, onFault) =>
      source.subscribe(patch => {
        try {
          onPatch(procedure.patch.parse(patch));
        } catch (error) {
          onFault(error);
        }
      }),
  };
}

/**
 * What the other side may know of an error. A coded one passes with its details; anything else is our mistake: it gets
 * a number by which its stack can be found in the log, and tells nothing.
 */
export function toErrorData(error: unknown, log: Logger, path: string): ErrorData {
  const coded: CodedError | undefined = error instanceof CodedError ? error : databaseFault(error);
  if (coded !== undefined) {
    if (coded.level === 'bug') log.error('a call failed', { path, error });
    else log.info('a call was refused', { path, code: coded.code, reason: coded.message });
    const details = errorKinds[coded.code].details.safeParse(coded.details);
    if (details.success) return { ...coded.toData(), details: details.data };
  }
  const correlationId = randomUUID();
  log.error('a call failed unexpectedly', { path, correlationId, error });
  return new CodedError('internal', 'an internal error; the log has it under the correlation id', {
    correlationId,
  }).toData();
}

function findProcedure(api: Api, path: string): Procedure | undefined {
  const [namespace, name] = path.split('.');
  return ownValue(ownValue(api.contract, namespace), name);
}

function handlerAt(api: Api, path: string): unknown {
  const [namespace, name] = path.split('.');
  return ownValue(ownValue(api.handlers, namespace), name);
}

/** `constructor` and the like are not procedures. */
function ownValue<T>(
  record: Readonly<Record<string, T>> | undefined,
  key: string | undefined,
): T | undefined {
  return record !== undefined && key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

function unknownProcedure(path: string): CodedError {
  return new CodedError('input.not_found', `there is no procedure ${path}`, { what: 'procedure', id: path });
}

const maxIssues = 20;

function checkedInput(schema: z.ZodType, input: unknown): unknown {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, maxIssues)
    .map(issue => ({ path: issue.path.join('.'), message: issue.message }));
  const first = issues.map(issue => `${issue.path || 'input'}: ${issue.message}`).join('; ');
  throw new CodedError('input.invalid', first, { issues });
}
