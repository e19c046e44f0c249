import type { Deployment } from '#shared/contract/index.ts';
import { ChosenLane } from '../ChosenLane.tsx';
import type { Choice, LaneRow } from '../lane-row.ts';
import type { TimeView } from '../time-scale.ts';
import { ConsoleLane } from './ConsoleLane.tsx';
import { useConsoleLane } from './use-console-lane.ts';

interface Props {
  readonly row: LaneRow;
  /** As it is now, whatever is replayed. */
  readonly deployment: Deployment;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
  readonly shownMs: number;
  /** Of the lanes above; undefined where they are a table. */
  readonly view: TimeView | undefined;
  readonly widthPx: number;
}

/** The console of the lane in hand on the same clock, and under it what is known of the moment in hand. */
export function LaneInHand({ row, deployment, choice, onChoice, shownMs, view, widthPx }: Props) {
  const lane = useConsoleLane(deployment, row.events, shownMs);
  const isOfRow = choice.id === row.id || choice.id === undefined;
  const seq = isOfRow ? choice.seq : null;
  const point = (isOfRow ? choice.point : undefined) ?? null;
  const event = row.events.find(one => one.seq === seq);
  return (
    <>
      {view && (
        <ConsoleLane
          name={row.nodeName}
          deployment={deployment}
          lane={lane}
          view={view}
          widthPx={widthPx}
          shownMs={Math.min(shownMs, deployment.finishedAt ?? shownMs)}
          point={point ?? (event ? { atMs: event.at, mark: null } : null)}
          onPoint={chosen => onChoice({ id: row.id, seq: null, ...(chosen && { point: chosen }) })}
        />
      )}
      <ChosenLane row={row} seq={seq} point={point} lane={lane} shownMs={shownMs} onChoice={onChoice} />
    </>
  );
}
