import type { NodeId, RecordingId } from '#shared/model/ids.ts';
import type { ScreenProps } from '../../app/feature.ts';
import { DeckScreen } from './deck/DeckScreen.tsx';
import { RecordingsScreen } from './recordings/RecordingsScreen.tsx';
import { ReplayScreen } from './recordings/ReplayScreen.tsx';

/** The open consoles; the recordings of all or of one server; one recording from a moment on. */
export function ConsolesScreen({ path: [first, second, third] }: ScreenProps) {
  if (first === 'recordings') return <RecordingsScreen key={second} nodeId={idOf<NodeId>(second)} />;
  if (first === 'replay' && second !== undefined)
    return (
      <ReplayScreen
        key={second}
        recordingId={second as RecordingId}
        startMs={Math.max(0, Number(third) || 0)}
      />
    );
  return <DeckScreen askedId={idOf<NodeId>(first)} />;
}

/** From the address: of the form that ids have; whether there is such a thing is known to the engine. */
function idOf<Id extends string>(part: string | undefined): Id | undefined {
  return part !== undefined && /^[0-9a-f-]{36}$/.test(part) ? (part as Id) : undefined;
}
