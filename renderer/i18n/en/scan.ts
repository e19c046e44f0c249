import type { NotTriedReason } from '#shared/contract/index.ts';
import type { RangeProblem } from '#shared/model/address-ranges.ts';

const problems = {
  'rangeProblem.empty': 'No address',
  'rangeProblem.not-a-range': 'Not an IPv4 address or range',
  'rangeProblem.backwards': 'Ends before it begins',
  'rangeProblem.not-unicast': 'Not the address of one machine',
  'rangeProblem.too-many': 'More than 4096 addresses',
} as const satisfies Record<`rangeProblem.${RangeProblem}`, string>;

const reasons = {
  'scanNotTried.known': 'Your server',
  'scanNotTried.no-ipmi': 'Answers, but has no IPMI',
  'scanNotTried.no-credentials': 'No credentials given',
  'scanNotTried.cancelled': 'Not tried to the end: stopped',
} as const satisfies Record<`scanNotTried.${NotTriedReason}`, string>;

/** The search for BMCs in a range of addresses. */
export const scan = {
  ...problems,
  ...reasons,
  'scan.open': 'Find BMCs…',
  'scan.title': 'Find BMCs',
  'scan.ranges': 'Addresses',
  'scan.rangesHelp': 'One a line, or with commas: 10.0.0.0/24, 10.0.1.10-40, 10.0.2.7',
  'scan.wrong': '{{text}}: {{problem}}',
  'scan.credentials': 'Credentials to try',
  'scan.credentialsHelp':
    'Each is tried once on each BMC that is found, in this order, until one works. They are kept in memory for this scan only.',
  'scan.pair': 'Credentials {{number}}',
  'scan.addPair': 'Add credentials',
  'scan.port': 'Port',
  'scan.rate': 'Packets per second',
  'scan.rateRange': '5 to 200',
  'scan.portRange': '1 to 65535',
  'scan.consent_one':
    'Sends up to 3 small packets to {{count}} address: {{ranges}}. Nothing is sent anywhere else.',
  'scan.consent_other':
    'Sends up to 3 small packets to each of {{count}} addresses: {{ranges}}. Nothing is sent anywhere else.',
  'scan.consentPairs_one': 'Then {{count}} pair of credentials is tried on the BMCs that answer.',
  'scan.consentPairs_other':
    'Then up to {{count}} pairs of credentials are tried on the BMCs that answer; some lock an account after a few wrong passwords.',
  'scan.beyondPrivate':
    'I may send to {{ranges}}: these addresses are outside of private networks and may belong to anybody.',
  'scan.start': 'Start the scan',
  'scan.again': 'New scan',
  'scan.stop': 'Stop',
  'scan.progress': 'Scan of {{ranges}}',
  'scan.asked': '{{settled}} of {{addresses}} addresses',
  'scan.found_one': '{{count}} BMC found',
  'scan.found_other': '{{count}} BMCs found',
  'scan.trying_one': 'credentials are tried on {{count}}',
  'scan.trying_other': 'credentials are tried on {{count}}',
  'scan.left': 'about {{duration}} left',
  'scan.state.running': 'Running',
  'scan.state.finished': 'Finished',
  'scan.state.cancelled': 'Stopped',
  'scan.unsent_one': 'This computer could not send to {{count}} address: {{reason}}',
  'scan.unsent_other': 'This computer could not send to {{count}} addresses: {{reason}}',
  'scan.nothing': 'No BMC answers',
  'scan.nothingHint':
    'Look whether this computer has an address in that network, whether the cables of the BMCs are in, and whether IPMI over LAN is on.',
  'scan.nothingYet': 'No BMC has answered yet',
  'scan.results': 'BMCs that were found',
  'scan.address': 'Address',
  'scan.login': 'Log-in',
  'scan.maker': 'Manufacturer, firmware',
  'scan.name': 'Name',
  'scan.waiting': 'Waits for its turn',
  'scan.tryingPair': 'Trying credentials {{pair}}',
  'scan.worked': 'Credentials {{pair}} work: {{username}}',
  'scan.refused_one': '{{count}} pair refused',
  'scan.refused_other': 'All {{count}} pairs refused',
  'scan.lockedOut_one': 'Stopped after {{count}} try: the account may be locked',
  'scan.lockedOut_other': 'Stopped after {{count}} tries: the account may be locked',
  'scan.pattern': 'Names',
  'scan.patternHelp': '{n} counts: {nn} as 01. {address} is 10-0-0-7, {last} is 7',
  'scan.taken': 'There is a server {{name}}',
  'scan.nameWrong': '1 to 63 characters, each name once',
  'scan.enroll': 'Enroll',
  'scan.enrollCount_one': 'Enroll {{count}} server',
  'scan.enrollCount_other': 'Enroll {{count}} servers',
  'scan.enrolled_one': '{{count}} server enrolled',
  'scan.enrolled_other': '{{count}} servers enrolled',
  'scan.notEnrolled': '{{address}} was not enrolled:',
  'scan.chooseAll_one': 'Choose the {{count}} that works',
  'scan.chooseAll_other': 'Choose all {{count}} that work',
} as const;
