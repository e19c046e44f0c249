/**
 * The language of hint values as Ironic has it: oslo.utils `specs_matcher`, through what ironic-python-agent's
 * device_hints.py makes of it. Text is compared in lower case without blanks around it; what is not known matches
 * nothing, not even "other than". Where Ironic stops a deployment with an error, nothing matches here.
 */
const operators = [
  's==',
  's!=',
  's<=',
  's>=',
  's<',
  's>',
  '<all-in>',
  '<in>',
  '<or>',
  '==',
  '!=',
  '<=',
  '>=',
  '=',
  '<',
  '>',
] as const;
type Operator = (typeof operators)[number] | '';

interface Hint {
  readonly operator: Operator;
  readonly operands: readonly string[];
}

const orders: Readonly<Partial<Record<Operator, (order: number) => boolean>>> = {
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
  '==': order => order === 0,
  '!=': order => order !== 0,
  // Not a slip: specs_matcher keeps it as "at least" for the sake of old flavors.
  '=': order => order >= 0,
};

/** `folder` is what the whole name begins with, `/dev/` for a disk's: a person may write it or leave it out. */
export function matchesText(hint: string, actual: string, folder = ''): boolean {
  const value = normal(actual);
  const { operator, operands } = readHint(hint);
  const [operand] = operands;
  if (value === '' || operand === undefined) return false;
  const whole = folder + value;
  const named = (word: string) => (word.startsWith('/') ? word : folder + word);
  switch (operator) {
    case '':
    case '<or>':
      return operands.some(word => named(word) === whole);
    case '<in>':
    case '<all-in>':
      return operands.every(word => whole.includes(word));
    case 's==':
    case 's!=':
    case 's<':
    case 's<=':
    case 's>':
    case 's>=':
      return inOrder(operator.slice(1) as Operator, whole, named(operand));
    default: {
      const [has, wanted] = [decimal(value), decimal(operand)];
      return has !== undefined && wanted !== undefined && inOrder(operator, has, wanted);
    }
  }
}

/**
 * A disk's size against a hint in GiB. "Equal" goes by whole GiB, because hints are whole and a disk of "1 TB" has
 * 931.51; larger and smaller go by the exact size, as in Ironic.
 */
export function matchesGibibytes(hint: string | number, sizeBytes: number): boolean {
  const { operator, operands } = readHint(String(hint));
  const sizes = operands.map(word => decimal(word) ?? 0);
  const [size] = sizes;
  if (size === undefined || sizes.some(wanted => wanted <= 0)) return false;
  const exact = sizeBytes / 2 ** 30;
  const isEqual = sizes.some(wanted => wanted === exact || wanted === Math.floor(exact));
  switch (operator) {
    case '':
    case '==':
    case '<or>':
      return isEqual;
    case '!=':
      return !isEqual;
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return inOrder(operator, exact, size);
    default:
      return false;
  }
}

/** Whether the hint names what it wants whole, rather than a part, an order or what is not wanted. */
export function namesItWhole(hint: string): boolean {
  return ['', 's==', '<or>'].includes(readHint(hint).operator);
}

function readHint(hint: string): Hint {
  const text = normal(hint);
  const operator = operators.find(word => text.startsWith(word)) ?? '';
  const rest = text.slice(operator.length);
  const separator = operator === '<or>' ? '<or>' : operator === '<all-in>' ? /\s+/ : undefined;
  const words = separator === undefined ? [rest] : rest.split(separator);
  return { operator, operands: words.map(word => word.trim()).filter(word => word !== '') };
}

function inOrder<T extends string | number>(operator: Operator, has: T, wanted: T): boolean {
  return orders[operator]?.(has < wanted ? -1 : has > wanted ? 1 : 0) ?? false;
}

/** Not `Number()`, which takes a WWN's `0x…` and the empty text for numbers. */
function decimal(text: string): number | undefined {
  return /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function normal(text: string): string {
  return text.trim().toLowerCase();
}
