import { runTool } from './run-tool.ts';

/** One line of `ipmitool sensor`; numbers in thousandths of their unit, as it prints them. */
export interface IpmitoolSensor {
  readonly name: string;
  /** Of sensors with a number. */
  readonly value: number | undefined;
  readonly unit: string;
  /** `ok`, `nc`, `cr`, `nr`, `na`, or for states `0x0180`: the first eight, then the others and a reserved bit. */
  readonly status: string;
  readonly thresholds: Readonly<Record<string, number | undefined>>;
}

const thresholdColumns = [
  'lowerNonRecoverable',
  'lowerCritical',
  'lowerNonCritical',
  'upperNonCritical',
  'upperCritical',
  'upperNonRecoverable',
];

/** One entry of `ipmitool -v sel list`, by its own labels. */
export type IpmitoolEvent = Readonly<Record<string, string>>;

export interface Ipmitool {
  sensors(): Promise<readonly IpmitoolSensor[]>;
  events(): Promise<readonly IpmitoolEvent[]>;
  /** Blocks of `ipmitool fru`, by its own labels. */
  frus(): Promise<readonly IpmitoolEvent[]>;
  run(...command: readonly string[]): Promise<string>;
}

export function ipmitoolFor(port: number): Ipmitool {
  async function run(...command: readonly string[]): Promise<string> {
    const login = ['-H', '127.0.0.1', '-p', String(port), '-U', 'admin', '-P', 'labpass', '-N', '2'];
    return (await runTool('ipmitool', '-I', 'lanplus', '-C', '3', ...login, ...command)).output;
  }
  return {
    run,
    async sensors() {
      const lines = (await run('sensor')).split('\n').filter(line => line.split('|').length === 10);
      return lines.map(readSensor);
    },
    events: async () => blocks(await run('-v', 'sel', 'list'), 'SEL Record ID'),
    frus: async () => blocks(await run('fru'), 'FRU Device Description'),
  };
}

function readSensor(line: string): IpmitoolSensor {
  const [name = '', value = '', unit = '', status = '', ...limits] = line.split('|').map(cell => cell.trim());
  return {
    name,
    unit,
    status,
    value: unit === 'discrete' ? undefined : numberIn(value),
    thresholds: Object.fromEntries(
      thresholdColumns.map((column, at) => [column, numberIn(limits[at] ?? '')]),
    ),
  };
}

function numberIn(cell: string): number | undefined {
  return cell === 'na' ? undefined : Number(cell);
}

function blocks(output: string, firstLabel: string): readonly IpmitoolEvent[] {
  return output
    .split(new RegExp(`^(?=${firstLabel})`, 'm'))
    .filter(block => block.startsWith(firstLabel))
    .map(block =>
      Object.fromEntries(
        [...block.matchAll(/^\s*([A-Z][^:\n]*?)\s*: (.*)$/gm)].map(([, label = '', text = '']) => [
          label,
          text.trim(),
        ]),
      ),
    );
}
