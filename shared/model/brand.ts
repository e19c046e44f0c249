declare const brand: unique symbol;

/** A primitive that went through a parser: `Brand<string, 'Mac'>` cannot be confused with any other string. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
