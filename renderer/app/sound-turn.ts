/** In this time all open pages have heard of the same thing: those in the background look once a second. */
const turnMs = 3000;
/** In this time a page has heard of another one that begins at the same moment. */
const hearMs = 150;

export interface SoundTurn {
  /** Whether it is this page that makes the sound. */
  readonly take: () => Promise<boolean>;
}

/** To the other pages, and from them. */
export interface TurnChannel {
  readonly post: (id: number) => void;
  readonly hear: (listener: (data: unknown) => void) => void;
}

interface SoundTurnParts {
  readonly channel: TurnChannel;
  /** Of two that begin together the lower one makes it. */
  readonly id: number;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** Of several pages that a browser has open one makes the sound, whichever comes first. Web Locks would need TLS. */
export function soundTurn({ channel, id, now, wait }: SoundTurnParts): SoundTurn {
  let heardAt = Number.NEGATIVE_INFINITY;
  let lowestId = Number.POSITIVE_INFINITY;
  channel.hear(otherId => {
    if (typeof otherId !== 'number') return;
    heardAt = now();
    lowestId = Math.min(lowestId, otherId);
  });
  return {
    async take() {
      if (now() - heardAt < turnMs) return false;
      lowestId = Number.POSITIVE_INFINITY;
      channel.post(id);
      await wait(hearMs);
      return id < lowestId;
    },
  };
}
