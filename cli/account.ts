import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import * as z from 'zod/mini'
import { exitCodes, Failure } from './failure.ts'

/** Where Baseboard is, and the token to come in with. */
const account = z.object({ url: z.string(), token: z.string() })
export type Account = z.infer<typeof account>

/** `XDG_CONFIG_HOME`, or where it would be. */
export const accountPath = (env: NodeJS.ProcessEnv = process.env) => join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'baseboard', 'account.json')

/** The environment before the file. Throws a Failure that says how to sign in. */
export async function readAccount(env: NodeJS.ProcessEnv = process.env): Promise<Account> {
  const { BASEBOARD_URL: url, BASEBOARD_TOKEN: token } = env
  if (url !== undefined && token !== undefined) return { url: toOrigin(url), token }
  const kept = await readKept(env)
  if (kept === null) throw new Failure(exitCodes.usage, 'not signed in: run «baseboard login URL», or set BASEBOARD_URL and BASEBOARD_TOKEN')
  return { url: toOrigin(url ?? kept.url), token: token ?? kept.token }
}

async function readKept(env: NodeJS.ProcessEnv): Promise<Account | null> {
  const path = accountPath(env)
  try {
    return account.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Failure(exitCodes.usage, `${path} cannot be read: run «baseboard login URL» again`, { cause: error })
  }
}

/** Keeps it for this person alone. */
export async function keepAccount(kept: Account, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const path = accountPath(env)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
  // A file that was there before keeps its mode otherwise.
  await chmod(path, 0o600)
  return path
}

export const forgetAccount = (env: NodeJS.ProcessEnv = process.env) => rm(accountPath(env), { force: true })

/** `https://host[:port]` of what was typed. A token goes in the clear to this machine only. */
export function toOrigin(text: string): string {
  const url = parse(text)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) throw new Failure(exitCodes.usage, `${text} is not an address: write https://baseboard.example.org`)
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    throw new Failure(exitCodes.usage, `${text}: a token is not sent over plain HTTP to another machine; use https`)
  }
  return url.origin
}

function parse(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
