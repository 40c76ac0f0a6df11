import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const BINARY = process.env.ROLLCALL ?? resolve(import.meta.dirname, '../../target/release/rollcall');

/** The environment in which a program reads a clock that is ahead; how long things take stays true. */
function clockAhead(by: string): Record<string, string> {
  const library = readdirSync('/usr/lib')
    .map((folder) => `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`)
    .find(existsSync);
  if (!library) throw new Error('libfaketime is missing (Debian: apt-get install faketime)');
  return { LD_PRELOAD: library, FAKETIME: `+${by}`, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

/** A Rollcall of its own: the real binary on a fresh data folder and a free port. */
export class Rollcall {
  readonly data = mkdtempSync(join(tmpdir(), 'rollcall-'));
  /** Where it listens, such as `http://127.0.0.1:40123`. */
  url = '';
  /** The one-time link that creates the first owner; empty once there is an owner. */
  startLink = '';
  private process?: ChildProcess;

  /**
   * Starts it and waits until it says where it listens. A restart keeps the address. `later`: what its clock is ahead
   * of the real one, such as `2d`.
   */
  async start(later?: string): Promise<void> {
    const listen = this.url ? new URL(this.url).host : '127.0.0.1:0';
    const child = spawn(BINARY, ['serve', '--data', this.data, '--listen', listen], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: later ? { ...process.env, ...clockAhead(later) } : process.env,
    });
    this.process = child;
    this.startLink = '';
    let errors = '';
    child.stderr.on('data', (text) => (errors = (errors + text).slice(-4000)));
    await new Promise<void>((ready, fail) => {
      child.once('error', fail);
      child.once('exit', (code) => fail(new Error(`rollcall serve ended with ${code}: ${errors}`)));
      createInterface({ input: child.stdout }).on('line', (line) => {
        const address = /listens on (http:\/\/\S+)/.exec(line)?.[1];
        if (address) this.url = address.replace(/\/$/, '');
        const link = /(http:\/\/\S+\/start\/\S+)/.exec(line)?.[1];
        if (link) this.startLink = link;
      });
      const poll = async (): Promise<void> => {
        if (this.url) {
          const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
          if (answer?.ok) return ready();
        }
        if (child.exitCode === null) setTimeout(() => void poll(), 20);
      };
      void poll();
    });
  }

  /** Stops it as a service manager does, and waits for the end. */
  async stop(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Runs a command of the command line on this data folder and gives what it printed. */
  cli(...args: string[]): string {
    return this.cliWithInput('', ...args);
  }

  cliWithInput(input: string, ...args: string[]): string {
    const run = spawnSync(BINARY, [...args, '--data', this.data], { input, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`rollcall ${args.join(' ')}: ${run.stderr}`);
    return run.stdout.trim();
  }

  /** A client of the SCIM API, as an identity provider is one. */
  scim(account: string, token: string, agent = 'end2end'): Scim {
    return new Scim(`${this.url}/scim/v2/${account}`, token, agent);
  }
}

export type Answer = { status: number; body: any; headers: Headers };

/** Sends requests to a base URL with a token; judges nothing. */
export class Scim {
  constructor(
    readonly base: string,
    readonly token: string,
    readonly agent: string,
  ) {}

  async send(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(this.base + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        'user-agent': this.agent,
        accept: 'application/scim+json',
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : undefined, headers: answer.headers };
  }
}
