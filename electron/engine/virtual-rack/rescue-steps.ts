import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { putFile } from './agent-line.ts';
import { done, refused, type StepResult } from './agent-steps.ts';
import type { AgentTask } from './agent-task.ts';

/** Nobody listens for SSH there: a key of no server, so that nothing else is taken for it. */
export function startRescue({ machine }: AgentTask): StepResult {
  const type = Buffer.from('ssh-ed25519');
  const blob = Buffer.concat([lengthOf(type), type, lengthOf(Buffer.alloc(32)), randomBytes(32)]);
  return done({
    simulated: true,
    hostKey: `ssh-ed25519 ${blob.toString('base64')}`,
    addresses: [machine.address],
    sshPort: 22,
    consoles: ['ttyS0'],
  });
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}

/** An archive without files: two blocks of zeros end a tar (POSIX.1-2017, pax, "ustar Interchange Format"). */
export async function collectLogs({ line, session, parameters }: AgentTask): Promise<StepResult> {
  const content = gzipSync(Buffer.alloc(1024));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const { status } = await putFile(line, `step/${parameters.get('id') ?? ''}/file`, session, content, sha256);
  if (status !== 204) return refused('upload-failed', `HTTP ${status}`);
  return done({ simulated: true, bytes: content.length, sha256, files: [] });
}
