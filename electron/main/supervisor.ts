import type { MessagePortMain } from 'electron';
import type { EngineOrder, EngineReport } from '#shared/contract/engine-process.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ShellLog } from './shell-log.ts';

/** A started engine process, as the supervisor sees it. */
export interface EngineProcess {
  pid(): number | undefined;
  order(order: EngineOrder, ports?: readonly MessagePortMain[]): void;
  onReport(callback: (report: EngineReport) => void): void;
  /** Once; the exit code. */
  onExit(callback: (code: number) => void): void;
  kill(): void;
}

export interface SupervisorOptions {
  readonly launch: () => EngineProcess;
  /** The first order of each process. */
  readonly startOrder: EngineOrder;
  readonly log: ShellLog;
  readonly onRunning: () => void;
  readonly onLost: () => void;
  /** Only what an engine says: one that is gone has not ended its deployments, the next one goes on with them. */
  readonly onBusy: (deployments: number) => void;
  /** Calls back once; the result cancels it. */
  readonly schedule: (callback: () => void, delayMs: number) => () => void;
  readonly now: () => number;
}

export interface EngineStatus {
  readonly state: 'starting' | 'running' | 'waiting' | 'stopped';
  readonly failures: number;
  readonly lastFailure: string;
}

/** An engine that ran so long was well: the next failure is a new one. */
const stableMs = 60_000;
const stopTimeoutMs = 15_000;
/** Half a second, doubled to at most thirty: the technician waits, and a broken disk must not be hammered. */
const backOffMs = (failuresInARow: number): number => Math.min(30_000, 500 * 2 ** (failuresInARow - 1));

/** Keeps one engine running: starts it again when it ends unasked, later each time; never gives up. */
export class EngineSupervisor {
  readonly #options: SupervisorOptions;
  #state: EngineStatus['state'] = 'stopped';
  #process: EngineProcess | undefined;
  #failures = 0;
  #failuresInARow = 0;
  #lastFailure = '';
  #reason = '';
  #runningSince = 0;
  #isRestartAsked = false;
  #cancelWait: () => void = () => undefined;
  #onStopped: (() => void) | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  start(): void {
    const process = this.#options.launch();
    this.#process = process;
    this.#state = 'starting';
    this.#reason = '';
    process.onReport(report => this.#onReport(report));
    process.onExit(code => this.#onExit(code));
    process.order(this.#options.startOrder);
  }

  status(): EngineStatus {
    return { state: this.#state, failures: this.#failures, lastFailure: this.#lastFailure };
  }

  /** Hands a page's port to the engine; false: none is running, ask again when `onRunning` says so. */
  connect(port: MessagePortMain): boolean {
    if (this.#state !== 'running') return false;
    this.#process?.order({ t: 'connect' }, [port]);
    return true;
  }

  /** A person does not want to wait, or wants a fresh one: of one that hangs, in its start or when asked to end, too. */
  restart(): void {
    switch (this.#state) {
      case 'waiting':
        this.#cancelWait();
        this.start();
        return;
      case 'running':
        if (this.#isRestartAsked) this.#process?.kill();
        else this.#askToEnd();
        this.#isRestartAsked = true;
        return;
      case 'starting':
        this.#isRestartAsked = true;
        this.#process?.kill();
        return;
      case 'stopped':
        return;
      default:
        assertNever(this.#state);
    }
  }

  /** Resolves when the process is gone: in good order, or killed when it takes too long. */
  stop(): Promise<void> {
    this.#cancelWait();
    const wasWithout = this.#process === undefined;
    this.#state = 'stopped';
    if (wasWithout) return Promise.resolve();
    return new Promise(resolve => {
      this.#onStopped = resolve;
      this.#askToEnd();
    });
  }

  #askToEnd(): void {
    const process = this.#process;
    process?.order({ t: 'stop' });
    this.#cancelWait = this.#options.schedule(() => process?.kill(), stopTimeoutMs);
  }

  #onReport(report: EngineReport): void {
    switch (report.t) {
      case 'ready':
        if (this.#state !== 'starting') return;
        this.#state = 'running';
        this.#runningSince = this.#options.now();
        this.#options.log('info', 'the engine runs', { pid: this.#process?.pid() });
        this.#options.onRunning();
        return;
      case 'failed':
        this.#reason = report.reason;
        return;
      case 'restart':
        this.restart();
        return;
      case 'busy':
        this.#options.onBusy(report.deployments);
        return;
      default:
        assertNever(report);
    }
  }

  #onExit(code: number): void {
    const wasRunning = this.#state === 'running';
    this.#process = undefined;
    this.#cancelWait();
    if (wasRunning) this.#options.onLost();
    if (this.#state === 'stopped') {
      this.#options.log('info', 'the engine has ended', { code });
      this.#onStopped?.();
    } else if (this.#isRestartAsked) {
      this.#isRestartAsked = false;
      this.start();
    } else this.#startLater(code, wasRunning);
  }

  #startLater(code: number, wasRunning: boolean): void {
    const wasStable = wasRunning && this.#options.now() - this.#runningSince >= stableMs;
    this.#failures += 1;
    this.#failuresInARow = wasStable ? 1 : this.#failuresInARow + 1;
    this.#lastFailure = this.#reason || (code === 0 ? 'it ended unasked' : `it crashed (exit code ${code})`);
    const delayMs = backOffMs(this.#failuresInARow);
    this.#options.log('error', 'the engine is gone', {
      code,
      reason: this.#lastFailure,
      startsInMs: delayMs,
    });
    this.#state = 'waiting';
    this.#cancelWait = this.#options.schedule(() => this.start(), delayMs);
  }
}
