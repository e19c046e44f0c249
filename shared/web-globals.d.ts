/** The one web global that shared code names; browsers, Node and Electron all have it in full. */
interface AbortSignal {
  readonly aborted: boolean;
}
