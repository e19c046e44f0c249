import { z } from 'zod';
import { mostRackViews, rackView } from './rack-views.ts';
import { eraseMethods } from './storage.ts';

export const settings = z.object({
  /** Port of the boot and image server; 0 takes a free one. */
  httpPort: z.number().int().min(0).max(65_535),
  tftpPort: z.number().int().min(0).max(65_535),
  /** How often power is read from each BMC. */
  powerPollSeconds: z.number().int().min(10).max(3600),
  /** How often the sensors and the event log of each BMC are read; 0: only when somebody asks. Not oftener than every 10 s. */
  healthPollSeconds: z
    .number()
    .int()
    .min(0)
    .max(3600)
    .refine(seconds => seconds === 0 || seconds >= 10, '0, or 10 and more'),
  /** Whether `rackside serve` answers `GET /metrics`. */
  metricsEnabled: z.boolean(),
  /** A machine silent for so long after power-on has not called back. */
  callBackTimeoutSeconds: z.number().int().min(60).max(7200),
  /**
   * Events older than this are forgotten, but for those of running deployments and of each server's last one; so are batches
   * that ended as long ago.
   */
  timelineDays: z.number().int().min(1).max(3650),
  /** `console=` arguments of the ramdisk's kernel. */
  kernelConsole: z
    .string()
    .max(200)
    .regex(/^[\x20-\x7e]*$/),
  /** Erase disks when a server is released, unless the server says otherwise. */
  cleanOnRelease: z.boolean(),
  cleanMethod: z.enum(eraseMethods),
  /** Installers send their logs here, by UDP and TCP; 0 takes a free one. */
  syslogPort: z.number().int().min(0).max(65_535),
  /** A disk that says of itself that it fails is written all the same, with a warning. */
  allowFailingDisks: z.boolean(),
  defaultSshKeys: z.array(z.string().max(16_384)).max(50),
  /** The console of every server with a BMC is connected and recorded, whether somebody looks at it or not. */
  keepConsoles: z.boolean(),
  /**
   * Recordings of consoles, with what they are searched by; the oldest go first. They are in the database, and a backup of one
   * of 4 GiB is not taken.
   */
  consoleRecordingMebibytes: z.number().int().min(64).max(3072),
  /** Views of the inventory that were given a name; the same in every window. Changed one by one: `rackViews`. */
  rackViews: z.array(rackView).max(mostRackViews),
});
export type Settings = z.infer<typeof settings>;

export const defaultSettings: Settings = {
  httpPort: 8088,
  tftpPort: 69,
  powerPollSeconds: 60,
  healthPollSeconds: 60,
  metricsEnabled: false,
  callBackTimeoutSeconds: 1800,
  timelineDays: 90,
  kernelConsole: 'console=tty0 console=ttyS0,115200',
  cleanOnRelease: false,
  cleanMethod: 'metadata',
  syslogPort: 5514,
  allowFailingDisks: false,
  defaultSshKeys: [],
  keepConsoles: true,
  consoleRecordingMebibytes: 2048,
  rackViews: [],
};
