import type { en } from './en.ts';

type English = typeof en;
type PluralForm = 'one' | 'other';
type WithoutPlural<Key extends string> = Key extends `${infer Base}_${PluralForm}` ? Base : Key;

/** Every sentence of the page. A plural's key is given without `_one` and `_other`. */
export type MessageKey = WithoutPlural<keyof English>;

type Placeholders<Sentence extends string> = Sentence extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type SentenceOf<Key extends string> = Key extends keyof English
  ? English[Key]
  : `${Key}_other` extends keyof English
    ? English[`${Key}_other`]
    : never;

/** The values that a sentence needs: a missing or misspelt one is a compile error. */
export type ValuesOf<Key extends MessageKey> = Record<Placeholders<SentenceOf<Key>>, string | number>;

/** The sentences that need no values: those that a table of data may name. */
export type PlainKey = {
  [Key in MessageKey]: [Placeholders<SentenceOf<Key>>] extends [never] ? Key : never;
}[MessageKey];

export type Translate = <Key extends MessageKey>(
  key: Key,
  ...values: [Placeholders<SentenceOf<Key>>] extends [never] ? [] : [ValuesOf<Key>]
) => string;

/** A catalogue part in a language without a singular: the same keys, less those ending in `_one`. */
export type Translation<Part> = {
  readonly [Key in keyof Part as Key extends `${string}_one` ? never : Key]: string;
};
