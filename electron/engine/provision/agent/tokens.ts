import { createHash, createHmac, randomBytes } from 'node:crypto';

/** 256 random bits as 43 URL-safe characters: the form of every token of the agent protocol. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * The session that belongs to one hello. Derived rather than drawn, so that a hello whose answer was lost can be
 * answered alike without keeping the session's clear text anywhere.
 */
export function sessionToken(agentKey: Uint8Array, bootToken: string, bootId: string): string {
  return createHmac('sha256', agentKey).update(`${bootToken}\0${bootId}`).digest('base64url');
}

export function looksLikeToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}
