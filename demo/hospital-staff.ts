import { z } from 'zod';
import { main } from '../site-agent/main.ts';
import { typedCommand } from './typed-command.ts';

const identitySchema = z.object({ words: z.string() });
const shownSchema = z.object({ planHash: z.string(), rosterHash: z.string() });

/** The people of one hospital, with the commands that they type in its folder. */
export class HospitalStaff {
  readonly site: string;
  readonly #folder: string;
  readonly #signal: AbortSignal;

  constructor(site: string, folder: string, signal: AbortSignal) {
    this.site = site;
    this.#folder = folder;
    this.#signal = signal;
  }

  /** What they read to others on the telephone. */
  async fingerprintWords(): Promise<string> {
    return identitySchema.parse(await this.#type('identity', this.#folder)).words;
  }

  /** Pins what another hospital has read to them. */
  async pinPeer(site: string, words: string): Promise<void> {
    await this.#type('peer', 'pin', this.#folder, site, words);
  }

  /** Pins what the data-science team has read to them. */
  async pinLead(study: string, words: string): Promise<void> {
    await this.#type('peer', 'pin', this.#folder, study, words, '--lead-key');
  }

  /** Waits for the study, and approves exactly what has come. */
  async approve(study: string): Promise<void> {
    const { planHash, rosterHash } = shownSchema.parse(await this.#type('study', 'show', this.#folder, study, '--wait'));
    await this.#type('study', 'approve', this.#folder, study, '--plan-hash', planHash, '--roster-hash', rosterHash);
  }

  #type(...args: string[]): Promise<unknown> {
    return typedCommand(main, 'consilium-site', args, this.#signal);
  }
}
