import { inspect } from 'node:util';

const hidden = '[redacted]';

/** A value that no log, JSON text or error message shows. `reveal` marks the places that really need it. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}
