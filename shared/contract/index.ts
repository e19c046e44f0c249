import { z } from 'zod';
import { powerTargets, provisionVerbs } from '../model/provision-state.ts';
import * as e from './entities/index.ts';
import { type Client, command, type Handlers, query, stream } from './procedure.ts';
import { scanProcedures } from './scan.ts';

const nothing = z.object({}).default({});

const suppliedName = z.string().trim().min(1).max(60);

const finding = z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) });

const extra = z.record(z.string().max(80), z.string().max(2000));

const bmcKey = z
  .string()
  .regex(/^(0x([0-9a-fA-F]{2}){1,20}|(?!0x).{0,20})$/, 'up to 20 characters, or 0x and hex digits');

const bmcCredentials = z.object({
  address: z.string().trim().min(1).max(253),
  port: z.number().int().min(1).max(65_535).default(623),
  username: z.string().max(16).default(''),
  /** IPMI 2.0 §22.30: at most 20 bytes. Write-only. */
  password: z.string().max(20).default(''),
  /** K_g of two-key log-in (§13.33): up to 20 characters, or `0x` and up to 40 hex digits. Write-only. */
  bmcKey: bmcKey.default(''),
  protocol: z.enum(e.bmcProtocols).default('auto'),
  privilege: z.enum(e.bmcPrivileges).nullable().default(null),
});

/** What would happen: the disk that will be overwritten, and what speaks against it. */
const deploymentReview = z.object({
  disk: e.disk.nullable(),
  /** A person must type the host name first (`confirmed`): data would be lost, or nobody knows what is on the disk. */
  mustConfirm: z.boolean(),
  /** What rules and defaults left alone. */
  filtered: z.array(e.filteredDisk),
  /** Where each network goes; what could not be decided is among the blockers. */
  networks: z.array(e.networkAssignment),
  warnings: z.array(finding),
  blockers: z.array(finding),
});

/** Of a whole batch, or of one of its servers. */
const batchOrServer = z.object({ id: e.batchId, nodeId: e.nodeId.optional() });

/** Their events up to a minute after the end of each: later ones are of the server's life, not of its deployment. */
const severalDeployments = z.array(e.deploymentId).min(1).max(200);

/** All that a screen shows, in tables keyed by id. Small rows only: events and logs have streams of their own. */
export const worldSnapshot = z.object({
  nodes: z.array(e.node),
  ports: z.array(e.port),
  portgroups: z.array(e.portgroup),
  discovered: z.array(e.discovered),
  images: z.array(e.image),
  networks: z.array(e.network),
  /** Those that run, and each server's newest; all of them by `deployments.list`. */
  deployments: z.array(e.deployment),
  /** Those that have not ended, and the newest 20; all of them by `batches.list`. */
  batches: z.array(e.batch),
  profiles: z.array(e.profile),
  services: z.array(e.service),
  settings: e.settings,
});
export type WorldSnapshot = z.output<typeof worldSnapshot>;

const put = <Table extends string, Row extends z.ZodType>(table: Table, row: Row) =>
  z.object({ op: z.literal('put'), table: z.literal(table), row });
const putPatch = z.discriminatedUnion('table', [
  put('nodes', e.node),
  put('ports', e.port),
  put('portgroups', e.portgroup),
  put('discovered', e.discovered),
  put('images', e.image),
  put('networks', e.network),
  put('deployments', e.deployment),
  put('batches', e.batch),
  put('profiles', e.profile),
  put('services', e.service),
  put('settings', e.settings),
]);
const removePatch = z.object({
  op: z.literal('remove'),
  table: z.enum([
    'nodes',
    'ports',
    'portgroups',
    'discovered',
    'images',
    'networks',
    'deployments',
    'profiles',
  ]),
  /** The row's `id`; its `mac` in `discovered`. */
  id: z.string(),
});
export const worldPatch = z.union([putPatch, removePatch]);
export type WorldPatch = z.output<typeof worldPatch>;

/** The only thing that page and engine agree on. A change here is a reviewed diff of `test/contract/contract.json`. */
export const contract = {
  world: {
    changes: stream(nothing, worldSnapshot, worldPatch),
  },
  nodes: {
    list: query(nothing, z.array(e.node)),
    get: query(z.object({ id: e.nodeId }), e.node),
    /** Stores the server and, with a BMC, verifies it (`enroll` → `verifying` → `manageable` → `available`). */
    enroll: command(
      z.object({
        name: z.string().trim().min(1).max(63),
        bmc: bmcCredentials.nullable().default(null),
        macs: z.array(e.mac).max(32).default([]),
        bootMode: z.enum(e.bootModes).nullable().default(null),
        rootDeviceHints: e.rootDeviceHints.default({}),
        resourceClass: z.string().max(80).default(''),
        cleanOnRelease: z.boolean().nullable().default(null),
        extra: extra.default({}),
      }),
      e.node,
    ),
    update: command(
      z.object({
        id: e.nodeId,
        name: z.string().trim().min(1).max(63).optional(),
        /** Replaces all of it; an absent password or BMC key keeps the stored one, an empty one removes it. */
        bmc: bmcCredentials
          .extend({ password: z.string().max(20).optional(), bmcKey: bmcKey.optional() })
          .nullable()
          .optional(),
        bootMode: z.enum(e.bootModes).nullable().optional(),
        rootDeviceHints: e.rootDeviceHints.optional(),
        resourceClass: z.string().max(80).optional(),
        extra: extra.optional(),
        /** Sets these labels of `extra`, or takes away those that are null; the others stay as they are. */
        labels: z.record(z.string().max(80), z.string().max(2000).nullable()).optional(),
        cleanOnRelease: z.boolean().nullable().optional(),
      }),
      e.node,
    ),
    /** Servers that equal the flavor; with none, the nearest and what is different about them. */
    match: query(
      e.flavor,
      z.object({
        matches: z.array(e.nodeId),
        nearest: z.array(
          z.object({
            nodeId: e.nodeId,
            differences: z.array(
              z.object({ what: z.enum(e.flavorParts), wanted: z.string(), has: z.string().nullable() }),
            ),
          }),
        ),
      }),
    ),
    /** Boots the ramdisk and erases disks: those named, or all that no rule leaves alone. */
    clean: command(e.cleanRequest, e.deployment),
    /** What `clean` would erase, and what not and why. */
    reviewClean: query(
      e.cleanRequest,
      z.object({
        disks: z.array(e.disk),
        filtered: z.array(e.filteredDisk),
        warnings: z.array(finding),
        blockers: z.array(finding),
      }),
    ),
    remove: command(z.object({ id: e.nodeId }), nothing),
    /** Opens a session with these credentials and closes it again; stores nothing. */
    testBmc: query(
      bmcCredentials.extend({ nodeId: e.nodeId.optional() }),
      z.object({
        manufacturer: z.string(),
        firmware: z.string(),
        cipherSuite: z.number().nullable(),
        powerState: e.node.shape.powerState,
        roundTripMs: z.number(),
      }),
    ),
    setPower: command(z.object({ id: e.nodeId, target: z.enum(powerTargets) }), nothing),
    setBootDevice: command(
      z.object({
        id: e.nodeId,
        device: z.enum(['pxe', 'disk', 'cdrom', 'bios', 'none']),
        persistent: z.boolean(),
      }),
      z.object({ accepted: z.boolean(), readBack: z.string() }),
    ),
    identify: command(z.object({ id: e.nodeId, seconds: z.number().int().min(0).max(255) }), nothing),
    /** `confirmed` is for `deleted` where a release erases. */
    setProvisionState: command(
      z.object({ id: e.nodeId, verb: z.enum(provisionVerbs), confirmed: e.eraseConfirmation }),
      e.node,
    ),
    /** A machine seen by PXE is no longer shown; it comes back when it speaks again. */
    forgetDiscovered: command(z.object({ mac: e.mac }), nothing),
  },
  ports: {
    create: command(
      z.object({
        nodeId: e.nodeId,
        address: e.mac,
        name: z.string().max(60).default(''),
        pxeEnabled: z.boolean().default(true),
      }),
      e.port,
    ),
    update: command(
      z.object({
        id: e.portId,
        pxeEnabled: z.boolean().optional(),
        physicalNetwork: z.string().max(80).optional(),
        segmentationId: z.number().int().min(1).max(4094).nullable().optional(),
        portgroupId: e.portgroupId.nullable().optional(),
        reservedAddress: e.ipv4.nullable().optional(),
      }),
      e.port,
    ),
    remove: command(z.object({ id: e.portId }), nothing),
  },
  portgroups: {
    create: command(
      z.object({
        nodeId: e.nodeId,
        name: z.string().trim().min(1).max(60),
        mode: z.enum(e.bondModes).default('active-backup'),
        properties: z.record(z.string().max(80), z.string().max(200)).default({}),
        portIds: z.array(e.portId).max(16).default([]),
      }),
      e.portgroup,
    ),
    update: command(
      z.object({
        id: e.portgroupId,
        name: z.string().trim().min(1).max(60).optional(),
        mode: z.enum(e.bondModes).optional(),
        properties: z.record(z.string().max(80), z.string().max(200)).optional(),
        portIds: z.array(e.portId).max(16).optional(),
      }),
      e.portgroup,
    ),
    remove: command(z.object({ id: e.portgroupId }), nothing),
  },
  images: {
    list: query(nothing, z.array(e.image)),
    /** Starts the import and answers with the row in state `importing`; progress comes as patches. */
    import: command(
      z.object({ path: z.string().min(1).max(4096), name: z.string().trim().max(120).default('') }),
      e.image,
    ),
    /**
     * A file that a browser will send in pieces, `PUT /upload/<id>` of the headless host: a row in state `importing` that
     * waits for its bytes. Refused when they do not fit.
     */
    beginUpload: command(
      z.object({ name: z.string().trim().min(1).max(255), sizeBytes: z.number().int().nonnegative() }),
      e.image,
    ),
    /** Of an import, or of an upload before it. */
    cancelImport: command(z.object({ id: e.imageId }), nothing),
    /**
     * What a person knows better about an ISO. Refused when a file is not in it, or not in the image that it shall come from;
     * and where that kernel is another one than the ISO's modules are for.
     */
    correctInstaller: command(
      z.object({ id: e.imageId, installer: e.installerMedium.omit({ certainty: true }) }),
      e.image,
    ),
    rename: command(z.object({ id: e.imageId, name: z.string().trim().min(1).max(120) }), e.image),
    /** Refused while somebody needs it, with who. Its file stays for a minute, or until the next import, which may need the room. */
    remove: command(z.object({ id: e.imageId }), nothing),
    /** While the file of a removed one is still there. */
    undoRemove: command(z.object({ id: e.imageId }), e.image),
    /** Who needs it, or was installed from it. */
    users: query(z.object({ id: e.imageId }), z.array(e.imageUser)),
    /** Room on the library's disk, and how much of it these files may take. */
    space: query(
      z.object({ paths: z.array(z.string().min(1).max(4096)).max(200).default([]) }),
      z.object({
        freeBytes: z.number(),
        /** Never taken: the engine's database lives on the same disk. */
        reserveBytes: z.number(),
        /** The sizes of the files; most images become smaller. */
        neededBytes: z.number(),
      }),
    ),
    /** Files and folders on the engine's machine, for a page that has no file dialog. */
    browse: query(
      z.object({ path: z.string().max(4096).default('') }),
      z.object({
        path: z.string(),
        parent: z.string().nullable(),
        entries: z.array(
          z.object({ name: z.string(), path: z.string(), isFolder: z.boolean(), sizeBytes: z.number() }),
        ),
      }),
    ),
  },
  networks: {
    list: query(nothing, z.array(e.network)),
    interfaces: query(nothing, z.array(e.networkInterface)),
    create: command(
      z.object({
        name: z.string().trim().min(1).max(80),
        interfaceName: z.string().min(1).max(64),
        cidr: e.cidr,
        poolStart: e.ipv4.optional(),
        poolEnd: e.ipv4.optional(),
        gateway: e.ipv4.nullable().default(null),
        dns: z.array(e.ipv4).max(6).default([]),
        domain: z.string().max(253).default(''),
        leaseSeconds: z.number().int().min(60).max(86_400).default(600),
        segmentationId: z.number().int().min(1).max(4094).nullable().default(null),
        physicalNetwork: z.string().trim().max(80).default(''),
        mtu: z.number().int().min(576).max(9216).nullable().default(null),
        purposes: z
          .array(z.enum(e.networkPurposes))
          .min(1)
          .default([...e.networkPurposes]),
      }),
      e.network,
    ),
    update: command(
      z.object({
        id: e.networkId,
        name: z.string().trim().min(1).max(80).optional(),
        /** Refused while anything depends on it (`dependants`); without a pool beside it the pool is chosen anew. */
        cidr: e.cidr.optional(),
        /** Refused while a lease that holds would lie outside. */
        poolStart: e.ipv4.optional(),
        poolEnd: e.ipv4.optional(),
        gateway: e.ipv4.nullable().optional(),
        dns: z.array(e.ipv4).max(6).optional(),
        domain: z.string().max(253).optional(),
        leaseSeconds: z.number().int().min(60).max(86_400).optional(),
        segmentationId: z.number().int().min(1).max(4094).nullable().optional(),
        physicalNetwork: z.string().trim().max(80).optional(),
        mtu: z.number().int().min(576).max(9216).nullable().optional(),
        purposes: z.array(z.enum(e.networkPurposes)).min(1).optional(),
      }),
      e.network,
    ),
    remove: command(z.object({ id: e.networkId }), nothing),
    /** What holds the network's addresses as they are. */
    dependants: query(z.object({ id: e.networkId }), z.array(e.networkDependant)),
    /** Asks now who else answers on its wire; what was found is in the network. */
    lookForOthers: command(z.object({ id: e.networkId }), e.network),
    /** Makes `<parent>.<vlanId>` with this address; needs the right to change interfaces. */
    createVlanInterface: command(
      z.object({
        parent: z.string().min(1).max(64),
        vlanId: z.number().int().min(1).max(4094),
        address: e.ipv4,
        prefixLength: z.number().int().min(1).max(30),
      }),
      e.networkInterface,
    ),
    /** Only one that we made, and that no network uses. */
    removeVlanInterface: command(z.object({ name: z.string().min(1).max(64) }), nothing),
    /** `full` first looks for other servers and is refused beside one unless `serveBesideOthers`. */
    setDhcpMode: command(
      z.object({ id: e.networkId, mode: z.enum(e.dhcpModes), serveBesideOthers: z.boolean().default(false) }),
      e.network,
    ),
    leases: query(z.object({ id: e.networkId }), z.array(e.lease)),
    /** The same, live. A lease that has ended stays until its address is needed. */
    leaseChanges: stream(z.object({ id: e.networkId }), z.array(e.lease), e.leasePatch),
  },
  scan: scanProcedures,
  deployments: {
    list: query(nothing, z.array(e.deployment)),
    get: query(z.object({ id: e.deploymentId }), e.deployment),
    /** Changes nothing. */
    review: query(e.deployRequest, deploymentReview),
    create: command(e.deployRequest, e.deployment),
    cancel: command(z.object({ id: e.deploymentId }), nothing),
    /** A failed one again, from its first step that is not done. */
    retry: command(z.object({ id: e.deploymentId }), e.deployment),
    /** Where `retry` would begin now. */
    retryFrom: query(z.object({ id: e.deploymentId }), z.object({ from: z.enum(e.retryStarts) })),
  },
  batches: {
    list: query(nothing, z.array(e.batch)),
    /** In the order of the requests: for each what `deployments.review` says, and what it cannot have beside the others. */
    review: query(
      z.object({ servers: z.array(e.deployRequest).min(1).max(200) }),
      z.array(
        z.object({
          nodeId: e.nodeId,
          review: deploymentReview,
          /** Codes are `batchConflicts`. */
          conflicts: z.array(finding),
        }),
      ),
    ),
    /** How many at once make sense, and how long it takes; with `concurrency`, how long with so many. */
    propose: query(
      z.object({
        servers: z
          .array(z.object({ nodeId: e.nodeId, imageId: e.imageId }))
          .min(1)
          .max(200),
        concurrency: e.concurrency.nullable().default(null),
      }),
      e.batchProposal,
    ),
    /**
     * All or none are stored. Each is checked again as by `deployments.create` when its turn comes, with its own
     * `confirmed`, and against what its disks were now.
     */
    create: command(
      z.object({
        name: e.batchName,
        concurrency: e.concurrency,
        servers: z.array(e.deployRequest).min(1).max(200),
      }),
      e.batch,
    ),
    /** Fewer than run now: the next begins when enough of them have ended. */
    setConcurrency: command(z.object({ id: e.batchId, concurrency: e.concurrency }), e.batch),
    /** What runs goes on, nothing new begins. */
    stop: command(z.object({ id: e.batchId }), e.batch),
    continue: command(z.object({ id: e.batchId }), e.batch),
    /** What waits is taken out, what runs is cancelled as by `deployments.cancel`. */
    cancel: command(batchOrServer, e.batch),
    /**
     * What failed, was cancelled or refused waits for its turn again; in a batch that is stopped, for `continue` too. What
     * had a deployment goes on with it as by `deployments.retry`.
     */
    retry: command(batchOrServer, e.batch),
  },
  profiles: {
    list: query(nothing, z.array(e.profile)),
    create: command(e.profileInput, e.profile),
    /** Replaces all of it but the templates and phrases. */
    update: command(e.profileInput.extend({ id: e.profileId }), e.profile),
    remove: command(z.object({ id: e.profileId }), nothing),
    /** The answer file's template: the profile's own, else ours. */
    template: query(
      z.object({ id: e.profileId, family: e.installerFamily }),
      z.object({ text: z.string(), isOwn: z.boolean() }),
    ),
    /** Null gives ours back. Refused while it has an error. */
    setTemplate: command(
      z.object({
        id: e.profileId,
        family: e.installerFamily,
        text: z.string().max(131_072).nullable(),
      }),
      e.profile,
    ),
    /** The answer file as this server would get it, from a template that need not be stored yet. */
    preview: query(
      z.object({
        id: e.profileId,
        family: e.installerFamily,
        /** Null: a made-up server. */
        nodeId: e.nodeId.nullable().default(null),
        imageId: e.imageId.nullable().default(null),
        templateText: z.string().max(131_072).nullable().default(null),
      }),
      z.object({ text: z.string(), problems: z.array(e.answerFileProblem) }),
    ),
    phrases: query(
      z.object({ id: e.profileId, family: e.installerFamily }),
      z.object({ phrases: z.array(e.progressPhrase), isOwn: z.boolean() }),
    ),
    setPhrases: command(
      z.object({
        id: e.profileId,
        family: e.installerFamily,
        phrases: z.array(e.progressPhrase).max(500).nullable(),
      }),
      e.profile,
    ),
  },
  timeline: {
    list: query(
      z.object({
        nodeId: e.nodeId.optional(),
        deploymentId: e.deploymentId.optional(),
        deploymentIds: severalDeployments.optional(),
        afterSeq: z.number().int().nonnegative().default(0),
        limit: z.number().int().min(1).max(5000).default(1000),
      }),
      z.array(e.timelineEvent),
    ),
    /**
     * The newest 2,000 that match, then each new one. Of `deploymentIds` up to 20,000 in equal shares: of each how it began,
     * and the newest.
     */
    events: stream(
      z.object({
        nodeId: e.nodeId.optional(),
        deploymentId: e.deploymentId.optional(),
        deploymentIds: severalDeployments.optional(),
      }),
      z.array(e.timelineEvent),
      e.timelineEvent,
    ),
    /** What is usual for a deployment like this one. Steps that write an image are compared with those of the same image. */
    pastPhases: query(z.object({ deploymentId: e.deploymentId }), e.pastPhases),
  },
  reports: {
    /** What may leave the house about deployments: without secrets, page by page. Deployments are on the first page only. */
    page: query(
      z.object({
        deploymentIds: severalDeployments,
        afterSeq: z.number().int().nonnegative().default(0),
        limit: z.number().int().min(1).max(2000).default(2000),
      }),
      z.object({ deployments: z.array(e.deployment), events: z.array(e.timelineEvent) }),
    ),
  },
  services: {
    list: query(nothing, z.array(e.service)),
    /** Tries again what failed. */
    restart: command(z.object({ name: z.enum(e.serviceNames) }), e.service),
  },
  settings: {
    get: query(nothing, e.settings),
    update: command(e.settings.omit({ rackViews: true }).partial(), e.settings),
  },
  /** One view at a time, so that two windows do not undo each other. The settings of the world have all of them. */
  rackViews: {
    /** In place of the one of this name, whatever its case. */
    save: command(e.rackView, z.array(e.rackView)),
    remove: command(z.object({ name: z.string().max(60) }), z.array(e.rackView)),
  },
  backup: {
    /** Those on the engine's computer, newest first. */
    list: query(nothing, z.array(e.savedFile)),
    /** Made while everything runs. Without images, and without the key that seals the passwords. */
    create: command(nothing, e.savedFile),
    remove: command(z.object({ name: e.savedFileName }), nothing),
    read: query(e.filePlace, e.filePiece),
    /** A file that a person has elsewhere, in pieces that follow each other; kept under a free name, whole, after the last. */
    receive: command(
      e.filePlace.extend({ base64: z.base64().max(2_000_000), isLast: z.boolean() }),
      e.savedFile.nullable(),
    ),
    preview: query(z.object({ name: e.savedFileName }), e.backupPreview),
    /** Replaces all that is stored, and starts the engine again; what is there now is backed up first. */
    restore: command(z.object({ name: e.savedFileName, confirmed: z.string().max(40) }), nothing),
  },
  support: {
    /** Collects what helps to find a fault, without secrets. Nothing leaves memory before `save`. */
    gather: query(z.object({ deploymentId: e.deploymentId.nullable().default(null) }), e.supportDraft),
    /** Exactly what `save` would write. */
    file: query(z.object({ id: z.uuid(), name: z.string().max(200) }), z.object({ text: z.string() })),
    save: command(
      z.object({ id: z.uuid(), leftOut: z.array(z.string().max(200)).max(100).default([]) }),
      e.savedFile,
    ),
    read: query(e.filePlace, e.filePiece),
  },
  virtualRack: {
    /** Adds simulated servers with their own BMCs, a network for them and a small image: all that a first try needs. */
    start: command(
      z.object({
        nodes: z.number().int().min(1).max(200).default(8),
        /** Of network and image, in the language of whoever starts it. */
        names: z
          .object({ network: suppliedName, image: suppliedName })
          .default({ network: 'Virtual rack', image: 'Demo image' }),
      }),
      z.object({ nodes: z.number() }),
    ),
    /** Switches them off and removes them, their network and their image. */
    stop: command(nothing, nothing),
    /** A fault for one simulated server; `none` clears it. */
    setFault: command(
      z.object({
        nodeId: e.nodeId,
        fault: z.enum([
          'none',
          'bmc-slow',
          'bmc-silent',
          'packet-loss',
          'power-loss',
          'disk-first',
          'disk-fails',
        ]),
      }),
      nothing,
    ),
  },
} as const;

export type RacksideContract = typeof contract;
export type RacksideHandlers = Handlers<RacksideContract>;
export type RacksideClient = Client<RacksideContract>;
export * from './entities/index.ts';
export * from './errors.ts';
