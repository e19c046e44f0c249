/** The web globals that shared code names; browsers, Node and Electron all have them in full. */
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
/** As a page has it, of which shared code only passes it on. */
interface File {
  readonly name: string;
}
declare function setTimeout(callback: () => void, delayMs: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T): T;
declare function decodeURIComponent(text: string): string;
declare function atob(base64: string): string;
