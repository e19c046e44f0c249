import type { Store } from '#engine/store/store.ts';
import { alarmSeverities, type SensorReadingRow } from '#shared/contract/index.ts';
import type { Health } from './health.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/**
 * What others may collect, in the text format 0.0.4 of Prometheus. A server whose BMC does not answer has `rackside_up 0`
 * and no values, so that nobody draws a line through old ones. Names come from hardware and people: they are escaped.
 */
export function metricsText(store: Store, health: Pick<Health, 'server' | 'sensors'>): string {
  const servers = store.nodes.list().flatMap(({ id, name, bmc, powerState }) => {
    const isUp = store.health.find(id)?.failingSince === null;
    return bmc === null ? [] : [{ server: name, row: health.server(id), powerState, isUp }];
  });
  const sensors = servers.flatMap(({ server, row, isUp }) =>
    isUp ? health.sensors(row.nodeId).map(sensor => ({ server, sensor })) : [],
  );
  const { user, system } = process.cpuUsage();
  return [
    gauge(
      'rackside_up',
      'Whether the BMC of the server answered in the last round.',
      servers.map(({ server, isUp }) => [{ server }, Number(isUp)]),
    ),
    gauge(
      'rackside_power_on',
      'Whether the server is on; absent while nobody knows.',
      servers.flatMap(({ server, powerState }) =>
        powerState === 'unknown' ? [] : [[{ server }, Number(powerState === 'power on')]],
      ),
    ),
    gauge(
      'rackside_power_watts',
      'What the server draws, by DCMI.',
      servers.flatMap(({ server, row, isUp }) =>
        row.powerWatts === null || !isUp ? [] : [[{ server }, row.powerWatts]],
      ),
    ),
    gauge(
      'rackside_read_timestamp_seconds',
      'When the BMC of the server answered last.',
      servers.flatMap(({ server, row }) => (row.readAt === null ? [] : [[{ server }, row.readAt / 1000]])),
    ),
    gauge(
      'rackside_sensor_value',
      'In the unit of its label.',
      sensors.flatMap(({ server, sensor }) =>
        sensor.value === null ? [] : [[{ ...labelsOf(server, sensor), unit: sensor.unit }, sensor.value]],
      ),
    ),
    gauge(
      'rackside_sensor_state',
      '0 ok, 1 warning, 2 critical, 3 non-recoverable.',
      sensors.flatMap(({ server, sensor }) => {
        const state = states.indexOf(sensor.state);
        return state < 0 ? [] : [[labelsOf(server, sensor), state]];
      }),
    ),
    gauge('rackside_alarms', 'Alarms that hold, acknowledged or not.', alarmSamples(store)),
    gauge('rackside_deployments_running', 'Deployments under way.', [
      [{}, store.deployments.running().length],
    ]),
    gauge('process_resident_memory_bytes', 'Memory of the engine.', [[{}, process.memoryUsage.rss()]]),
    family('process_cpu_seconds_total', 'counter', 'Processor time of the engine.', [
      [{}, (user + system) / 1e6],
    ]),
  ].join('');
}

const states: readonly SensorReadingRow['state'][] = ['ok', ...alarmSeverities];

/** Several sensors of a server may have one name: the key tells them apart. */
function labelsOf(server: string, { name, type, key }: SensorReadingRow): Labels {
  return { server, sensor: name, type, key };
}

function alarmSamples(store: Store): Sample[] {
  const holding = store.alarms.allHolding();
  return alarmSeverities.flatMap(severity =>
    (['no', 'yes'] as const).map((acknowledged): Sample => {
      const isSuch = (alarm: (typeof holding)[number]) =>
        alarm.severity === severity && (alarm.acknowledgedAt !== null) === (acknowledged === 'yes');
      return [{ severity, acknowledged }, holding.filter(isSuch).length];
    }),
  );
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  return family(name, 'gauge', help, samples);
}

function family(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

/** Backslash, quote and line feed; other control characters are of no use to anybody. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll(/\p{Cc}/gu, ' ');
}
