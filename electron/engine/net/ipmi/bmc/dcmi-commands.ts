import { dcmiGroup, encodePowerReading } from '../commands/dcmi.ts';
import { completion } from '../completion-code.ts';
import { netFn } from '../message.ts';
import type { BmcState, Handler, Reply } from './handler.ts';
import { handlerKey, level, refuse, replyData } from './handler.ts';
import { powerInputs } from './server-sensors.ts';

/** What a machine that is off draws for its BMC. */
const standbyWatts = 12;

/** Get Power Reading, DCMI 1.5 §6.6.1; minimum, maximum and average are of all that was asked so far. */
function powerReading(state: BmcState, data: Buffer): Reply {
  if (data[0] !== dcmiGroup) return refuse(completion.invalidCommand);
  if (data.length < 4) return refuse(completion.requestLengthInvalid);
  const currentWatts = wattsOf(state);
  const { powerSamples } = state;
  powerSamples.minimum = Math.min(powerSamples.minimum, currentWatts);
  powerSamples.maximum = Math.max(powerSamples.maximum, currentWatts);
  powerSamples.sum += currentWatts;
  powerSamples.count += 1;
  return replyData(
    encodePowerReading({
      currentWatts,
      minimumWatts: powerSamples.minimum,
      maximumWatts: powerSamples.maximum,
      averageWatts: Math.round(powerSamples.sum / powerSamples.count),
      atSeconds: state.eventLog.nowSeconds(),
      periodMs: Math.max(1, Math.round(state.clock.nowMs() - state.startedAtMs)) >>> 0,
      isActive: true,
    }),
  );
}

function wattsOf({ board, chassis }: BmcState): number {
  if (chassis.power() === 'off') return standbyWatts;
  const inputs = board.sensors.filter(({ name }) => powerInputs.includes(name));
  return inputs.reduce((watts, sensor) => watts + (board.reading(sensor)?.value ?? 0), 0);
}

export const dcmiCommands: readonly [number, Handler][] = [
  [handlerKey(netFn.groupExtension, 0x02), { level: level.user, handle: powerReading }],
];
