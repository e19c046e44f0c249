import { createAgentService } from '#engine/provision/agent/agent-service.ts';
import type { InstallerFiles } from '#engine/provision/deploy/linux-installer/installer-files.ts';
import { createDeployer, type Deployer } from '#engine/provision/deployer.ts';
import { createInstallerDesk } from '#engine/provision/installer-desk.ts';
import type { BootServer, PowerPort, ProvisionServices } from '#engine/provision/services.ts';
import type { AgentResult } from '#engine/store/agent-sessions.ts';
import { openStore } from '#engine/store/store.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import type { Deployment, Disk, Node } from '#shared/contract/index.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aDisk, aNode, anImage, aPort, nodeId } from '#test/fakes/rows.ts';

export type SimulatedDeployments = ReturnType<typeof openDeployments>;

const bmc = {
  address: '10.0.0.1',
  port: 623,
  username: 'admin',
  hasPassword: true,
  hasBmcKey: false,
  protocol: 'auto' as const,
  privilege: null,
  cipherSuite: 17,
  interfaceVersion: null,
  manufacturer: '',
  firmware: '',
};
const never = new AbortController().signal;

/**
 * The deployer over a store in memory, with one server whose BMC and ramdisk are played by the test. The clock stands
 * still until the test moves it.
 */
export function openDeployments(change: Partial<Node> = {}) {
  const clock = manualClock();
  const store = openStore(':memory:', new Uint8Array(32), clock.now);
  const address = '10.77.0.21';
  store.nodes.save(aNode({ bmc, ...change }));
  store.ports.save(aPort());
  store.images.save({ ...anImage(), sourcePath: '/x' });
  let disks: Disk[] = [aDisk()];
  let askAddress: BootServer['askAddress'] = async () => ({ result: 'free' });

  const newAgent = () =>
    createAgentService({
      sessions: store.agentSessions,
      agentKey: new Uint8Array(32).fill(5),
      clock,
      addressBelongsTo: () => true,
      nodeName: () => 'r1u01',
      onHello: id => {
        const inventory = anInventory({ disks });
        store.nodes.save({ ...requireRow(store.nodes.find(id)), inventory });
        return { inventory };
      },
      isRunning: purpose => store.deployments.find(purpose as Deployment['id'])?.state === 'running',
      onRefused: () => undefined,
      holdMs: 1000,
    });
  let agent = newAgent();
  const power = playedPower();
  const newInstaller = () => createInstallerDesk({ store, clock, files: () => playedInstallerFiles });
  let installer = newInstaller();

  const services = (): ProvisionServices => ({
    store,
    clock,
    agent,
    installer,
    power: power.port,
    bootServer: {
      baseUrl: () => 'http://10.77.0.1:8088',
      watchDownload: () => () => undefined,
      canBoot: () => true,
      askAddress: (...asked) => askAddress(...asked),
      missingRamdisk: () => undefined,
    },
    configDrive: async () => ({ bytes: new Uint8Array(4), sha256: 'cd'.repeat(32) }),
    hashPassword: () => '$6$hash',
    imageFormat: () => 'zstd',
  });
  let deployer: Deployer = createDeployer(services(), asCodedError);

  /** The newest. */
  const deployment = (): Deployment => requireRow(store.deployments.list().at(-1));

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise(resolve => setImmediate(resolve));
  }

  /** What the ramdisk is given when it asks; it asks until there is something. */
  async function nextStep() {
    let step = agent.nextStep(nodeId, never);
    for (let look = 0; look < 1000; look += 1) {
      const found = await Promise.race([step, new Promise<'none'>(resolve => setImmediate(resolve, 'none'))]);
      if (found !== undefined && found !== 'none') return found;
      if (found === undefined) step = agent.nextStep(nodeId, never);
      else await clock.advance(0);
    }
    throw new Error('the ramdisk was given nothing');
  }

  async function endStep(result: AgentResult) {
    const step = await nextStep();
    if (agent.result(nodeId, step.id, result) !== 'taken') throw new Error(`${step.name} was not taken`);
    return step;
  }

  return {
    clock,
    store,
    power,
    address,
    services,
    deployment,
    until,
    nextStep,
    get agent() {
      return agent;
    },
    get installer() {
      return installer;
    },
    get deployer() {
      return deployer;
    },
    /** What the next hello finds. */
    set disks(found: Disk[]) {
      disks = found;
    },
    /** What our own question on the wire is answered with. */
    set addressAnswer(answer: BootServer['askAddress']) {
      askAddress = answer;
    },
    node: (): Node => requireRow(store.nodes.find(nodeId)),
    create: (
      request: Partial<Parameters<Deployer['create']>[0]> = {},
      reviewed: Parameters<Deployer['create']>[1] = null,
    ) =>
      deployer.create(
        { ...aRequest({ disk: { by: 'hints', hints: { name: '<in> sd' } } }), ...request },
        reviewed,
      ),
    /** The engine dies without a word and is started again; runs of before are orphans. */
    restart(): Deployer {
      agent = newAgent();
      installer = newInstaller();
      deployer = createDeployer(services(), asCodedError);
      return deployer;
    },
    /** Boots the ramdisk when it is time, and does every step before the named one. Gives the session. */
    async boot(): Promise<string> {
      await until(
        () => deployment().steps.find(({ name }) => name === 'wait-call-back')?.state === 'running',
      );
      const answer = agent.hello(agent.newBoot(nodeId, deployment().id), 'B'.repeat(43), {}, address);
      if (answer.status !== 200) throw new Error(answer.reason);
      await nextStep();
      return answer.session;
    },
    progress: (stepId: string) =>
      agent.progress(nodeId, stepId, { phase: 'writing', bytes: 1, total: 2, message: '' }),
    finishStep: (evidence: Record<string, unknown> = {}) => endStep({ ok: true, evidence }),
    /** And waits until the deployment has ended. */
    async refuseStep(code: string, evidence: Record<string, unknown> = {}) {
      const step = await endStep({ ok: false, code, message: code, evidence });
      await until(() => deployment().state !== 'running');
      return step;
    },
    close: () => store.close(),
  };
}

const playedInstallerFiles: InstallerFiles = {
  boot: {
    kernelUrl: 'http://10.77.0.1/vmlinuz',
    initrdUrl: 'http://10.77.0.1/initrd.gz',
    commandLine: 'auto=true',
  },
  answers: new Map([['preseed.cfg', { contentType: 'text/plain', text: 'd-i x' }]]),
};

/** A BMC that says yes to all, but what the test holds waits for its `answer`. */
function playedPower() {
  const asked: string[] = [];
  const held = new Map<string, () => void>();
  let isHeld: (what: string) => boolean = () => false;
  let fails: Error | undefined;
  let state: 'power on' | 'power off' = 'power on';
  const ask = async (what: string): Promise<void> => {
    asked.push(what);
    if (isHeld(what)) await new Promise<void>(resolve => held.set(what, resolve));
    if (fails !== undefined) throw fails;
  };
  const port: PowerPort = {
    read: async () => {
      await ask('read');
      return state;
    },
    control: async (_node, action) => {
      await ask(`control ${action}`);
      state = action === 'off' || action === 'soft' ? 'power off' : 'power on';
    },
    bootOnce: async (_node, device) => {
      await ask(`bootOnce ${device}`);
      return { accepted: true, readBack: device };
    },
    verify: async () => ({ powerState: state, bmc: {} }),
  };
  return {
    port,
    asked,
    hold: (what: string) => {
      isHeld = name => name === what;
    },
    answer: (what: string) => held.get(what)?.(),
    fail: (error: Error | undefined) => {
      fails = error;
    },
    set state(now: 'power on' | 'power off') {
      state = now;
    },
  };
}

function requireRow<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('the row is gone');
  return row;
}
