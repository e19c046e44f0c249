import { z } from 'zod';
import type { CodedError, ErrorCode, ErrorData } from '#shared/contract/errors.ts';
import { smartWarnings } from '#shared/contract/index.ts';
import type { Translate } from './catalogue.ts';
import { hasMessage, translateLoose } from './i18n.ts';
import { refusalSentence } from './image-text.ts';
import { messageValues, thingText } from './message-values.ts';

/** What the button of the third line does; the place that shows the error knows how. */
export type NextStep =
  | 'retry'
  | 'correct'
  | 'open-networks'
  | 'edit-server'
  | 'deploy-again'
  | 'inspect'
  | 'choose-file'
  | 'correct-installer'
  | 'copy-command'
  | 'reload'
  | 'none';

export const nextStepOf: Readonly<Record<ErrorCode, NextStep>> = {
  'input.invalid': 'correct',
  'input.not_found': 'none',
  'input.conflict': 'correct',
  'input.in_use': 'none',
  'auth.denied': 'none',
  'state.not_allowed': 'none',
  'net.port_in_use': 'retry',
  'net.permission_denied': 'retry',
  'net.no_such_interface': 'retry',
  'net.vlan_not_permitted': 'copy-command',
  'net.vlan_not_supported': 'none',
  'net.vlan_by_hand': 'none',
  'net.no_address': 'retry',
  'net.failed': 'retry',
  'dhcp.other_server': 'open-networks',
  'dhcp.not_full': 'open-networks',
  'bmc.unreachable': 'retry',
  'bmc.auth_failed': 'edit-server',
  'bmc.no_cipher_suite': 'none',
  'bmc.command_failed': 'retry',
  'bmc.busy': 'retry',
  'bmc.none': 'edit-server',
  'console.in_use': 'none',
  'console.sol_off': 'none',
  'console.not_supported': 'none',
  'console.ended_by_bmc': 'retry',
  'console.not_writer': 'none',
  'console.not_connected': 'retry',
  'scan.ranges_refused': 'correct',
  'scan.not_private': 'correct',
  'scan.running': 'retry',
  'image.refused': 'choose-file',
  'image.not_ready': 'none',
  'image.installer_unknown': 'none',
  'image.wants_disc': 'correct-installer',
  'image.boot_files_only': 'none',
  'image.other_kernel': 'correct',
  'image.disk_full': 'retry',
  'image.gone_for_good': 'choose-file',
  'file.unreadable': 'choose-file',
  'node.no_port': 'none',
  'disk.read_only': 'deploy-again',
  'disk.failing': 'deploy-again',
  'deploy.no_disk': 'deploy-again',
  'deploy.disk_left_alone': 'deploy-again',
  'deploy.not_confirmed': 'deploy-again',
  'clean.not_confirmed': 'none',
  'deploy.disk_changed': 'deploy-again',
  'deploy.not_inspected': 'inspect',
  'deploy.firmware_changed': 'inspect',
  'deploy.no_nic': 'deploy-again',
  'deploy.address_taken': 'deploy-again',
  'deploy.address_in_use': 'deploy-again',
  'deploy.installer_failed': 'retry',
  'deploy.answer_file': 'deploy-again',
  'deploy.ambiguous_disk': 'deploy-again',
  'deploy.disk_too_small': 'deploy-again',
  'deploy.layout_too_small': 'deploy-again',
  'deploy.step_failed': 'retry',
  'deploy.timed_out': 'retry',
  'deploy.cancelled': 'deploy-again',
  'rescue.no_ramdisk': 'none',
  'rescue.ramdisk_busy': 'retry',
  'batch.server_changed': 'deploy-again',
  'batch.nothing_to_do': 'none',
  'setup.missing': 'copy-command',
  'db.from_future': 'none',
  'db.full': 'retry',
  'db.failed': 'retry',
  'backup.refused': 'choose-file',
  'backup.not_confirmed': 'correct',
  'backup.interrupted': 'deploy-again',
  'backup.restarting': 'retry',
  'secret.sealed_elsewhere': 'deploy-again',
  'file.no_room': 'retry',
  'transport.closed': 'none',
  'transport.version': 'reload',
  internal: 'retry',
};

export interface ErrorText {
  readonly what: string;
  readonly evidence: string;
  readonly next: string;
  readonly nextStep: NextStep;
}

/** The three lines. */
export function errorText(t: Translate, error: ErrorData | CodedError | LooseError): ErrorText {
  const values = errorValues(t, error);
  const part = (name: string) => translateLoose(`error.${error.code}.${name}`, values);
  return {
    what: part('what'),
    evidence: part('evidence').trim() || error.message || t('error.details.none'),
    next: part('next'),
    nextStep: nextStepOf[error.code],
  };
}

/** An error inside a row of the world: its details are checked by the engine, not again by the page. */
export interface LooseError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: object;
}

/** For logs and bug reports, in the engine's own words. */
export function commandOf(error: LooseError): string | undefined {
  const { command } = error.details as { command?: unknown };
  return typeof command === 'string' ? command : undefined;
}

/** Details that are words of a table of ours, with the table's prefix. */
const wordsByCode: Readonly<Record<string, readonly (readonly [name: string, prefix: string])[]>> = {
  'backup.refused': [['reason', 'backupRefusal']],
  'deploy.timed_out': [['hint', 'timeoutHint']],
  'deploy.disk_left_alone': [['reason', 'diskFilter']],
  'scan.ranges_refused': [['problem', 'rangeProblem']],
  'deploy.firmware_changed': [
    ['asked', 'bootMode'],
    ['seen', 'bootMode'],
  ],
};

function errorValues(t: Translate, error: LooseError): Record<string, string | number> {
  const details: Readonly<Record<string, unknown>> = { ...error.details };
  const values = messageValues(t, details);
  const word = (name: string, prefix: string) => {
    const value = details[name];
    if (typeof value === 'string') values[name] = translateLoose(`${prefix}.${value}`, {});
  };
  word('what', 'thing');
  word('field', 'thing');
  word('step', 'step');
  word('state', 'state');
  word('verb', 'verb');
  const reason = reasonText(t, error.code, details);
  if (reason !== undefined) values['reason'] = reason;
  if (hasMessage(`fileReason.${String(details['reason'])}`)) word('reason', 'fileReason');
  if (error.code === 'deploy.step_failed' && hasMessage(`stepError.${String(details['code'])}`))
    word('code', 'stepError');
  if (error.code === 'deploy.step_failed') values['ofDisks'] = ofDisksText(t, details['disks']);
  if (error.code === 'deploy.disk_changed') values['contents'] ||= t('word.none');
  for (const [name, prefix] of wordsByCode[error.code] ?? []) word(name, prefix);
  if (error.code === 'deploy.no_nic') {
    word('why', 'noNic');
    values['request'] = Number(details['request'] ?? 0) + 1;
  }
  if (error.code === 'disk.failing') values['warnings'] = warningsText(t, details['warnings']);
  if (error.code === 'dhcp.not_full') values['why'] = notFullText(t, details['network']);
  if (error.code === 'net.port_in_use') values['owner'] = ownerText(t, details['owner']);
  if (error.code === 'net.permission_denied') {
    const command = commandOf(error);
    values['port'] ??= '';
    values['allow'] = command === undefined ? '' : t('error.net.permission_denied.allow', { command });
    const repair = `rightsRepair.${String(details['repair'])}`;
    values['repair'] = hasMessage(repair) ? translateLoose(repair, {}) : '';
  }
  if (error.code === 'internal') values['correlationId'] ||= error.message;
  for (const name of ['disk', 'disks', 'reviewed', 'matches', 'servers', 'issues'])
    if (name in details)
      values[name] = name === 'issues' ? listText(t, details[name], issueText) : thingsText(t, details[name]);
  return values;
}

/** A reason that has values of its own. */
function reasonText(
  t: Translate,
  code: string,
  details: Readonly<Record<string, unknown>>,
): string | undefined {
  const own = isRecord(details['values']) ? details['values'] : {};
  if (code === 'image.refused' && typeof details['reason'] === 'string')
    return refusalSentence(t, details['reason'], own);
  const key = `answerFile.problem.${String(details['code'])}`;
  return code === 'deploy.answer_file' && hasMessage(key)
    ? translateLoose(key, messageValues(t, own))
    : undefined;
}

/** Without a name nobody knows which network it should have been: none has the mode and the purpose. */
function notFullText(t: Translate, network: unknown): string {
  return typeof network === 'string' && network !== ''
    ? t('error.dhcp.not_full.network', { network })
    : t('error.dhcp.not_full.noNetwork');
}

function ownerText(t: Translate, owner: unknown): string {
  if (!isRecord(owner)) return t('error.owner.unknown');
  return t('error.owner.known', { name: String(owner['name']), pid: Number(owner['pid']) });
}

/** Disks or other DHCP servers, one or several. */
export function thingsText(t: Translate, value: unknown): string {
  return listText(t, value, (_, item) => thingText(item) ?? '');
}

function warningsText(t: Translate, warnings: unknown): string {
  const known = z.array(z.enum(smartWarnings)).catch([]).parse(warnings);
  return known.map(warning => t(`smartWarning.${warning}`)).join(', ') || t('word.none');
}

/** Behind what a step of the ramdisk says: the disks that it was about. Empty where it was about none. */
export function ofDisksText(t: Translate, disks: unknown): string {
  if (!Array.isArray(disks) || disks.length === 0) return '';
  return t('error.ofDisks', { disks: thingsText(t, disks) });
}

type ItemText = (t: Translate, item: Readonly<Record<string, unknown>>) => string;

function listText(t: Translate, value: unknown, textOf: ItemText): string {
  const items = Array.isArray(value) ? value : [value];
  const texts = items.filter(isRecord).map(item => textOf(t, item));
  return texts.length === 0 ? t('word.none') : texts.join('; ');
}

/** What is wrong with a field: in our words where it has a code, else in those of the schema. */
function issueText(t: Translate, issue: Readonly<Record<string, unknown>>): string {
  const { code, values } = issue;
  const [path, message] = [issue['path'], issue['message']].map(text =>
    typeof text === 'string' ? text : '',
  );
  const key = `identityProblem.${String(code)}`;
  const text = hasMessage(key)
    ? translateLoose(key, messageValues(t, isRecord(values) ? values : {}))
    : message;
  const fieldKey = `identityField.${/^\w*/.exec(path ?? '')?.[0] ?? ''}`;
  const field = hasMessage(fieldKey) ? translateLoose(fieldKey, {}) : path;
  return [field, text].filter(part => part !== '').join(': ');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
