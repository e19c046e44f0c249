import { createServerBoard } from '#engine/net/ipmi/bmc/server-sensors.ts';
import type { MachineFault } from '#shared/model/machine-fault.ts';

/** Beyond its critical threshold of 89 °C. */
const hotCelsius = 93;

/**
 * The sensors of a simulated machine. While it is off, those that need power read nothing, as the BMC's own are; the
 * power supplies stay warm.
 */
export function createMachineSensors() {
  const board = createServerBoard();
  const nominal = new Map(
    board.sensors.flatMap(sensor => (sensor.kind === 'analog' ? [[sensor.name, sensor.nominal]] : [])),
  );

  function show(name: string, value: number | undefined): void {
    board.setValue(name, value ?? nominal.get(name) ?? 0);
  }

  return {
    board,
    setFault(fault: MachineFault): void {
      show('CPU1 Temp', fault === 'hot-cpu' ? hotCelsius : undefined);
      show('Fan 2', fault === 'fan-fails' ? 0 : undefined);
    },
  };
}
