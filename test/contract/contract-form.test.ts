import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import * as entities from '#shared/contract/entities/index.ts';
import { errorKinds } from '#shared/contract/errors.ts';
import { clientFrame, engineFrame, protocolVersion } from '#shared/contract/frames.ts';
import { hostContract } from '#shared/contract/host.ts';
import { contract } from '#shared/contract/index.ts';
import type { Procedure } from '#shared/contract/procedure.ts';

const file = path.join(import.meta.dirname, 'contract.json');

const partNames = ['input', 'output', 'snapshot', 'patch'] as const;
type Parts = { readonly [Name in (typeof partNames)[number]]?: z.ZodType };

/** Every schema under one name, so that an entity appears once and is referred to elsewhere. */
class Names {
  readonly registry = z.registry<{ id: string }>();

  constructor() {
    for (const [name, value] of Object.entries(entities))
      if (value instanceof z.ZodType) this.of(value, `entity.${name}`);
  }

  of(type: z.ZodType, wanted: string): string {
    const known = this.registry.get(type)?.id;
    if (known === undefined) this.registry.add(type, { id: wanted });
    return known ?? wanted;
  }

  ofParts(path: string, parts: Parts): Record<string, string> {
    const named = partNames.flatMap(part => {
      const type = parts[part];
      return type === undefined ? [] : [[part, this.of(type, `${path}.${part}`)]];
    });
    return Object.fromEntries(named);
  }

  schemas(): Record<string, unknown> {
    const { schemas } = z.toJSONSchema(this.registry, { io: 'input', unrepresentable: 'any' });
    return Object.fromEntries(
      Object.entries(schemas).map(([id, { $schema: _, $id: __, ...form }]) => [id, form]),
    );
  }
}

it('is the one that was reviewed (UPDATE_GOLDEN=1 writes it anew and fails)', () => {
  const names = new Names();
  const procedures = Object.entries(contract).flatMap(([namespace, group]) =>
    Object.entries<Procedure>(group).map(([name, procedure]) => {
      const path = `${namespace}.${name}`;
      return [path, { kind: procedure.kind, ...names.ofParts(path, procedure) }];
    }),
  );
  const host = Object.entries(hostContract).map(([name, parts]) => [
    name,
    names.ofParts(`host.${name}`, parts),
  ]);
  const errors = Object.entries(errorKinds).map(([code, { level, retryable, details }]) => [
    code,
    { level, retryable, details: names.of(details, `error.${code}`) },
  ]);
  const form = {
    protocolVersion,
    frames: names.ofParts('frame', { input: clientFrame, output: engineFrame }),
    procedures: Object.fromEntries(procedures) as unknown,
    host: Object.fromEntries(host) as unknown,
    errors: Object.fromEntries(errors) as unknown,
    schemas: names.schemas(),
  };
  const text = `${JSON.stringify(form, null, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(file, text);
    expect.fail('contract.json was written anew: review its diff');
  }
  expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});
