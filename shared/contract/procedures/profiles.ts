import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';
import { nothing } from './nothing.ts';

export const profileProcedures = {
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
} as const;
