import { createHmac } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, contract, serviceNames } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId } from '#shared/model/ids.ts';
import { backupHandlers } from './api/backup.ts';
import { batchHandlers } from './api/batches.ts';
import { consoleHandlers } from './api/consoles.ts';
import { deploymentHandlers } from './api/deployments.ts';
import { healthHandlers } from './api/health.ts';
import { imageHandlers } from './api/images.ts';
import { contractInterfaces } from './api/network-interfaces.ts';
import { networkHandlers } from './api/networks.ts';
import { nodeHandlers } from './api/nodes.ts';
import { portgroupHandlers, portHandlers } from './api/ports.ts';
import { profileHandlers } from './api/profiles.ts';
import { rackViewHandlers } from './api/rack-views.ts';
import { refuseCommands } from './api/refuse-commands.ts';
import { reportHandlers } from './api/reports.ts';
import { rescueHandlers } from './api/rescue.ts';
import { scanHandlers } from './api/scan.ts';
import { serviceHandlers } from './api/services.ts';
import { settingsHandlers } from './api/settings.ts';
import { supportHandlers } from './api/support.ts';
import { timelineHandlers } from './api/timeline.ts';
import { virtualRackHandlers } from './api/virtual-rack.ts';
import { worldHandlers } from './api/world.ts';
import { createBackups } from './backup/backups.ts';
import { watchAssets } from './boot-services/asset-watch.ts';
import { createBootServices } from './boot-services/boot-services.ts';
import { createServiceBoard } from './boot-services/service-board.ts';
import { createVlanInterfaces, vlansOfThisComputer } from './boot-services/vlan-interfaces.ts';
import { systemWireSockets } from './boot-services/wire-sockets.ts';
import { createConsoles } from './consoles/consoles.ts';
import { createConsolePorts } from './consoles/ports/console-ports.ts';
import { solLine } from './consoles/sol-line.ts';
import { createHealth } from './health/health.ts';
import { startHealthPoll } from './health/health-poll.ts';
import { metricsText } from './health/metrics.ts';
import type { CreateEngine } from './hosts/engine-interface.ts';
import { hashRootPassword } from './identity/root-password.ts';
import { cacheSpace } from './images/cache-file.ts';
import { ImageLibrary } from './images/image-library.ts';
import { createImageUploads } from './images/image-uploads.ts';
import { importRunner } from './images/import-runner.ts';
import { openDiscs } from './images/open-discs.ts';
import { createBmcLinks } from './inventory/bmc-link.ts';
import { createBmcScan } from './inventory/bmc-scan.ts';
import { createBmcTroubles, restingOf } from './inventory/bmc-troubles.ts';
import { machineAt } from './inventory/machine-at.ts';
import { startPowerPoll } from './inventory/power-poll.ts';
import { createBmcClient } from './net/ipmi/client.ts';
import { createAgentService } from './provision/agent/agent-service.ts';
import { createBatches } from './provision/batch/batches.ts';
import { configDriveOf } from './provision/config-drive.ts';
import { answerFileAssetsIn } from './provision/deploy/linux-installer/answer-file/answer-file-assets.ts';
import { installerFiles } from './provision/deploy/linux-installer/installer-files.ts';
import { previewAnswerFile } from './provision/deploy/linux-installer/preview.ts';
import { progressTables } from './provision/deploy/linux-installer/progress/phrases-of.ts';
import { createDeployer } from './provision/deployer.ts';
import { takeHello } from './provision/hello.ts';
import { createInspector } from './provision/inspection.ts';
import { createInstallerDesk } from './provision/installer-desk.ts';
import { release, resumeReleases } from './provision/release.ts';
import { removeNode } from './provision/remove-node.ts';
import { createRescues, type Rescues } from './provision/rescue/rescues.ts';
import { startRetention } from './provision/retention.ts';
import { reviewClean } from './provision/review.ts';
import type { WantedCleaning } from './provision/reviewed-disks.ts';
import type { ProvisionServices } from './provision/services.ts';
import { resumeVerifications, verify } from './provision/verification.ts';
import { databaseFault } from './store/database.ts';
import { swapInRestored } from './store/restored-database.ts';
import { openStore } from './store/store.ts';
import { createSupportBundles } from './support/support-bundle.ts';
import { findBootAssets, findTemplates } from './system/boot-assets.ts';
import { systemClock } from './system/clock.ts';
import { asCodedError } from './system/coded-error.ts';
import { programVersion } from './system/version.ts';
import { VirtualRack } from './virtual-rack/rack.ts';
import { virtualRackAssets } from './virtual-rack/rack-supplies.ts';

const databaseWorks = { state: 'on', detail: '' } as const;
const databaseFails = { state: 'failed', detail: '' } as const;
/** How long an agent's question for its next step is held; the agent itself gives up after 40 s. */
const holdStepMs = 25_000;
/** On the timeline, from one address: anybody on the wire can cause them. */
const refusalsPerMinute = 5;

/**
 * The composition root: the one place where the parts meet, and a list of them. What ran when the engine last ended
 * goes on before the first connection is served.
 */
export const createEngine: CreateEngine = async ({ dataDir, sealKey, log, restart }) => {
  const clock = systemClock;
  const now = () => clock.now();
  const asCoded = (error: unknown) => {
    const coded = databaseFault(error) ?? asCodedError(error);
    if (coded.code === 'internal') log.error('unexpected', { error: coded });
    return coded;
  };
  const key = sealKey.bytes.reveal();
  const assets = findBootAssets();
  const imagesDir = join(dataDir, 'images');
  const rackDir = join(dataDir, 'virtual-rack');
  mkdirSync(imagesDir, { recursive: true, mode: 0o700 });

  const databasePath = join(dataDir, 'rackside.db');
  swapInRestored(databasePath);
  const store = openStore(databasePath, key, now, fault =>
    board.set('database', '', fault === undefined ? databaseWorks : { ...databaseFails, error: fault }),
  );
  const board = createServiceBoard(serviceNames, store, now);
  board.set('database', '', databaseWorks);
  const bmcClient = createBmcClient();
  const bmc = createBmcLinks({
    client: bmcClient,
    store,
    clock,
    onPacket() {
      if (board.row('ipmi').state === 'off') showBmcs(0);
      board.packet('ipmi');
    },
  });
  const troubles = createBmcTroubles(store, clock);
  const health = createHealth({ store, clock, bmc });
  const showBmcs = (silent: number) => {
    const total = store.nodes.list().filter(node => node.bmc !== null).length;
    board.set('ipmi', '', {
      state: total === 0 ? 'off' : 'on',
      detail: total === 0 ? '' : `${total - silent}/${total} BMC`,
    });
  };
  const uploads = createImageUploads(imagesDir, cacheSpace(imagesDir), clock);
  const library = new ImageLibrary(store, imagesDir, importRunner(imagesDir), uploads, clock);

  const agent = createAgentService({
    sessions: store.agentSessions,
    agentKey: createHmac('sha256', key).update('rackside agent sessions').digest(),
    clock,
    holdMs: holdStepMs,
    addressBelongsTo: (nodeId, address) => machineAt(store, address)?.nodeId === nodeId,
    nodeName: id => store.nodes.find(id)?.name ?? '',
    onHello(id, purpose, body) {
      const taken = takeHello(store, clock, id, body);
      if (!('reason' in taken)) rescues.onHello(id, purpose);
      return taken;
    },
    isRunning: purpose => store.deployments.find(purpose as DeploymentId)?.state === 'running',
    onRefused: (nodeId, address, why) =>
      store.timeline.append({
        kind: 'warning',
        nodeId,
        message: 'agent.refused',
        details: { address, why },
        limit: { source: address, perMinute: refusalsPerMinute },
      }),
  });

  const discs = openDiscs(id => library.disc(id));
  const answerFileAssets = answerFileAssetsIn(findTemplates());
  const desk = createInstallerDesk({
    store,
    clock,
    files: (deployment, node, image, surroundings) =>
      installerFiles(store, answerFileAssets(), deployment, node, image, surroundings),
  });
  const hashPassword = (clear: string) => {
    const hashed = hashRootPassword(clear);
    if (hashed.ok) return hashed.value;
    const { code, reason, values } = hashed;
    throw new CodedError('input.invalid', reason, {
      issues: [{ path: 'rootPassword', message: reason, code, values: { ...values } }],
    });
  };

  const configDrive = async (id: DeploymentId) => {
    const deployment = store.deployments.find(id);
    const node = deployment === undefined ? undefined : store.nodes.find(deployment.nodeId);
    if (deployment === undefined || node === undefined) return undefined;
    return configDriveOf(store, deployment, store.deployments.request(id), node).bytes;
  };
  const vlanInterfaces = createVlanInterfaces(store, vlansOfThisComputer);
  const bootServices = createBootServices({
    store,
    log: log.child('boot-services'),
    now,
    board,
    sockets: systemWireSockets,
    listInterfaces: vlanInterfaces.listInterfaces,
    agent,
    assets,
    simulatedAssets: virtualRackAssets(rackDir),
    imageFile: id => library.file(id),
    configDrive,
    desk,
    mediumFile: discs.file,
  });
  const { bootServer } = bootServices;

  const services: ProvisionServices = {
    store,
    clock,
    agent,
    installer: desk,
    power: bmc,
    bootServer,
    configDrive: async (deployment, request, node) => configDriveOf(store, deployment, request, node),
    hashPassword,
    imageFormat: () => 'zstd',
  };
  const deployer = createDeployer(services, asCoded);
  const rescues: Rescues = createRescues(services, deployer, asCoded);
  const releaseParts = { asCoded, clean: (request: WantedCleaning) => void deployer.clean(request) };
  const batches = createBatches({ services, deployer, asCoded });
  const inspector = createInspector(services, asCoded);

  const abort = (id: NodeId): void => {
    const running = store.deployments.runningOf(id);
    if (running !== undefined) {
      deployer.cancel(running.id);
    } else if (!inspector.abort(id, new CodedError('deploy.cancelled', 'cancelled by a person', {}))) {
      const state = store.nodes.find(id)?.provisionState ?? '';
      throw new CodedError('state.not_allowed', 'nothing runs on this server', { verb: 'abort', state });
    }
  };
  const consoleBmc = {
    open: solLine(store, bmcClient, asCoded),
    settings: (id: NodeId) => bmc.solSettings({ id }),
    repair: (id: NodeId, bitRate: number | undefined) => bmc.repairSol({ id }, bitRate),
  };
  const consoles = createConsoles({ store, clock, bmc: consoleBmc, asCoded });
  const consolePorts = createConsolePorts({ store, clock, consoles, asCoded });
  const virtualRack = new VirtualRack({
    store,
    now,
    bootServices,
    library,
    verify: id => void verify(services, id, asCoded),
    removeNode: id => removeNode(store, id),
    dir: rackDir,
    onCount: count =>
      board.set('virtual-rack', '', {
        state: count === 0 ? 'off' : 'on',
        detail: count === 0 ? '' : String(count),
      }),
    log: log.child('virtual-rack'),
  });

  const version = programVersion();
  const backups = createBackups({
    store,
    dataDir,
    databasePath,
    imagesDir,
    sealKey: key,
    version,
    now,
    // The answer first: whoever asked must hear it.
    restart: () => void setImmediate(() => restart?.()),
  });
  const supportBundles = createSupportBundles({
    store,
    dataDir,
    sealKey: key,
    version,
    keptIn: sealKey.keptIn,
    services: board.list,
    interfaces: () => contractInterfaces(vlanInterfaces),
    now,
  });

  // Wires first: a run taken up again tells its machine our address on them at once, and a machine that speaks before
  // its run is here is told to wait (`AgentService.result`). Then the simulated BMCs: runs talk to those at once too.
  const assetWatch = watchAssets(board, assets);
  await bootServices.apply();
  await virtualRack.resume().catch((error: unknown) => {
    // Simulated servers that cannot come up (a loopback address that this OS lacks) must not keep the real ones waiting.
    board.set('virtual-rack', '', { state: 'failed', detail: '', error: asCoded(error) });
  });
  deployer.resumeAll();
  batches.resumeAll();
  inspector.resumeAll();
  rescues.resumeAll();
  resumeVerifications(services, asCoded);
  resumeReleases(services, releaseParts);
  await library.resumeAll();
  const stopForgetting = startRetention(store, clock, asCoded);
  const stopPolling = startPowerPoll({
    store,
    clock,
    troubles,
    read: bmc.read,
    onRound: showBmcs,
    onError: error => void asCoded(error),
  });
  const stopReadingHealth = startHealthPoll({
    store,
    clock,
    read: health.read,
    restingOf: id => restingOf(store, troubles, id),
    fail: health.fail,
    onError: error => void asCoded(error),
  });

  consoles.start();
  consolePorts.start();

  const nodes = nodeHandlers({
    store,
    clock,
    bmc,
    onPowerChanged: agent.bootsElsewhere,
    verify: id => void verify(services, id, asCoded),
    inspect: inspector.start,
    abort,
    clean: deployer.clean,
    reviewClean: request => reviewClean(store, bootServer, request),
    release: id => void release(services, id, releaseParts),
  });
  const scan = createBmcScan({ store, now, asCoded });

  return {
    handlers: refuseCommands(
      contract,
      {
        world: worldHandlers(store, board.list),
        nodes,
        ports: portHandlers(store, clock),
        portgroups: portgroupHandlers(store),
        images: imageHandlers(store, library, discs),
        profiles: profileHandlers({
          store,
          now,
          hashPassword,
          standardTemplate: family => answerFileAssets().templates[family],
          standardPhrases: family => progressTables[family].phrases,
          preview: request => previewAnswerFile(store, answerFileAssets(), request),
        }),
        networks: networkHandlers({
          store,
          clock,
          bootServices,
          interfaces: () => contractInterfaces(vlanInterfaces),
          vlanInterfaces,
        }),
        scan: scanHandlers(scan, nodes.enroll),
        deployments: deploymentHandlers(store, deployer, bootServer),
        batches: batchHandlers(store, batches, bootServer),
        consoles: consoleHandlers(store, consoles, consolePorts),
        timeline: timelineHandlers(store),
        reports: reportHandlers(store),
        services: serviceHandlers(board, async () => {
          assetWatch.look();
          await bootServices.retry();
        }),
        settings: settingsHandlers(store, bootServices.apply),
        rackViews: rackViewHandlers(store),
        backup: backupHandlers(backups),
        support: supportHandlers(supportBundles),
        virtualRack: virtualRackHandlers(virtualRack),
        rescue: rescueHandlers(store, deployer, rescues, supportBundles),
        health: healthHandlers(store, health, clock),
      },
      backups.refusal,
    ),
    uploads: {
      async take(piece) {
        const refusal = backups.refusal();
        if (refusal !== undefined) throw refusal;
        return uploads.take(piece);
      },
    },
    metrics: () => (store.settings.get().metricsEnabled ? metricsText(store, health) : undefined),
    async close() {
      stopPolling();
      stopReadingHealth();
      health.stop();
      stopForgetting();
      assetWatch.stop();
      inspector.stop();
      rescues.stop();
      batches.stopAll();
      await consolePorts.closeAll();
      // BMCs with the runs that wait for them, and before the simulated ones are gone.
      await Promise.all([deployer.stop(), library.stop(), bmc.closeAll(), scan.close(), consoles.close()]);
      virtualRack.close();
      await bootServices.closeAll();
      await discs.closeAll();
      store.close();
    },
  };
};
