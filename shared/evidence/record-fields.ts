import { z } from 'zod';

/** SHA-256 in hex. */
export const sha256Digest = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256 in hexadecimal');

/** For what may not be there: a parent, the state of an optimiser without any. */
export const sha256DigestOrNone = z.union([sha256Digest, z.literal('')]);

/** Raw 32 bytes in hex. */
export const ed25519Key = z.string().regex(/^[0-9a-f]{64}$/, 'is not a key of 32 bytes in hexadecimal');

/** 64 bytes. */
export const ed25519Signature = z.base64().length(88);

export const partName = z.enum(['update', 'statistics']);

/** What leaves a site for a round. */
export const departureName = z.enum([...partName.options, 'opened-sum']);

export const purposeName = z.enum(['normalisation', 'calibration', 'training', 'evaluation']);
