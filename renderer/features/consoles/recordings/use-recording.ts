import { useEffect, useState } from 'react';
import type { CodedError } from '#shared/contract/errors.ts';
import type { ConsoleRecording, RecordedEvent } from '#shared/contract/index.ts';
import type { RecordingId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';

export interface LoadedRecording {
  readonly recording: ConsoleRecording | null;
  readonly events: readonly RecordedEvent[];
  readonly isWhole: boolean;
  /** It is longer than a page holds. */
  readonly isCut: boolean;
  readonly error: CodedError | null;
}

/** As base64. A recording is rotated long before that; whoever made this one did not. */
const mostLetters = 48_000_000;

const nothing: LoadedRecording = { recording: null, events: [], isWhole: false, isCut: false, error: null };

/** A recording, part after part; what is there of one that is still being made. */
export function useRecording(recordingId: RecordingId): LoadedRecording {
  const { consoles } = useClient();
  const [loaded, setLoaded] = useState(nothing);
  useEffect(() => {
    const abort = new AbortController();
    const read = async () => {
      const events: RecordedEvent[] = [];
      let letters = 0;
      for (let afterPart: number | null = 0; afterPart !== null; ) {
        const part = await consoles.readRecording({ recordingId, afterPart }, abort.signal);
        events.push(...part.events);
        letters += part.events.reduce((sum, { data }) => sum + data.length, 0);
        const isCut = letters > mostLetters && part.nextPart !== null;
        afterPart = isCut ? null : part.nextPart;
        if (afterPart === null)
          setLoaded({ recording: part.recording, events, isWhole: true, isCut, error: null });
        else setLoaded(known => ({ ...known, recording: part.recording }));
      }
    };
    setLoaded(nothing);
    read().catch((thrown: unknown) => {
      if (!abort.signal.aborted) setLoaded({ ...nothing, error: toCodedError(thrown) });
    });
    return () => abort.abort();
  }, [consoles, recordingId]);
  return loaded;
}
