import { z } from 'zod';
import { answerFileProblemCodes } from '../answer-file-problems.ts';
import { profileId, text, timestamp } from './common.ts';
import { installerFamilies } from './images.ts';
import { diskRule, storageLayout, storedLayout } from './storage.ts';

/** A line of an installer's log that tells where it is: the first row whose words are in the line counts. */
export const progressPhrase = z.object({
  /** Compared without regard to case; `*` stands for anything. */
  words: z.string().trim().min(1).max(200),
  phase: z.string().trim().min(1).max(60),
  /** 100 ends the installation. */
  percent: z.number().int().min(0).max(100),
  /** Silence beyond this in the phase is a stall. */
  quietSeconds: z.number().int().min(10).max(86_400),
});
export type ProgressPhrase = z.infer<typeof progressPhrase>;

/** POSIX user names as shadow-utils accepts them everywhere. */
export const userName = z.string().regex(/^[a-z_][a-z0-9_-]{0,30}$/);

export const profileUser = z.object({
  name: userName,
  fullName: text(100),
  sshAuthorizedKeys: z.array(z.string().max(16_384)).max(50),
  /** May become root. */
  sudo: z.boolean(),
  hasPassword: z.boolean(),
});
export type ProfileUser = z.infer<typeof profileUser>;

export const packageName = z.string().regex(/^[@^]?[A-Za-z0-9][A-Za-z0-9 _.+:~-]{0,99}$/);

export const repository = z.object({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$/),
  /** `http(s)://…`, or `image:<id>/path`: an ISO of the library over our own HTTP server. */
  url: z.string().regex(/^(https?:\/\/|image:)[\x21-\x7e]{1,500}$/),
  /** For Debian: `bookworm main`; else empty. */
  suite: z.string().regex(/^[A-Za-z0-9 ./_-]{0,100}$/),
  /** Signed packages only, unless a person says otherwise. */
  checkSignatures: z.boolean(),
});
export type Repository = z.infer<typeof repository>;

export const script = z.object({
  name: z.string().trim().min(1).max(60),
  /** In the installed system, as root. */
  text: z.string().max(65_536),
});

/** From what the cloud-init of a written system learns who the machine is: OpenStack's drive, or NoCloud's. */
export const identityDrive = z.enum(['config-drive', 'nocloud']);
export type IdentityDrive = z.infer<typeof identityDrive>;

/** What many servers have in common: disks, software, users. Host name, addresses and passwords are each server's. */
export const profile = z.object({
  id: profileId,
  name: z.string().trim().min(1).max(80),
  description: text(1000),
  /** Null: a disk image as it is; an installer and a root file system get our own layout with `rootvg`. */
  storage: storedLayout.nullable(),
  diskRules: z.array(diskRule).max(50),
  /** tz database name. */
  timeZone: z
    .string()
    .regex(/^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+){0,2}$/)
    .max(60),
  /** `en_US.UTF-8`. */
  locale: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?(\.[A-Za-z0-9-]+)?(@[a-z]+)?$/),
  /** XKB layout: `us`, `de`. */
  keyboard: z.string().regex(/^[a-z]{2,10}(-[a-z0-9]+)?$/),
  users: z.array(profileUser).max(20),
  packages: z.array(packageName).max(500),
  repositories: z.array(repository).max(20),
  postScripts: z.array(script).max(20),
  /** Added to the installed system's kernel command line. */
  kernelArguments: z
    .string()
    .regex(/^[\x20-\x7e]*$/)
    .max(500),
  /** Initramfs with every driver, after a partition image was written. */
  rebuildInitramfs: z.boolean(),
  /** NoCloud is for images whose cloud-init was told not to look for a config drive. */
  identityDrive,
  /** Answer file templates that differ from ours; the text by `profiles.template`. */
  ownTemplates: z.array(z.enum(installerFamilies)),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Profile = z.infer<typeof profile>;

/** What a person enters; an absent user's password keeps the stored one, an empty one removes it. */
export const profileInput = profile
  .omit({ id: true, createdAt: true, updatedAt: true, ownTemplates: true, users: true })
  .extend({
    storage: storageLayout.nullable(),
    users: z
      .array(profileUser.omit({ hasPassword: true }).extend({ password: z.string().max(200).optional() }))
      .max(20),
  });
export type ProfileInput = z.output<typeof profileInput>;

/** What an answer file or a template of one has wrong. `error`: it is not used. */
export const answerFileProblem = z.object({
  severity: z.enum(['error', 'warning']),
  /** 1-based; 0: of the whole file. */
  line: z.number().int(),
  /** Catalogue key `answerFile.problem.<code>` with its values. */
  code: z.enum(answerFileProblemCodes),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The same in English, for logs and scripts. */
  text: z.string(),
});
export type AnswerFileProblem = z.infer<typeof answerFileProblem>;
