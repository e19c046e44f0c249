export interface SyslogMessage {
  readonly form: 'rfc5424' | 'rfc3164' | 'bare';
  /** 0 kern … 23 local7 (RFC 5424 §6.2.1, table 1). */
  readonly facility: number;
  /** 0 emergency … 7 debug (table 2). */
  readonly severity: number;
  /** As it was written: a machine being installed rarely knows the time, and RFC 3164 has no year. */
  readonly timestamp: string | undefined;
  readonly hostName: string | undefined;
  /** RFC 3164's TAG, RFC 5424's APP-NAME. */
  readonly appName: string | undefined;
  readonly processId: string | undefined;
  readonly messageId: string | undefined;
  readonly structuredData: readonly StructuredElement[];
  /** One line, fit to be shown: control characters are escaped. */
  readonly text: string;
  /** The end is missing, because the message was longer than we read. */
  readonly isCut: boolean;
}

export interface StructuredElement {
  readonly id: string;
  /** Names may repeat (RFC 5424 §6.3.3). */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/** What follows PRI. */
export type SyslogContent = Omit<SyslogMessage, 'facility' | 'severity' | 'isCut'>;

/** As a log file has it: `anna[312]: retrieving lvm2-udeb`. */
export function syslogLine({ appName, processId, text }: SyslogMessage): string {
  if (appName === undefined) return text;
  return `${appName}${processId === undefined ? '' : `[${processId}]`}: ${text}`;
}
