import type { StoreApi } from 'zustand/vanilla';
import type { CodedError } from '#shared/contract/errors.ts';
import type { ConsoleViewId } from '#shared/model/ids.ts';
import { firstViewState, type ViewState } from './console-view.ts';
import { mayType, writerName } from './writers.ts';

/** Something that a person must see, until it is closed or over. */
export type SessionNotice =
  /** Who typed here does not any more. */
  | { readonly is: 'taken'; readonly by: string }
  /** A key was pressed and not sent. */
  | { readonly is: 'read-only'; readonly writer: string }
  | { readonly is: 'not-connected' }
  | { readonly is: 'told'; readonly text: string }
  | { readonly is: 'failed'; readonly error: CodedError };

export interface SessionState extends ViewState {
  /** The terminal's code is there. */
  readonly isReady: boolean;
  readonly notice: SessionNotice | null;
  readonly paste: { readonly sentBytes: number; readonly totalBytes: number } | null;
  /** A text that waits for a person's look before it is pasted. */
  readonly offeredPaste: string | null;
  readonly isFinding: boolean;
  readonly found: { readonly index: number; readonly count: number } | null;
}

export type SessionStore = StoreApi<SessionState>;

export const firstSessionState: SessionState = {
  ...firstViewState,
  isReady: false,
  notice: null,
  paste: null,
  offeredPaste: null,
  isFinding: false,
  found: null,
};

/** What is told after the engine said this: somebody took the keyboard, or what was told is over. */
export function noticeAfter(before: SessionState, next: ViewState): SessionNotice | null {
  const by = takenBy(before, next);
  if (by !== null) return { is: 'taken', by };
  const { notice } = before;
  const { viewId, console: row } = next;
  if (notice === null || viewId === null || row === null) return notice;
  const isOver =
    (notice.is === 'not-connected' && row.state === 'connected') ||
    ((notice.is === 'taken' || notice.is === 'read-only') && mayType(row, viewId));
  return isOver ? null : notice;
}

/** The other's name, when the writer was this view and is another one now. */
function takenBy(before: ViewState, { viewId, console: row }: ViewState): string | null {
  if (viewId === null || row === null || !isWriter(before, viewId)) return null;
  return mayType(row, viewId) ? null : writerName(row);
}

export function isWriter({ viewId, console: row }: ViewState, id: ConsoleViewId | null): boolean {
  return id !== null && viewId === id && row?.writer === id;
}
