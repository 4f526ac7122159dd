import type { ParseArgsConfig } from 'node:util'
import type { Client } from './client.ts'
import type { Output } from './output.ts'

export type Options = NonNullable<ParseArgsConfig['options']>
export type Values = Record<string, string | boolean | undefined>

/** What a command is run with. `client` reads the account when it is first asked for: `login` and `completion` need none. */
export type Context = { client: () => Promise<Client>; output: Output; args: readonly string[]; values: Values }

/** One verb. `run` gives the exit code. */
export type Command = {
  summary: string
  /** Lines under `baseboard`, each a way to write it. */
  usage: readonly string[]
  options?: Options
  run: (context: Context) => Promise<number>
}

/** `text` of an option that takes one. */
export const textOf = (values: Values, name: string): string | undefined => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}
