import type { z } from 'zod';

/** A question without effect. */
export interface Query<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly kind: 'query';
  readonly input: Input;
  readonly output: Output;
}

/** Something that changes the world. It answers when the change is stored, not when its consequences are over. */
export interface Command<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly kind: 'command';
  readonly input: Input;
  readonly output: Output;
}

/** One snapshot, then patches with consecutive sequence numbers. A client that sees a gap opens the stream again. */
export interface Stream<
  Input extends z.ZodType = z.ZodType,
  Snapshot extends z.ZodType = z.ZodType,
  Patch extends z.ZodType = z.ZodType,
> {
  readonly kind: 'stream';
  readonly input: Input;
  readonly snapshot: Snapshot;
  readonly patch: Patch;
}

export type Procedure = Query | Command | Stream;
export type Namespace = Readonly<Record<string, Procedure>>;
export type ContractShape = Readonly<Record<string, Namespace>>;

export function query<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): Query<Input, Output> {
  return { kind: 'query', input, output };
}

export function command<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): Command<Input, Output> {
  return { kind: 'command', input, output };
}

export function stream<Input extends z.ZodType, Snapshot extends z.ZodType, Patch extends z.ZodType>(
  input: Input,
  snapshot: Snapshot,
  patch: Patch,
): Stream<Input, Snapshot, Patch> {
  return { kind: 'stream', input, snapshot, patch };
}

/** What a stream's source offers: the state now, and every change after it. `subscribe` returns how to stop. */
export interface StreamSource<Snapshot, Patch> {
  snapshot(): Snapshot;
  subscribe(onPatch: (patch: Patch) => void): () => void;
}

type HandlerOf<P extends Procedure> =
  P extends Stream<infer Input, infer Snapshot, infer Patch>
    ? (input: z.output<Input>) => StreamSource<z.input<Snapshot>, z.input<Patch>>
    : P extends Query<infer Input, infer Output> | Command<infer Input, infer Output>
      ? (input: z.output<Input>, signal: AbortSignal) => Promise<z.input<Output>>
      : never;

/** The engine's side: exactly one handler for each procedure; a missing or an extra one does not compile. */
export type Handlers<C extends ContractShape> = {
  readonly [N in keyof C]: { readonly [P in keyof C[N]]: HandlerOf<C[N][P]> };
};

/** What the page gets for an open stream. */
export interface StreamObserver<Snapshot, Patch> {
  onSnapshot(snapshot: Snapshot): void;
  onPatch(patch: Patch): void;
  /** The stream ended for good (refused input, engine fault). A lost connection is not the end: it is opened again. */
  onError?(error: Error): void;
}

type CallerOf<P extends Procedure> =
  P extends Stream<infer Input, infer Snapshot, infer Patch>
    ? (input: z.input<Input>, observer: StreamObserver<z.output<Snapshot>, z.output<Patch>>) => () => void
    : P extends Query<infer Input, infer Output> | Command<infer Input, infer Output>
      ? (input: z.input<Input>, signal?: AbortSignal) => Promise<z.output<Output>>
      : never;

/** The page's side, derived from the same object. */
export type Client<C extends ContractShape> = {
  readonly [N in keyof C]: { readonly [P in keyof C[N]]: CallerOf<C[N][P]> };
};
